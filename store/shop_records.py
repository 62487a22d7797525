"""Records of the business database, as the tools' ports give and take them."""

from dataclasses import dataclass
from datetime import datetime

from core.ids import CustomerId, OrderNumber
from core.vocabulary import OrderState


@dataclass(frozen=True)
class AddressRecord:
    """Where parcels go."""

    line1: str
    line2: str | None
    town: str
    postcode: str
    country: str


@dataclass(frozen=True)
class CustomerRecord:
    """A customer with an account."""

    id: CustomerId
    name: str
    email: str
    phone: str | None
    language: str
    tier: str
    lifetime_cents: int
    address: AddressRecord


AttributeValue = str | bool | int | float | list[str]


@dataclass(frozen=True)
class ProductRecord:
    """An article of the catalogue with what is in stock now."""

    sku: str
    name: str
    category: str
    price_cents: int
    currency: str
    attributes: dict[str, AttributeValue]
    stock: int
    item_type: str
    about: str


@dataclass(frozen=True)
class LineRecord:
    """So many units of one article; `refunded` holds the numbers of units that were paid back."""

    id: str
    sku: str
    name: str
    item_type: str
    quantity: int
    price_cents: int
    """One unit."""
    refunded: frozenset[int]

    @property
    def free_units(self) -> tuple[int, ...]:
        """Units that were not paid back, lowest first."""
        return tuple(unit for unit in range(1, self.quantity + 1) if unit not in self.refunded)


@dataclass(frozen=True)
class ParcelRecord:
    """A shipment. `contents`: order line id → units in it."""

    id: str
    carrier: str
    tracking: str
    url: str | None
    shipped_at: datetime
    expected_at: datetime | None
    delivered_at: datetime | None
    contents: dict[str, int]


@dataclass(frozen=True)
class OrderRecord:
    """An order with its lines and parcels."""

    number: OrderNumber
    customer_id: CustomerId
    state: OrderState
    placed_at: datetime
    paid_at: datetime | None
    expected_at: datetime | None
    delivered_at: datetime | None
    payment_method: str
    currency: str
    shipping_cents: int
    total_cents: int
    paid_cents: int
    refunded_cents: int
    address: AddressRecord
    lines: tuple[LineRecord, ...]
    parcels: tuple[ParcelRecord, ...]

    @property
    def arrives_at(self) -> datetime | None:
        """When what has not arrived is expected; the first promise where nothing newer is known."""
        coming = [p.expected_at for p in self.parcels if p.delivered_at is None and p.expected_at]
        return max(coming) if coming else self.expected_at


@dataclass(frozen=True)
class RefundUnits:
    """Units of one order line that are paid back together."""

    line_id: str
    units: tuple[int, ...]


@dataclass(frozen=True)
class NewRefund:
    """A refund to make."""

    reference: str
    order_number: OrderNumber
    units: tuple[RefundUnits, ...]
    amount_cents: int
    currency: str
    method: str
    reason: str | None
    policy_version: int
    day: str
    """The shop's day, `2026-11-24`: what the daily cap counts by."""
    daily_cap_cents: int
    person_id: str | None


@dataclass(frozen=True)
class RefundRecord:
    """A refund that was made."""

    reference: str
    order_number: OrderNumber
    amount_cents: int
    currency: str
    at: datetime


@dataclass(frozen=True)
class BookingRecord:
    """An appointment."""

    reference: str
    service: str
    location: str
    start_at: datetime
    end_at: datetime
    place: int | None
    customer_id: CustomerId | None
    conversation_id: str | None
    name: str
    email: str | None
    phone: str | None
    status: str
    """`booked` or `cancelled`."""
    revision: int
    calendar_token: str | None = None
    """What opens its calendar file; None: it has none."""


@dataclass(frozen=True)
class ContactChange:
    """A contact or an address that was changed."""

    id: str
    customer_id: CustomerId
    order_number: OrderNumber | None
    field: str
    old: dict[str, str | None]
    new: dict[str, str | None]


@dataclass(frozen=True)
class TicketEntryRecord:
    """What was said or done about a ticket."""

    at: datetime
    by: str
    """`customer`, `ai`, or the id of a person."""
    text: str


@dataclass(frozen=True)
class TicketRecord:
    """Something that was asked before and is followed up."""

    id: str
    customer_id: CustomerId | None
    name: str | None
    email: str | None
    conversation_id: str | None
    order_number: OrderNumber | None
    subject: str
    category: str
    priority: str
    status: str
    """`open`: it waits for us; `waiting`: for something else; `solved`."""
    department: str
    opened_at: datetime
    due_at: datetime | None
    updated_at: datetime
    entries: tuple[TicketEntryRecord, ...]
    promise_id: str | None
    revision: int

    @property
    def last(self) -> TicketEntryRecord:
        return self.entries[-1]
