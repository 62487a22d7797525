"""Orders of the business database: the SQL default of the tools' `OrdersPort`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Row, Select, bindparam, select, update

from core.ids import CustomerId, OrderNumber
from core.vocabulary import OrderState
from store.database import UnitOfWork
from store.shop_records import AddressRecord, LineRecord, OrderRecord, ParcelRecord
from store.shop_tables import order, order_line, refund_unit, shipment

AnyRow = Row[tuple[object, ...]]

# Read in every turn, so they are made once: making one costs several times what running it does.
_ORDERS = select(order).order_by(order.c.placed_at.desc(), order.c.number)
_BY_DIGITS = _ORDERS.where(order.c.digits == bindparam("digits"))
_OF_CUSTOMER = _ORDERS.where(order.c.customer_id == bindparam("customer"))
_BY_NUMBER = _ORDERS.where(order.c.number == bindparam("number"))
_LOCK = select(order.c.number).where(order.c.number == bindparam("number")).with_for_update()
_OF_THESE = order_line.c.order_number.in_(bindparam("numbers", expanding=True))
_PAID_BACK = select(refund_unit.c.line_id, refund_unit.c.unit).join(order_line).where(_OF_THESE)
_LINES = select(order_line).where(_OF_THESE).order_by(order_line.c.id)
_PARCELS = (
    select(shipment)
    .where(shipment.c.order_number.in_(bindparam("numbers", expanding=True)))
    .order_by(shipment.c.shipped_at)
)


class SqlOrders:
    """Reads orders with lines and parcels; changes the address of one."""

    def find(self, uow: UnitOfWork, digits: str) -> tuple[OrderRecord, ...]:
        """Orders whose number has exactly these digits, whatever its letters."""
        return _load(uow, _BY_DIGITS, {"digits": digits})

    def of_customer(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[OrderRecord, ...]:
        """All orders of a customer, newest first."""
        return _load(uow, _OF_CUSTOMER, {"customer": customer_id})

    def lock(self, uow: UnitOfWork, number: OrderNumber) -> OrderRecord | None:
        """The order, held by this transaction until its end: nobody else changes it meanwhile."""
        uow.connection.execute(_LOCK, {"number": number})
        found = _load(uow, _BY_NUMBER, {"number": number})
        return found[0] if found else None

    def set_address(
        self, uow: UnitOfWork, number: OrderNumber, address: AddressRecord, states: Sequence[OrderState]
    ) -> bool:
        """Writes where the order goes, only while it is in one of `states`. False: it no longer is."""
        change = update(order).where(order.c.number == number, order.c.state.in_(states))
        return uow.connection.execute(change.values(asdict(address))).rowcount == 1


def _load(
    uow: UnitOfWork, query: Select[tuple[object, ...]], which: dict[str, str]
) -> tuple[OrderRecord, ...]:
    rows = uow.connection.execute(query, which).all()
    numbers = [row.number for row in rows]
    if not numbers:
        return ()
    lines = _lines(uow, numbers)
    parcels = _parcels(uow, numbers)
    return tuple(_order(row, lines[row.number], parcels[row.number]) for row in rows)


def _lines(uow: UnitOfWork, numbers: Sequence[str]) -> dict[str, list[LineRecord]]:
    units: dict[str, set[int]] = defaultdict(set)
    for row in uow.connection.execute(_PAID_BACK, {"numbers": numbers}):
        units[row.line_id].add(row.unit)
    lines: dict[str, list[LineRecord]] = defaultdict(list)
    for row in uow.connection.execute(_LINES, {"numbers": numbers}):
        line = LineRecord(
            id=row.id,
            sku=row.sku,
            name=row.name,
            item_type=row.item_type,
            quantity=row.quantity,
            price_cents=row.price_cents,
            refunded=frozenset(units[row.id]),
        )
        lines[row.order_number].append(line)
    return lines


def _parcels(uow: UnitOfWork, numbers: Sequence[str]) -> dict[str, list[ParcelRecord]]:
    parcels: dict[str, list[ParcelRecord]] = defaultdict(list)
    for row in uow.connection.execute(_PARCELS, {"numbers": numbers}):
        parcel = ParcelRecord(
            id=row.id,
            carrier=row.carrier,
            tracking=row.tracking,
            url=row.url,
            shipped_at=row.shipped_at,
            expected_at=row.expected_at,
            delivered_at=row.delivered_at,
            contents={part["line"]: part["quantity"] for part in row.contents},
        )
        parcels[row.order_number].append(parcel)
    return parcels


def _order(row: AnyRow, lines: Sequence[LineRecord], parcels: Sequence[ParcelRecord]) -> OrderRecord:
    return OrderRecord(
        number=row.number,
        customer_id=row.customer_id,
        state=OrderState(row.state),
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        expected_at=row.expected_at,
        delivered_at=row.delivered_at,
        payment_method=row.payment_method,
        currency=row.currency,
        shipping_cents=row.shipping_cents,
        total_cents=row.total_cents,
        paid_cents=row.paid_cents,
        refunded_cents=row.refunded_cents,
        address=AddressRecord(row.line1, row.line2, row.town, row.postcode, row.country),
        lines=tuple(lines),
        parcels=tuple(parcels),
    )
