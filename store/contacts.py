"""Contacts and addresses of the business database: the SQL default of the tools' `ContactsPort`."""

from dataclasses import asdict

from sqlalchemy import func, insert, select, update

from core.ids import CustomerId, OrderNumber
from store.database import UnitOfWork
from store.shop_records import AddressRecord, ContactChange
from store.shop_tables import contact_change, customer


class SqlContacts:
    """Writes a customer's contact and address, and keeps what they were."""

    def set_contact(self, uow: UnitOfWork, customer_id: CustomerId, field: str, value: str) -> None:
        """Writes `email` or `phone`. KeyError for another field."""
        column = {"email": customer.c.email, "phone": customer.c.phone}[field]
        uow.connection.execute(update(customer).where(customer.c.id == customer_id).values({column: value}))

    def set_address(self, uow: UnitOfWork, customer_id: CustomerId, address: AddressRecord) -> None:
        """Writes the account's address."""
        uow.connection.execute(update(customer).where(customer.c.id == customer_id).values(asdict(address)))

    def note(self, uow: UnitOfWork, change: ContactChange) -> None:
        """Keeps what was there before."""
        uow.connection.execute(insert(contact_change).values(at=uow.now, **asdict(change)))

    def changes(
        self, uow: UnitOfWork, customer_id: CustomerId, field: str, order_number: OrderNumber | None = None
    ) -> int:
        """How often this field (of this order, or of the account) was changed so far."""
        counted = select(func.count()).where(
            contact_change.c.customer_id == customer_id,
            contact_change.c.field == field,
            contact_change.c.order_number == order_number
            if order_number
            else contact_change.c.order_number.is_(None),
        )
        return uow.connection.execute(counted).scalar_one()
