"""Refunds of the business database: the SQL default of the tools' `RefundsPort`.

What must never happen is held by the database: a unit is paid back once (primary key), an order never gives
back more than was paid (check), a day never more than its cap (a guarded row).
"""

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.ids import ConversationId, OrderNumber
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.shop_records import NewRefund, RefundRecord
from store.shop_tables import order, refund, refund_day, refund_unit


class RefundImpossible(Exception):
    """The database refused: a unit was paid back before, or more than was paid would go back."""


class CapReached(Exception):
    """The day's cap leaves no room for this refund."""


class SqlRefunds:
    """Makes refunds and reads those that were made."""

    def of_order(self, uow: UnitOfWork, number: OrderNumber) -> tuple[RefundRecord, ...]:
        """The order's refunds, oldest first."""
        made = select(refund).where(refund.c.order_number == number).order_by(refund.c.at, refund.c.reference)
        return tuple(
            RefundRecord(row.reference, row.order_number, row.amount_cents, row.currency, row.at)
            for row in uow.connection.execute(made)
        )

    def given_on(self, uow: UnitOfWork, day: str) -> int:
        """Cents refunded by machine on a day of the shop."""
        total = select(refund_day.c.amount_cents).where(refund_day.c.day == day)
        return uow.connection.execute(total).scalar_one_or_none() or 0

    def make(self, uow: UnitOfWork, new: NewRefund, conversation_id: ConversationId | None) -> RefundRecord:
        """Writes the refund with its units, and the order's and the day's sums; all of it or nothing.

        RefundImpossible and CapReached leave the transaction usable, with nothing of this refund in it.
        """
        with uow.connection.begin_nested():
            try:
                self._write(uow, new, conversation_id)
            except IntegrityError as error:
                raise RefundImpossible(str(error.orig)) from error
        return RefundRecord(new.reference, new.order_number, new.amount_cents, new.currency, uow.now)

    def _write(self, uow: UnitOfWork, new: NewRefund, conversation_id: ConversationId | None) -> None:
        execute = uow.connection.execute
        this_order = update(order).where(order.c.number == new.order_number)
        execute(this_order.values(refunded_cents=order.c.refunded_cents + new.amount_cents))
        if new.person_id is None:
            self._count_in(uow, new)
        execute(
            insert(refund).values(
                reference=new.reference,
                order_number=new.order_number,
                conversation_id=conversation_id,
                amount_cents=new.amount_cents,
                currency=new.currency,
                method=new.method,
                reason=new.reason,
                policy_version=new.policy_version,
                person_id=new.person_id,
                at=uow.now,
            )
        )
        units = [
            {"reference": new.reference, "line_id": part.line_id, "unit": unit}
            for part in new.units
            for unit in part.units
        ]
        execute(insert(refund_unit), units)

    def _count_in(self, uow: UnitOfWork, new: NewRefund) -> None:
        uow.connection.execute(insert_ignore(refund_day, uow).values(day=new.day, amount_cents=0))
        after = refund_day.c.amount_cents + new.amount_cents
        room = update(refund_day).where(refund_day.c.day == new.day, after <= new.daily_cap_cents)
        if uow.connection.execute(room.values(amount_cents=after)).rowcount != 1:
            raise CapReached


def refunded_in_all(uow: UnitOfWork, number: OrderNumber) -> int:
    """Cents of all refund rows of an order: what its own sum must equal."""
    total = select(func.coalesce(func.sum(refund.c.amount_cents), 0)).where(refund.c.order_number == number)
    return int(uow.connection.execute(total).scalar_one())
