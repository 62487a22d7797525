"""The shop's rows from the business folder, with dates relative to the day of seeding."""

from datetime import date, datetime, time
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, insert, select

from core.business import Business, SeedCustomer, SeedOrder, SeedTicket, When
from core.clock import rfc3339
from store.database import UnitOfWork
from store.seed_bookings import booking_rows
from store.shop_tables import (
    booking,
    contact_change,
    customer,
    order,
    order_line,
    product,
    refund,
    refund_day,
    refund_unit,
    shipment,
    ticket,
    ticket_access,
)
from store.work_tables import seed

Row = dict[str, object]
_CHILDREN_FIRST = (
    refund_unit,
    refund,
    refund_day,
    shipment,
    order_line,
    contact_change,
    booking,
    ticket,
    ticket_access,
)
_MARKER = 1


def seed_shop(uow: UnitOfWork, business: Business) -> None:
    """Replaces all rows of the shop's tables by `business.seed`, as of the shop's day at `uow.now`."""
    today = uow.now.astimezone(ZoneInfo(business.shop.timezone)).date()
    clear_shop(uow)
    write = _Writer(uow, business, today)
    write.products_and_customers()
    write.orders()
    write.rows(booking, booking_rows(business, today))
    write.rows(ticket, [write.ticket(one) for one in business.seed.tickets])
    write.rows(seed, [{"id": _MARKER, "at": uow.now, "business": str(business.directory)}])


def seeded_at(uow: UnitOfWork) -> datetime | None:
    """When the shop's tables were last seeded; None for an empty store."""
    return cast(datetime | None, uow.connection.execute(select(seed.c.at)).scalar_one_or_none())


def clear_shop(uow: UnitOfWork) -> None:
    """Empties the shop's tables and the mark of the last seeding."""
    for table in (*_CHILDREN_FIRST, order, customer, product, seed):
        uow.connection.execute(delete(table))


class _Writer:
    """Turns parts of the seed into rows of one day."""

    def __init__(self, uow: UnitOfWork, business: Business, today: date) -> None:
        self._uow, self._business, self._today = uow, business, today
        self._zone = business.shop.timezone
        self._products = {one.sku: one for one in business.products}

    def rows(self, table: Table, rows: list[Row]) -> None:
        """All rows at once; none is no statement."""
        if rows:
            self._uow.connection.execute(insert(table), rows)

    def products_and_customers(self) -> None:
        currency = self._business.shop.currency
        products = [{**one.model_dump(), "currency": currency} for one in self._business.products]
        self.rows(product, products)
        self.rows(customer, [self._customer(one) for one in self._business.seed.customers])

    def orders(self) -> None:
        orders = self._business.seed.orders
        self.rows(order, [self._order(one) for one in orders])
        self.rows(order_line, [row for one in orders for row in self._lines(one)])
        self.rows(shipment, [row for one in orders for row in self._shipments(one)])
        self.rows(refund, [row for one in orders for row in self._refunds(one)])
        self.rows(refund_unit, [row for one in orders for row in self._refund_units(one)])

    def ticket(self, one: SeedTicket) -> Row:
        entries = [
            {"at": rfc3339(entry.at.at(self._today, self._zone)), "by": entry.by, "text": entry.text}
            for entry in one.entries
        ]
        return {
            "id": one.id,
            "customer_id": one.customer,
            "order_number": one.order,
            "subject": one.subject,
            "category": one.category,
            "priority": one.priority,
            "status": one.status,
            "department": one.department,
            "opened_at": self._at(one.opened),
            "due_at": self._at(one.due),
            "updated_at": max(entry.at.at(self._today, self._zone) for entry in one.entries),
            "entries": entries,
        }

    def _at(self, when: When | None, otherwise: time = time(12)) -> object:
        return when.at(self._today, self._zone, otherwise) if when else None

    def _customer(self, one: SeedCustomer) -> Row:
        return {
            "id": one.id,
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "language": one.language,
            "tier": one.tier,
            "lifetime_cents": one.lifetime_value_cents,
            "since": self._at(one.since),
            **one.address.model_dump(),
        }

    def _order(self, one: SeedOrder) -> Row:
        buyer = self._business.seed.customer(one.customer)
        address = one.address or (buyer.address if buyer else None)
        return {
            "number": one.number,
            "digits": "".join(filter(str.isdigit, one.number)),
            "customer_id": one.customer,
            "state": one.state,
            **{f"{name}_at": self._at(getattr(one, name)) for name in ("placed", "paid", "packed")},
            **{f"{name}_at": self._at(getattr(one, name)) for name in ("delivered", "returned", "cancelled")},
            # A day that was promised lasts until its evening.
            "expected_at": self._at(one.expected, time(20)),
            "payment_method": one.payment,
            "currency": self._business.shop.currency,
            "shipping_cents": one.shipping_cents,
            "total_cents": one.total_cents,
            "paid_cents": one.total_cents if one.paid else 0,
            "refunded_cents": sum(part.amount_cents for part in one.refunds),
            "note": one.note,
            **(address.model_dump() if address else {}),
        }

    def _lines(self, one: SeedOrder) -> list[Row]:
        return [
            {
                "id": _line_id(one, position),
                "order_number": one.number,
                "sku": line.sku,
                "name": self._products[line.sku].name,
                "item_type": self._products[line.sku].item_type,
                "quantity": line.quantity,
                "price_cents": line.price_cents,
            }
            for position, line in enumerate(one.lines)
        ]

    def _shipments(self, one: SeedOrder) -> list[Row]:
        whole = [{"line": _line_id(one, at), "quantity": line.quantity} for at, line in enumerate(one.lines)]
        return [
            {
                "id": f"{one.number}/p{position}",
                "order_number": one.number,
                "carrier": parcel.carrier,
                "tracking": parcel.tracking,
                "url": self._business.shop.tracking_url(parcel.carrier, parcel.tracking),
                "shipped_at": self._at(parcel.shipped),
                "expected_at": self._at(parcel.expected, time(20)),
                "delivered_at": self._at(parcel.delivered),
                "contents": [
                    {"line": line, "quantity": count}
                    for unit in parcel.lines
                    for line, count in _allot(one, unit.sku, unit.quantity)
                ]
                or whole,
            }
            for position, parcel in enumerate(one.shipments, start=1)
        ]

    def _refunds(self, one: SeedOrder) -> list[Row]:
        return [
            {
                "reference": _refund_reference(one, position),
                "order_number": one.number,
                "amount_cents": made.amount_cents,
                "currency": self._business.shop.currency,
                "method": one.payment,
                "reason": made.reason,
                "policy_version": self._business.refunds.version,
                "at": self._at(made.at),
            }
            for position, made in enumerate(one.refunds)
        ]

    def _refund_units(self, one: SeedOrder) -> list[Row]:
        used: dict[str, int] = {}
        rows: list[Row] = []
        for position, made in enumerate(one.refunds):
            for unit in made.lines:
                for line, count in _allot(one, unit.sku, unit.quantity):
                    for number in range(used.get(line, 0) + 1, used.get(line, 0) + count + 1):
                        reference = _refund_reference(one, position)
                        rows.append({"reference": reference, "line_id": line, "unit": number})
                    used[line] = used.get(line, 0) + count
        return rows


def _line_id(one: SeedOrder, position: int) -> str:
    return f"{one.number}/{position + 1}"


def _refund_reference(one: SeedOrder, position: int) -> str:
    return f"RF-{one.number.rpartition('-')[2]}-{position + 1}"


def _allot(one: SeedOrder, sku: str, quantity: int) -> list[tuple[str, int]]:
    """Units of an article over the order's lines of it, first line first."""
    parts = []
    for position, line in enumerate(one.lines):
        here = min(quantity, line.quantity) if line.sku == sku else 0
        if here:
            parts.append((_line_id(one, position), here))
            quantity -= here
    return parts
