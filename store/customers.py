"""Customers of the business database: the SQL default of the tools' `CustomersPort`."""

from sqlalchemy import Select, bindparam, select

from core.ids import CustomerId, OrderNumber
from store.database import UnitOfWork
from store.shop_records import AddressRecord, CustomerRecord
from store.shop_tables import customer, order

_BY_ID = select(customer).where(customer.c.id == bindparam("customer"))
_OWNER = select(order.c.customer_id).where(order.c.number == bindparam("number")).scalar_subquery()
_OF_ORDER = select(customer).where(customer.c.id == _OWNER)


class SqlCustomers:
    """Reads customers."""

    def get(self, uow: UnitOfWork, customer_id: CustomerId) -> CustomerRecord | None:
        """The customer of this id."""
        return _one(uow, _BY_ID, {"customer": customer_id})

    def of_order(self, uow: UnitOfWork, number: OrderNumber) -> CustomerRecord | None:
        """The customer who placed this order."""
        return _one(uow, _OF_ORDER, {"number": number})


def _one(uow: UnitOfWork, query: Select[tuple[object, ...]], which: dict[str, str]) -> CustomerRecord | None:
    row = uow.connection.execute(query, which).one_or_none()
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
