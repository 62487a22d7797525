"""What the records say of a customer, as far as a decision needs it: value, tier, what is late."""

from dataclasses import dataclass

from core.business import Business
from core.ids import CustomerId
from core.vocabulary import OrderState
from store.database import UnitOfWork
from tools.order_view import late_days
from tools.ports import Ports

_DONE = frozenset({OrderState.DELIVERED, OrderState.RETURNED, OrderState.CANCELLED})


@dataclass(frozen=True)
class CustomerFacts:
    """A customer's worth to the business, and what the business owes them."""

    lifetime_value: float
    """In whole units of the shop's currency."""
    tier: str
    late_orders: int


def customer_facts(
    uow: UnitOfWork, customer_id: CustomerId, business: Business, ports: Ports
) -> CustomerFacts | None:
    """The facts of a customer; None when there is no such customer."""
    customer = ports.customers.get(uow, customer_id)
    if customer is None:
        return None
    orders = ports.orders.of_customer(uow, customer_id)
    late = [
        order
        for order in orders
        if order.state not in _DONE and late_days(order, uow.now, business.shop.timezone) > 0
    ]
    return CustomerFacts(customer.lifetime_cents / 100, customer.tier, len(late))
