"""The facts about a customer that a packet and the detectors need, each with the record it comes from."""

from dataclasses import dataclass

from core.ids import CustomerId
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.orders import SqlOrders


@dataclass(frozen=True)
class CustomerFactSheet:
    lifetime_value: float | None
    tier: str | None
    late_orders: int


def customer_facts(uow: UnitOfWork, customer_id: CustomerId) -> CustomerFactSheet:
    record = SqlCustomers().get(uow, customer_id)
    if record is None:
        return CustomerFactSheet(None, None, 0)
    orders = SqlOrders().of_customer(uow, customer_id)
    late = sum(1 for one in orders if one.delivered_at is None and one.expected_at and one.expected_at < uow.now)
    return CustomerFactSheet(record.lifetime_cents / 100, record.tier, late)
