"""The facts of a customer that a packet needs, each with the record it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.business import Business
from core.ids import CustomerId, OrderNumber
from core.shapes import Fact, Origin
from core.vocabulary import OrderState
from store.database import UnitOfWork
from store.shop_records import CustomerRecord, OrderRecord, TicketRecord
from tools import show
from tools.order_view import late_days, state_words
from tools.ports import Ports
from tools.words import words

_OPEN = frozenset(OrderState) - {OrderState.DELIVERED, OrderState.RETURNED, OrderState.CANCELLED}


@dataclass(frozen=True)
class LateOrder:
    """An order past its day."""

    order: OrderRecord
    days: int


@dataclass(frozen=True)
class CustomerFacts:
    """What is known of a customer."""

    customer: CustomerRecord
    open_orders: tuple[OrderRecord, ...]
    """Newest first; late ones included."""
    late_orders: tuple[LateOrder, ...]
    open_tickets: tuple[TicketRecord, ...]
    facts: tuple[Fact, ...]
    """All of it in words, each with kind (`customer`, `order`, `ticket`) and id of its record."""

    @property
    def lifetime_value(self) -> float:
        """In whole units of the shop's currency, as the triggers take it."""
        return self.customer.lifetime_cents / 100


def customer_facts(
    uow: UnitOfWork, customer_id: CustomerId, business: Business, ports: Ports
) -> CustomerFacts | None:
    """The facts of a customer; None when there is no such customer."""
    customer = ports.customers.get(uow, customer_id)
    if customer is None:
        return None
    orders = ports.orders.of_customer(uow, customer_id)
    going = tuple(order for order in orders if order.state in _OPEN)
    late = tuple(
        LateOrder(order, days)
        for order in going
        if (days := late_days(order, uow.now, business.shop.timezone)) > 0
    )
    tickets = ports.customers.open_tickets(uow, customer_id)
    facts = (
        *_of_customer(customer, business),
        *(_of_order(uow, order, business) for order in going),
        *(_of_late(uow, one, business) for one in late),
        *(_fact("ticket", one.status, {"id": one.id, "subject": one.subject}, one.id) for one in tickets),
    )
    return CustomerFacts(customer, going, late, tickets, facts)


def order_facts(uow: UnitOfWork, number: OrderNumber, business: Business, ports: Ports) -> tuple[Fact, ...]:
    """What may be told of an order that only the challenge has opened: no name, no contact."""
    owner = ports.customers.of_order(uow, number)
    orders = ports.orders.of_customer(uow, owner.id) if owner else ()
    facts = [_fact("fact", "verified_order", {"number": number}, number, kind="order")]
    facts += [_of_order(uow, order, business) for order in orders if order.number == number]
    return tuple(facts)


def _of_customer(customer: CustomerRecord, business: Business) -> tuple[Fact, ...]:
    amount = show.amount(customer.lifetime_cents, business.shop.currency)
    named = {"name": customer.name, "tier": customer.tier}
    return (
        _fact("fact", "customer", named, customer.id, kind="customer"),
        _fact("fact", "lifetime", {"amount": amount}, customer.id, kind="customer"),
    )


def _of_order(uow: UnitOfWork, order: OrderRecord, business: Business) -> Fact:
    placed = show.dated("placed", order.placed_at, uow.now, business.shop.timezone)["placed"]
    values = {"number": order.number, "state": state_words(order.state), "placed": placed}
    return _fact("fact", "open_order", values, order.number, kind="order")


def _of_late(uow: UnitOfWork, late: LateOrder, business: Business) -> Fact:
    expected = show.dated("expected", late.order.arrives_at, uow.now, business.shop.timezone)["expected"]
    values = {"number": late.order.number, "days": late.days, "expected": expected}
    return _fact("fact", "late_order", values, late.order.number, kind="order")


def _fact(section: str, key: str, values: Mapping[str, object], id: str, kind: str | None = None) -> Fact:
    return Fact(text=words().fill(section, key, dict(values)), from_=Origin(kind=kind or section, id=id))
