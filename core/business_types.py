"""A business as one frozen value: what `core.business.load_business` gives."""

from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict

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
    ContactPolicy,
    Costs,
    DecisionPolicy,
    ModelProfiles,
    RefundPolicy,
    SlaPolicy,
    TriggerPolicies,
    TurnBudget,
)
from core.business_seed import Seed
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
    faq: tuple[FaqEntry, ...]
    policies: tuple[PolicyDoc, ...]
    refunds: RefundPolicy
    contact: ContactPolicy
    booking: BookingPolicy
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    personas: tuple[Persona, ...]
    triggers: TriggerPolicies
    decision: DecisionPolicy
    costs: Costs
    budget: TurnBudget
    sla: SlaPolicy
    models: ModelProfiles
    crisis: CrisisLines
    wordings: Wordings
    seed: Seed

    @property
    def default_department(self) -> Department:
        return next(one for one in self.departments if one.default)

    def department(self, department_id: str) -> Department | None:
        return _by_id(self.departments, department_id)

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


_Named = TypeVar("_Named", Location, Service, PolicyDoc, Person, Department)


def _by_id(ones: tuple[_Named, ...], wanted: str) -> _Named | None:
    return next((one for one in ones if one.id == wanted), None)
