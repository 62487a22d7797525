"""A business as one frozen value: what `core.business.load_business` gives."""

from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict

from core.business_consult import ConsultPolicy
from core.business_facts import (
    CrisisLines,
    Department,
    FaqEntry,
    Location,
    Person,
    Persona,
    PolicyDoc,
    Product,
    Service,
    Shop,
)
from core.business_parts import Part
from core.business_policy import (
    BookingPolicy,
    Calibrator,
    ContactPolicy,
    Costs,
    DecisionPolicy,
    ModelProfiles,
    RefundPolicy,
    SlaPolicy,
    TriggerPolicies,
    TurnBudget,
)
from core.business_rules import DecisionRule, Guidance
from core.business_sales import Enquiries, LeadCard
from core.business_seed import Seed
from core.catalogue import CatalogueWords
from core.tickets import TicketPolicy
from core.vocabulary import Capability, Trigger
from core.wordings import BASE_LANGUAGE, Wordings


class Business(Part):
    """A business, frozen."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    directory: Path
    shop: Shop
    locations: tuple[Location, ...]
    services: tuple[Service, ...]
    products: tuple[Product, ...]
    catalogue: CatalogueWords
    faq: tuple[FaqEntry, ...]
    policies: tuple[PolicyDoc, ...]
    refunds: RefundPolicy
    contact: ContactPolicy
    booking: BookingPolicy
    tickets: TicketPolicy
    consult: ConsultPolicy
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    personas: tuple[Persona, ...]
    enquiries: Enquiries | None
    """None: this business takes down no enquiries."""
    leads: LeadCard | None
    """None: it qualifies no leads."""
    rules: tuple[DecisionRule, ...]
    guidance: tuple[Guidance, ...]
    triggers: TriggerPolicies
    decision: DecisionPolicy
    costs: Costs
    budget: TurnBudget
    sla: SlaPolicy
    models: ModelProfiles
    calibrators: dict[str, Calibrator]
    """By the name that a model's profile gives."""
    crisis: CrisisLines
    wordings: Wordings
    seed: Seed

    def rule(self, rule_id: str) -> DecisionRule | None:
        return _by_id(self.rules, rule_id)

    @property
    def default_department(self) -> Department:
        return next(one for one in self.departments if one.default)

    def department(self, department_id: str) -> Department | None:
        return _by_id(self.departments, department_id)

    def calibrator_of(self, model: str) -> Calibrator | None:
        """The calibrator of a model; None: the triggers' scales weigh its self-report."""
        return self.calibrators.get(self.models.for_model(model).calibrator or "")

    def owner_of(self, owned: Trigger | Capability) -> Department:
        """The department that owns a trigger or a capability, else the default one."""
        return next((one for one in self.departments if owned in one.owns), self.default_department)

    def location(self, location_id: str) -> Location | None:
        return _by_id(self.locations, location_id)

    def service(self, service_id: str) -> Service | None:
        return _by_id(self.services, service_id)

    def policy(self, policy_id: str) -> PolicyDoc | None:
        return _by_id(self.policies, policy_id)

    def person(self, person_id: str) -> Person | None:
        return _by_id(self.people, person_id)

    def product(self, sku: str) -> Product | None:
        return next((one for one in self.products if one.sku == sku), None)

    def crisis_text(self, country: str | None = None, language: str = BASE_LANGUAGE) -> str:
        """What somebody in danger is told, with the numbers of their country (ISO 3166, two letters)."""
        line = self.crisis.for_country(country)
        return self.wordings.say("crisis", language, **line.model_dump())


_Named = TypeVar("_Named", Location, Service, PolicyDoc, Person, Department, DecisionRule)


def _by_id(ones: tuple[_Named, ...], wanted: str) -> _Named | None:
    return next((one for one in ones if one.id == wanted), None)
