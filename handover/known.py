"""What the business's records say about a customer, each fact with the record that it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.business import Business
from core.ids import CustomerId, OrderNumber
from core.money import Money
from core.shapes import Fact, Json, Origin
from core.vocabulary import CaseStatus, Level, OrderState
from handover import words
from store import cases, conversations
from store.bookings import SqlBookings
from store.cases import CaseRow
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.orders import SqlOrders
from store.sales_facts import contact_of, facts_of
from store.shop_records import BookingRecord, CustomerRecord, OrderRecord, TicketRecord
from store.tickets import open_tickets

DONE = frozenset({OrderState.DELIVERED, OrderState.RETURNED, OrderState.CANCELLED})
MOST_ORDERS = 5


@dataclass(frozen=True)
class Known:
    """A customer as the packet shows them."""

    customer: Json
    """`level`, `verified`, `id`, `name`, `open_tickets`; of an account `email`, `phone`, `tier`, `lifetime`
    and `open_orders`; of an opened order `verified_order`. Null where it is unknown."""
    facts: list[Fact]


def known(uow: UnitOfWork, case: CaseRow, business: Business) -> Known:
    """Reads the records of who writes, and what they left in this talk: enquiries, answers of a lead."""
    found = _by_level(uow, case, business)
    left = contact_of(uow, case.conversation_id)
    told = {name: value for name, value in found.customer.items() if value is not None}
    return Known({**found.customer, **left, **told}, [*found.facts, *_left(uow, case)])


def _by_level(uow: UnitOfWork, case: CaseRow, business: Business) -> Known:
    """The records of the account, or of the one order that the talk has opened."""
    talk = conversations.load(uow, case.conversation_id)
    customer: Json = case.customer.model_dump(mode="json")
    if case.customer.id is not None:
        return _by_account(uow, case, business, customer)
    if talk.level is Level.ORDER and talk.verified_order is not None:
        return _by_order(uow, case, talk.verified_order, business, customer)
    tickets = open_tickets(uow, case.conversation_id, None)
    return Known({**customer, "open_tickets": [one.id for one in tickets]}, [*map(_ticket, tickets)])


def _by_account(uow: UnitOfWork, case: CaseRow, business: Business, customer: Json) -> Known:
    id = CustomerId(str(case.customer.id))
    record = SqlCustomers().get(uow, id)
    if record is None:
        return Known(customer, [])
    orders = SqlOrders().of_customer(uow, id)
    running = [order for order in orders if order.state not in DONE]
    tickets = open_tickets(uow, case.conversation_id, id)
    facts = [
        _fact("customer", "customer", record.id, _of_customer(record, business)),
        *(_order(uow, order, business) for order in running[:MOST_ORDERS]),
        *_refunds(orders),
        *map(_ticket, tickets),
        *_bookings(uow, id, business),
        *_earlier(uow, case),
    ]
    about = _about(record, business)
    about |= {"open_orders": [order.number for order in running], "open_tickets": [one.id for one in tickets]}
    return Known({**customer, **about}, facts)


def _by_order(
    uow: UnitOfWork, case: CaseRow, number: OrderNumber, business: Business, customer: Json
) -> Known:
    """Whoever passed the check of one order: that order, and the name it was placed under."""
    record = SqlCustomers().of_order(uow, number)
    if record is None:
        return Known(customer, [])
    orders = [one for one in SqlOrders().of_customer(uow, record.id) if one.number == number]
    facts = [_fact("verified_order", "order", one.number, _of_order(one, business)) for one in orders]
    tickets = open_tickets(uow, case.conversation_id, None)
    about = {"name": record.name, "verified_order": number, "open_tickets": [one.id for one in tickets]}
    return Known({**customer, **about}, [*facts, *_refunds(orders), *map(_ticket, tickets)])


def _about(record: CustomerRecord, business: Business) -> Json:
    lifetime = Money.from_cents(record.lifetime_cents, business.shop.currency).model_dump(mode="json")
    return {"email": record.email, "phone": record.phone, "tier": record.tier, "lifetime": lifetime}


def _of_customer(record: CustomerRecord, business: Business) -> Json:
    lifetime = _money(record.lifetime_cents, business.shop.currency)
    return {"name": record.name, "tier": record.tier, "lifetime": lifetime, "language": record.language}


def _of_order(order: OrderRecord, business: Business) -> Json:
    return {
        "number": order.number,
        "state": order.state.replace("_", " "),
        "total": _money(order.total_cents, order.currency),
        "placed": _day(order.placed_at),
        "expected": _day(order.arrives_at) if order.arrives_at else "",
    }


def _order(uow: UnitOfWork, order: OrderRecord, business: Business) -> Fact:
    late = order.arrives_at is not None and order.arrives_at < uow.now
    key = "late_order" if late else "open_order"
    return _fact(key, "order", order.number, _of_order(order, business))


def _ticket(one: TicketRecord) -> Fact:
    return _fact("ticket", "ticket", one.id, vars(one))


def _refunds(orders: tuple[OrderRecord, ...] | list[OrderRecord]) -> Iterator[Fact]:
    for order in orders:
        if order.refunded_cents:
            back, total = (_money(one, order.currency) for one in (order.refunded_cents, order.total_cents))
            paid_back = {"number": order.number, "refunded": back, "total": total}
            yield _fact("refunded", "order", order.number, paid_back)


def _bookings(uow: UnitOfWork, id: CustomerId, business: Business) -> Iterator[Fact]:
    for one in SqlBookings().of_customer(uow, id):
        if one.status == "booked" and one.start_at > uow.now:
            yield _fact("booking", "booking", one.reference, _of_booking(uow, one, business))


def _of_booking(uow: UnitOfWork, one: BookingRecord, business: Business) -> Json:
    service = business.service(one.service)
    start = words.moment(one.start_at, uow.now, business.shop.timezone, business.shop.locale)
    return {"reference": one.reference, "service": service.name if service else one.service, "start": start}


def _left(uow: UnitOfWork, case: CaseRow) -> Iterator[Fact]:
    for one in facts_of(uow, case.conversation_id):
        key = "lead_open" if one.kind == "lead" and one.values["score"] is None else one.kind
        yield _fact(key, one.kind, one.id, one.values)


def _earlier(uow: UnitOfWork, case: CaseRow) -> Iterator[Fact]:
    if case.previous_case_id is None:
        return
    before = cases.load(uow, case.previous_case_id)
    ended = before.outcome if before.status is CaseStatus.RESOLVED and before.outcome else before.status
    yield _fact("asked_before", "case", before.id, {"status": ended.replace("_", " ")})


def _fact(key: str, kind: str, id: str, values: Json) -> Fact:
    return Fact(text=words.desk("fact", key, **values), from_=Origin(kind=kind, id=id))


def _money(cents: int, currency: str) -> str:
    money = Money.from_cents(cents, currency)
    return f"{money.amount} {money.currency}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
