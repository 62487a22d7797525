"""Customers of the business database: the SQL default of the tools' `CustomersPort`."""

from sqlalchemy import ColumnElement, select

from core.ids import CustomerId, OrderNumber
from store.database import UnitOfWork
from store.shop_records import AddressRecord, CustomerRecord, TicketRecord
from store.shop_tables import customer, order, ticket


class SqlCustomers:
    """Reads customers and their open tickets."""

    def get(self, uow: UnitOfWork, customer_id: CustomerId) -> CustomerRecord | None:
        """The customer of this id."""
        return _one(uow, customer.c.id == customer_id)

    def of_order(self, uow: UnitOfWork, number: OrderNumber) -> CustomerRecord | None:
        """The customer who placed this order."""
        owner = select(order.c.customer_id).where(order.c.number == number).scalar_subquery()
        return _one(uow, customer.c.id == owner)

    def open_tickets(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[TicketRecord, ...]:
        """The customer's tickets that are not solved, newest first."""
        mine = select(ticket).where(ticket.c.customer_id == customer_id, ticket.c.status != "solved")
        return tuple(
            TicketRecord(
                id=row.id,
                subject=row.subject,
                category=row.category,
                priority=row.priority,
                status=row.status,
                order_number=row.order_number,
                opened_at=row.opened_at,
                due_at=row.due_at,
            )
            for row in uow.connection.execute(mine.order_by(ticket.c.opened_at.desc()))
        )


def _one(uow: UnitOfWork, which: ColumnElement[bool]) -> CustomerRecord | None:
    row = uow.connection.execute(select(customer).where(which)).one_or_none()
    if row is None:
        return None
    return CustomerRecord(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        language=row.language,
        tier=row.tier,
        lifetime_cents=row.lifetime_cents,
        address=AddressRecord(row.line1, row.line2, row.town, row.postcode, row.country),
    )
