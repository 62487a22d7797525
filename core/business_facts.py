"""The facts of a business: shop, showrooms, services, catalogue, knowledge, people, personas."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.business_parts import Country, Currency, Hours, Part, Slug, Spans, Timezone
from core.vocabulary import PersonRole

AttributeValue = str | bool | int | float | tuple[str, ...]


class Shop(Part):
    """Who the business is."""

    name: str
    assistant_name: str
    currency: Currency
    country: Country
    timezone: Timezone
    locale: str = "en"
    about: str
    website: str | None = None
    email: str
    phone: str | None = None
    carriers: dict[str, str | None] = Field(default_factory=dict)
    """Each carrier's tracking page, with `{tracking}` in it."""

    def tracking_url(self, carrier: str, tracking: str) -> str | None:
        page = self.carriers.get(carrier)
        return page.replace("{tracking}", tracking) if page else None


class HoursException(Part):
    """A day with other hours than its weekday's."""

    date: Annotated[str, Field(pattern=r"^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    """`12-25` every year, or `2026-12-24` once."""
    name: str
    hours: Spans = ()
    """None: closed."""


class Location(Part):
    """A place that customers may visit."""

    id: Slug
    name: str
    address: str
    postcode: str
    town: str
    country: Country
    timezone: Timezone
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    """Where it lies on the map; absent: where its postcode or its town does."""
    phone: str | None = None
    about: str = ""
    hours: Hours
    exceptions: tuple[HoursException, ...] = ()


class Service(Part):
    """What may be booked, and how its slots lie."""

    id: Slug
    name: str
    about: str
    minutes: Annotated[int, Field(gt=0)]
    capacity: Annotated[int, Field(ge=1)]
    """Customers on one slot of one location."""
    lead_hours: Annotated[int, Field(ge=0)]
    horizon_days: Annotated[int, Field(ge=1)]
    locations: Annotated[tuple[str, ...], Field(min_length=1)]
    start_every_minutes: Annotated[int, Field(gt=0)]
    late_cancel_hours: Annotated[int, Field(ge=0)]
    price_cents: Annotated[int, Field(ge=0)] = 0
    hours: Hours | None = None
    """When it is offered, within the location's hours; null: whenever the location is open."""


class Product(Part):
    """One article of the catalogue."""

    sku: str
    name: str
    category: str
    price_cents: Annotated[int, Field(ge=0)]
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)
    stock: Annotated[int, Field(ge=0)]
    item_type: str = "standard"
    """`standard`, `final_sale`, `made_to_order`, `perishable` …: what refund rules speak of."""
    about: str


class FaqEntry(Part):
    """A question with its answer."""

    id: Slug
    title: str
    """The question."""
    text: str
    """The answer."""
    also: tuple[str, ...] = ()
    """The question in other words."""
    url: str | None = None
    file: Path
    line: int


class PolicySection(Part):
    """One numbered section of a policy."""

    id: str
    title: str
    text: str


class PolicyDoc(Part):
    """A policy document in Markdown: front matter, then numbered sections."""

    id: Slug
    title: str
    version: Annotated[int, Field(ge=1)]
    url: str | None = None
    text: str
    sections: tuple[PolicySection, ...]
    file: Path

    def section(self, section_id: str) -> PolicySection | None:
        return next((section for section in self.sections if section.id == section_id), None)


class Department(Part):
    """People who own some triggers and capabilities."""

    id: Slug
    name: str
    about: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    hours: Hours | Literal["always"]
    members: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    """Triggers and capabilities whose cases come here."""
    default: bool = False


class Person(Part):
    """Somebody who answers cases."""

    id: Slug
    name: str
    role: PersonRole = PersonRole.DESK
    departments: Annotated[tuple[str, ...], Field(min_length=1)]
    languages: tuple[str, ...] = ("en",)
    capacity: Annotated[int, Field(ge=0)]
    """Live conversations at once."""
    limit_cents: Annotated[int, Field(ge=0)]
    """Up to which amount they may approve."""


class Persona(Part):
    """A customer whom a visitor of the demo may play."""

    customer: str
    about: str
    starters: tuple[str, ...] = ()
    """First messages to try."""


class CrisisLine(Part):
    """Where somebody in danger finds help in one country."""

    emergency: str
    helpline: str
    helpline_name: str


class CrisisLines(Part):
    """Help by country, and what is said where the country is not known."""

    countries: dict[Country, CrisisLine]
    elsewhere: CrisisLine

    def for_country(self, country: str | None) -> CrisisLine:
        return self.countries.get(country or "", self.elsewhere)


class DepartmentList(Part):
    """All departments; exactly one is the default."""

    departments: Annotated[tuple[Department, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_default(self) -> "DepartmentList":
        if sum(department.default for department in self.departments) != 1:
            raise ValueError("exactly one department with default: true")
        return self
