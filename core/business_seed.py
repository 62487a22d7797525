"""The rows that an empty data folder starts with: customers, orders, bookings, tickets."""

from typing import Annotated, Literal

from pydantic import Field

from core.business_parts import Country, Part, RelativeDay, Slug
from core.business_policy import Reason
from core.vocabulary import OrderState, Priority

Tier = Literal["standard", "silver", "gold"]


class Address(Part):
    """Where parcels go."""

    line1: str
    line2: str | None = None
    town: str
    postcode: str
    country: Country


class SeedCustomer(Part):
    """A customer with an account."""

    id: str
    name: str
    email: str
    phone: str | None = None
    address: Address
    tier: Tier = "standard"
    lifetime_value_cents: Annotated[int, Field(ge=0)] = 0
    since: RelativeDay
    language: str = "en"

    @property
    def postcode(self) -> str:
        return self.address.postcode


class SeedLine(Part):
    """So many units of one article, at the price that was paid."""

    sku: str
    quantity: Annotated[int, Field(ge=1)] = 1
    price_cents: Annotated[int, Field(ge=0)]
    """One unit."""


class Units(Part):
    """Units of one of the order's lines: in a parcel, or paid back."""

    sku: str
    quantity: Annotated[int, Field(ge=1)] = 1


class SeedShipment(Part):
    """A parcel."""

    carrier: str
    tracking: str
    shipped: RelativeDay
    expected: RelativeDay | None = None
    delivered: RelativeDay | None = None
    lines: tuple[Units, ...] = ()
    """What is in it; none: the whole order."""


class SeedRefund(Part):
    """Money given back before the seed day."""

    at: RelativeDay
    amount_cents: Annotated[int, Field(gt=0)]
    reason: Reason
    lines: Annotated[tuple[Units, ...], Field(min_length=1)]
    """The units that were paid back."""


class SeedOrder(Part):
    """An order, in the state that its dates tell."""

    number: Annotated[str, Field(pattern=r"^[A-Z]{0,3}-?\d{3,}$")]
    customer: str
    state: OrderState
    placed: RelativeDay
    paid: RelativeDay | None = None
    packed: RelativeDay | None = None
    expected: RelativeDay | None = None
    """When it should arrive, as promised when placed."""
    delivered: RelativeDay | None = None
    """When the last parcel arrived."""
    returned: RelativeDay | None = None
    cancelled: RelativeDay | None = None
    payment: str = "card"
    lines: Annotated[tuple[SeedLine, ...], Field(min_length=1)]
    shipping_cents: Annotated[int, Field(ge=0)]
    total_cents: Annotated[int, Field(ge=0)]
    shipments: tuple[SeedShipment, ...] = ()
    refunds: tuple[SeedRefund, ...] = ()
    address: Address | None = None
    """Where other than the customer's own address it goes."""
    note: str | None = None


class SeedBooking(Part):
    """An appointment; `core.opening.first_day_with` moves its local `start` to a day with such a slot."""

    id: str
    customer: str
    service: str
    location: str
    start: RelativeDay
    status: Literal["booked", "cancelled"] = "booked"


class TicketEntry(Part):
    """What was said or done about a ticket."""

    at: RelativeDay
    by: str
    """`customer`, or the id of a person."""
    text: str


class SeedTicket(Part):
    """Something that was asked before and is followed up."""

    id: str
    customer: str
    order: str | None = None
    subject: str
    category: Slug
    priority: Priority = Priority.NORMAL
    status: Literal["open", "waiting", "solved"]
    department: str
    opened: RelativeDay
    due: RelativeDay | None = None
    entries: Annotated[tuple[TicketEntry, ...], Field(min_length=1)]


class Seed(Part):
    """All rows of the seed."""

    customers: tuple[SeedCustomer, ...] = ()
    orders: tuple[SeedOrder, ...] = ()
    bookings: tuple[SeedBooking, ...] = ()
    tickets: tuple[SeedTicket, ...] = ()

    def customer(self, customer_id: str) -> SeedCustomer | None:
        return next((one for one in self.customers if one.id == customer_id), None)

    def orders_of(self, customer_id: str) -> tuple[SeedOrder, ...]:
        return tuple(order for order in self.orders if order.customer == customer_id)
