"""The business folder, loaded and checked: everything that makes Baton this shop's and not another's."""

from pathlib import Path

from core.business_checks import check_references
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
from core.settings import SAMPLE_BUSINESS
from core.wordings import Wordings, load_wordings

__all__ = [
    "WEEKDAYS",
    "Address",
    "BookingPolicy",
    "Business",
    "ContactPolicy",
    "Cost",
    "CrisisLine",
    "CrisisLines",
    "Deadline",
    "DecisionPolicy",
    "Department",
    "Effect",
    "FaqEntry",
    "Hours",
    "HoursException",
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
    "TicketEntry",
    "TriggerPolicy",
    "TurnBudget",
    "Units",
    "Weekday",
    "When",
    "Wordings",
    "load_business",
]


def load_business(directory: Path) -> Business:
    """The business of a folder.

    Facts are never inherited. Wordings, triggers, decision, costs, budget, sla, models and crisis lines that
    the folder lacks come from the sample business. BusinessFileError names file and line of the first fault.
    """
    if not directory.is_dir():
        raise BusinessFiles(directory, SAMPLE_BUSINESS).no_folder()
    files = BusinessFiles(directory.resolve(), SAMPLE_BUSINESS)
    business = Business(
        directory=files.directory,
        shop=files.one("shop.yaml", Shop),
        locations=files.many("locations.yaml", Location),
        services=files.many("services.yaml", Service),
        products=files.many("products.yaml", Product, key="sku"),
        faq=load_faq(files),
        policies=load_policies(files),
        refunds=files.one("rules/refunds.yaml", RefundPolicy),
        contact=files.one("rules/contact.yaml", ContactPolicy),
        booking=files.one("rules/booking.yaml", BookingPolicy),
        departments=files.one("departments.yaml", DepartmentList).departments,
        people=files.many("people.yaml", Person),
        personas=files.many("personas.yaml", Persona, key="customer"),
        triggers=files.by_trigger("triggers.yaml", TriggerPolicy),
        decision=files.inherited("decision.yaml", DecisionPolicy),
        costs=files.by_trigger("costs.yaml", Cost),
        budget=files.inherited("budget.yaml", TurnBudget),
        sla=files.inherited("sla.yaml", SlaPolicy),
        models=files.inherited("models.yaml", ModelProfiles),
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
    check_seed(files, business)
    return business
