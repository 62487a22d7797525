"""Ports: the small interfaces behind which a business's own systems stand. SQL defaults are in `store/`.

Each call takes the open unit of work first. A port that keeps its rows in Baton's database writes through it
(atomic); one that calls another system ignores it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.ids import ConversationId, CustomerId, OrderNumber
from core.shapes import Json
from core.vocabulary import OrderState
from store.bookings import SqlBookings
from store.contacts import SqlContacts
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.enquiries import SqlEnquiries
from store.identity import FailedTries, SqlIdentity
from store.identity_codes import CodeRecord, SqlCodes
from store.leads import SqlLeads
from store.orders import SqlOrders
from store.products import SqlProducts
from store.refunds import SqlRefunds
from store.sales_records import EnquiryRecord, LeadRecord
from store.shop_records import (
    AddressRecord,
    BookingRecord,
    ContactChange,
    CustomerRecord,
    NewRefund,
    OrderRecord,
    ProductRecord,
    RefundRecord,
    TicketRecord,
)
from store.tickets import SqlTickets


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


class ProductsPort(Protocol):
    """The catalogue with its stock."""

    def all(self, uow: UnitOfWork) -> tuple[ProductRecord, ...]:
        """Every article with what is in stock now."""


class TicketsPort(Protocol):
    """What was asked and is followed up."""

    def get(self, uow: UnitOfWork, id: str) -> TicketRecord | None:
        """The ticket of this number, whatever its state."""

    def of_customer(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[TicketRecord, ...]:
        """All tickets of a customer, newest first."""

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> tuple[TicketRecord, ...]:
        """Tickets that were made in a conversation, or that its challenge has opened, newest first."""

    def open_to(self, uow: UnitOfWork, conversation_id: ConversationId, id: str) -> None:
        """The conversation may see this ticket from now on."""

    def create(self, uow: UnitOfWork, new: TicketRecord) -> TicketRecord:
        """Writes a new ticket."""

    def save(self, uow: UnitOfWork, changed: TicketRecord) -> TicketRecord | None:
        """The ticket as stored, its revision raised; None: it has changed since it was read."""


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

    def open_account(self, uow: UnitOfWork, conversation_id: ConversationId, customer_id: CustomerId) -> None:
        """The conversation is this customer's, as if they had signed in."""


class CodesPort(Protocol):
    """One-time codes to the contact on file."""

    def ask(
        self, uow: UnitOfWork, conversation_id: ConversationId, customer_id: CustomerId | None, subject: str
    ) -> str:
        """The id of a new code, made when it is sent; older ones of the conversation no longer count."""

    def asked(
        self, uow: UnitOfWork, conversation_id: ConversationId, subject: str, since: datetime
    ) -> tuple[int, int]:
        """How many were asked for since then: by the conversation, and for the subject anywhere."""

    def sent(self, uow: UnitOfWork, customer_id: CustomerId, since: datetime) -> int:
        """How many codes this customer has been sent since then."""

    def get(self, uow: UnitOfWork, id: str) -> CodeRecord | None:
        """The code while it is open."""

    def open(self, uow: UnitOfWork, conversation_id: ConversationId) -> CodeRecord | None:
        """The conversation's open code, sent or not."""

    def make(self, uow: UnitOfWork, id: str, code_hash: str, sent_to: str, expires_at: datetime) -> bool:
        """Writes the hash of what is being sent. False when the code is no longer open."""

    def use(self, uow: UnitOfWork, id: str) -> bool:
        """Uses the code up. False when it was used before, or is void."""


class EnquiriesPort(Protocol):
    """What enquirers left for a person to act on."""

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> tuple[EnquiryRecord, ...]:
        """All enquiries of a conversation, the latest change first."""

    def get(self, uow: UnitOfWork, reference: str) -> EnquiryRecord | None:
        """The enquiry of this reference."""

    def save(self, uow: UnitOfWork, record: EnquiryRecord) -> EnquiryRecord | None:
        """The enquiry as stored, its revision raised; None: it has changed since `record` was read."""


class LeadsPort(Protocol):
    """Who may buy, by the answers to the score card."""

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> LeadRecord | None:
        """The lead of a conversation."""

    def get(self, uow: UnitOfWork, reference: str) -> LeadRecord | None:
        """The lead of this reference."""

    def save(self, uow: UnitOfWork, record: LeadRecord) -> LeadRecord | None:
        """The lead as stored, its revision raised; None: it has changed since `record` was read."""


class McpPort(Protocol):
    """Tools of MCP servers."""

    def read(self, uow: UnitOfWork, server: str, tool: str, arguments: Json) -> Json:
        """What a tool that changes nothing answers: `{ok, content}`."""

    def change(self, uow: UnitOfWork, server: str, tool: str, arguments: Json) -> Json:
        """What a tool that changes something answers, called once."""


class NoMcp:
    """No server is configured."""

    def read(self, uow: UnitOfWork, server: str, tool: str, arguments: Json) -> Json:
        raise LookupError(server)

    def change(self, uow: UnitOfWork, server: str, tool: str, arguments: Json) -> Json:
        raise LookupError(server)


@dataclass(frozen=True)
class Ports:
    """All ports; each defaults to the SQL of `store/`."""

    orders: OrdersPort = field(default_factory=SqlOrders)
    customers: CustomersPort = field(default_factory=SqlCustomers)
    refunds: RefundsPort = field(default_factory=SqlRefunds)
    bookings: BookingsPort = field(default_factory=SqlBookings)
    contacts: ContactsPort = field(default_factory=SqlContacts)
    identity: IdentityPort = field(default_factory=SqlIdentity)
    codes: CodesPort = field(default_factory=SqlCodes)
    products: ProductsPort = field(default_factory=SqlProducts)
    tickets: TicketsPort = field(default_factory=SqlTickets)
    public_url: str = ""
    """Where customers reach this Baton: links to files begin with it."""
    enquiries: EnquiriesPort = field(default_factory=SqlEnquiries)
    leads: LeadsPort = field(default_factory=SqlLeads)
    mcp: McpPort = field(default_factory=NoMcp)
