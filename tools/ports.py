"""Ports: the small interfaces behind which a business's own systems stand. SQL defaults are in `store/`.

Each call takes the open unit of work first. A port that keeps its rows in Baton's database writes through it
(atomic); one that calls another system ignores it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.ids import ConversationId, CustomerId, OrderNumber
from core.vocabulary import OrderState
from store.bookings import SqlBookings
from store.contacts import SqlContacts
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.identity import FailedTries, SqlIdentity
from store.orders import SqlOrders
from store.refunds import SqlRefunds
from store.shop_records import (
    AddressRecord,
    BookingRecord,
    ContactChange,
    CustomerRecord,
    NewRefund,
    OrderRecord,
    RefundRecord,
    TicketRecord,
)


class OrdersPort(Protocol):
    """Orders with their lines and parcels."""

    def find(self, uow: UnitOfWork, digits: str) -> tuple[OrderRecord, ...]:
        """Orders whose number has exactly these digits, whatever its letters."""

    def of_customer(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[OrderRecord, ...]:
        """All orders of a customer, newest first."""

    def lock(self, uow: UnitOfWork, number: OrderNumber) -> OrderRecord | None:
        """The order, held until the transaction ends."""

    def set_address(
        self, uow: UnitOfWork, number: OrderNumber, address: AddressRecord, states: Sequence[OrderState]
    ) -> bool:
        """Where the order goes, written only while it is in one of `states`."""


class CustomersPort(Protocol):
    """Customers with an account."""

    def get(self, uow: UnitOfWork, customer_id: CustomerId) -> CustomerRecord | None:
        """The customer of this id."""

    def of_order(self, uow: UnitOfWork, number: OrderNumber) -> CustomerRecord | None:
        """The customer who placed this order."""

    def open_tickets(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[TicketRecord, ...]:
        """Tickets that are not solved, newest first."""


class RefundsPort(Protocol):
    """Money that goes back."""

    def of_order(self, uow: UnitOfWork, number: OrderNumber) -> tuple[RefundRecord, ...]:
        """The order's refunds, oldest first."""

    def given_on(self, uow: UnitOfWork, day: str) -> int:
        """Cents refunded by machine on a day of the shop."""

    def make(self, uow: UnitOfWork, new: NewRefund, conversation_id: ConversationId | None) -> RefundRecord:
        """Makes the refund whole or not at all; RefundImpossible or CapReached when the books refuse it."""


class BookingsPort(Protocol):
    """Appointments."""

    def taken(
        self, uow: UnitOfWork, service: str, location: str, start: datetime, end: datetime
    ) -> tuple[BookingRecord, ...]:
        """Appointments that hold a place at some time between `start` and `end`."""

    def get(self, uow: UnitOfWork, reference: str) -> BookingRecord | None:
        """The appointment of this reference, whatever its status."""

    def of_customer(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[BookingRecord, ...]:
        """All appointments of a customer, by start."""

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> tuple[BookingRecord, ...]:
        """All appointments made in a conversation, by start."""

    def book(self, uow: UnitOfWork, new: BookingRecord, capacity: int) -> BookingRecord | None:
        """The appointment on a free place; None: the slot is full."""

    def move(
        self, uow: UnitOfWork, old: BookingRecord, start: datetime, end: datetime, capacity: int
    ) -> BookingRecord | None:
        """The same appointment on another slot; None: that slot is full, or the appointment has changed."""

    def cancel(self, uow: UnitOfWork, old: BookingRecord) -> BookingRecord | None:
        """The appointment cancelled; None: it has changed meanwhile."""


class ContactsPort(Protocol):
    """How a customer is reached."""

    def set_contact(self, uow: UnitOfWork, customer_id: CustomerId, field: str, value: str) -> None:
        """Writes `email` or `phone`."""

    def set_address(self, uow: UnitOfWork, customer_id: CustomerId, address: AddressRecord) -> None:
        """Writes the account's address."""

    def note(self, uow: UnitOfWork, change: ContactChange) -> None:
        """Keeps what was there before."""

    def changes(
        self, uow: UnitOfWork, customer_id: CustomerId, field: str, order_number: OrderNumber | None = None
    ) -> int:
        """How often it was changed so far."""


class IdentityPort(Protocol):
    """Tries at the identity challenge."""

    def hold(self, uow: UnitOfWork) -> None:
        """Other tries wait until this transaction ends, so that none is counted too late."""

    def failed(
        self, uow: UnitOfWork, conversation_id: ConversationId, digits: str | None, since: datetime
    ) -> FailedTries:
        """Failed tries since then."""

    def note(self, uow: UnitOfWork, conversation_id: ConversationId, digits: str, passed: bool) -> None:
        """Writes one try at an order number's digits, whether there is such an order or not."""

    def open_order(self, uow: UnitOfWork, conversation_id: ConversationId, order_number: OrderNumber) -> None:
        """The conversation may see this order."""


@dataclass(frozen=True)
class Ports:
    """All ports; each defaults to the SQL of `store/`."""

    orders: OrdersPort = field(default_factory=SqlOrders)
    customers: CustomersPort = field(default_factory=SqlCustomers)
    refunds: RefundsPort = field(default_factory=SqlRefunds)
    bookings: BookingsPort = field(default_factory=SqlBookings)
    contacts: ContactsPort = field(default_factory=SqlContacts)
    identity: IdentityPort = field(default_factory=SqlIdentity)
