"""The business folder, loaded and checked: everything that makes Baton this shop's and not another's."""

from pathlib import Path

from core.business_checks import CONSULT, RULES, check_references, check_rules
from core.business_consult import ApprovalRule, Asking, ConsultPolicy
from core.business_facts import (
    CrisisLine,
    CrisisLines,
    Department,
    DepartmentList,
    FaqEntry,
    HoursException,
    Location,
    Person,
    Persona,
    PolicyDoc,
    PolicySection,
    Product,
    Service,
    Shop,
)
from core.business_files import BusinessFiles, load_faq, load_policies
from core.business_parts import WEEKDAYS, Hours, Span, Weekday, When
from core.business_policy import (
    BookingPolicy,
    Calibrator,
    ContactPolicy,
    Cost,
    Deadline,
    DecisionPolicy,
    Effect,
    ModelPrice,
    ModelProfile,
    ModelProfiles,
    Reason,
    RefundPolicy,
    RefundRule,
    SlaPolicy,
    TriggerPolicy,
    TurnBudget,
)
from core.business_rules import Conditions, DecisionRule, Guidance, RuleOutcome
from core.business_sales import (
    STANDARD,
    Detail,
    Enquiries,
    EnquiryTopic,
    LeadAnswer,
    LeadBand,
    LeadCard,
    LeadQuestion,
    LeadTopic,
)
from core.business_sales_checks import ENQUIRIES, LEADS, check_sales
from core.business_seed import (
    Address,
    Seed,
    SeedBooking,
    SeedCustomer,
    SeedLine,
    SeedOrder,
    SeedRefund,
    SeedShipment,
    SeedTicket,
    TicketEntry,
    Units,
)
from core.business_seed_checks import check_seed
from core.business_types import Business
from core.catalogue import AttributeWords, CatalogueWords
from core.settings import SAMPLE_BUSINESS
from core.tickets import TicketCategory, TicketPolicy
from core.wordings import Wordings, load_wordings
from core.yaml_lines import read_yaml

__all__ = [
    "STANDARD",
    "WEEKDAYS",
    "Address",
    "ApprovalRule",
    "Asking",
    "AttributeWords",
    "BookingPolicy",
    "Business",
    "Calibrator",
    "CatalogueWords",
    "Conditions",
    "ConsultPolicy",
    "ContactPolicy",
    "Cost",
    "CrisisLine",
    "CrisisLines",
    "Deadline",
    "DecisionPolicy",
    "DecisionRule",
    "Department",
    "Detail",
    "Effect",
    "Enquiries",
    "EnquiryTopic",
    "FaqEntry",
    "Guidance",
    "Hours",
    "HoursException",
    "LeadAnswer",
    "LeadBand",
    "LeadCard",
    "LeadQuestion",
    "LeadTopic",
    "Location",
    "ModelPrice",
    "ModelProfile",
    "ModelProfiles",
    "Person",
    "Persona",
    "PolicyDoc",
    "PolicySection",
    "Product",
    "Reason",
    "RefundPolicy",
    "RefundRule",
    "RuleOutcome",
    "Seed",
    "SeedBooking",
    "SeedCustomer",
    "SeedLine",
    "SeedOrder",
    "SeedRefund",
    "SeedShipment",
    "SeedTicket",
    "Service",
    "Shop",
    "SlaPolicy",
    "Span",
    "TicketCategory",
    "TicketEntry",
    "TicketPolicy",
    "TriggerPolicy",
    "TurnBudget",
    "Units",
    "Weekday",
    "When",
    "Wordings",
    "load_business",
    "load_rules",
]


def load_rules(file: Path, business: Business) -> tuple[DecisionRule, ...]:
    """Rules from any file in the form of `rules/decisions.yaml`, checked against `business`.

    BusinessFileError names the line of the first fault.
    """
    read = read_yaml(file)
    rules = read.parse_list(DecisionRule)
    read.check_unique((one.id for one in rules), "id")
    check_rules(read, business, rules)
    return rules


def load_business(directory: Path) -> Business:
    """The business of a folder.

    Facts are never inherited. Wordings, triggers, decision, costs, budget, sla, models and crisis lines that
    the folder lacks come from the sample business. BusinessFileError names file and line of the first fault.
    """
    if not directory.is_dir():
        raise BusinessFiles(directory, SAMPLE_BUSINESS).no_folder()
    files = BusinessFiles(directory.resolve(), SAMPLE_BUSINESS)
    models = files.inherited("models.yaml", ModelProfiles)
    business = Business(
        directory=files.directory,
        shop=files.one("shop.yaml", Shop),
        locations=files.many("locations.yaml", Location),
        services=files.many("services.yaml", Service),
        products=files.many("products.yaml", Product, key="sku"),
        catalogue=files.if_own("catalogue.yaml", CatalogueWords) or CatalogueWords(),
        faq=load_faq(files),
        policies=load_policies(files),
        refunds=files.one("rules/refunds.yaml", RefundPolicy),
        contact=files.one("rules/contact.yaml", ContactPolicy),
        booking=files.one("rules/booking.yaml", BookingPolicy),
        tickets=files.if_own("rules/tickets.yaml", TicketPolicy) or TicketPolicy(),
        consult=files.if_own(CONSULT, ConsultPolicy) or ConsultPolicy(),
        departments=files.one("departments.yaml", DepartmentList).departments,
        people=files.many("people.yaml", Person),
        personas=files.many("personas.yaml", Persona, key="customer"),
        enquiries=files.if_own(ENQUIRIES, Enquiries),
        leads=files.if_own(LEADS, LeadCard),
        rules=files.many(RULES, DecisionRule),
        guidance=files.many("rules/guidance.yaml", Guidance),
        triggers=files.by_trigger("triggers.yaml", TriggerPolicy),
        decision=files.inherited("decision.yaml", DecisionPolicy),
        costs=files.by_trigger("costs.yaml", Cost),
        budget=files.inherited("budget.yaml", TurnBudget),
        sla=files.inherited("sla.yaml", SlaPolicy),
        models=models,
        calibrators=_calibrators(files, models),
        crisis=files.inherited("crisis.yaml", CrisisLines),
        wordings=load_wordings(files.directory, SAMPLE_BUSINESS),
        seed=Seed(
            customers=files.many("seed/customers.yaml", SeedCustomer),
            orders=files.folder("seed/orders", SeedOrder, key="number"),
            bookings=files.many("seed/bookings.yaml", SeedBooking),
            tickets=files.many("seed/tickets.yaml", SeedTicket),
        ),
    )
    business = check_references(files, business)
    check_sales(files, business)
    check_seed(files, business)
    return business


def _calibrators(files: BusinessFiles, models: ModelProfiles) -> dict[str, Calibrator]:
    names = {one.calibrator for one in models.profiles if one.calibrator}
    return {name: files.inherited(f"calibrators/{name}.yaml", Calibrator) for name in sorted(names)}
