"""Appointments of the business database: the SQL default of the tools' `BookingsPort`.

A slot has as many places as its service has capacity, numbered from 1, and each appointment holds one until
its end. Two on one place of a slot are refused by a unique constraint; the later takes the next free place.
"""

import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.ids import ConversationId, CustomerId
from store.database import UnitOfWork
from store.shop_records import BookingRecord
from store.shop_tables import booking


class SqlBookings:
    """Reads and writes appointments."""

    def taken(
        self, uow: UnitOfWork, service: str, location: str, start: datetime, end: datetime
    ) -> tuple[BookingRecord, ...]:
        """Appointments that hold a place at some time between `start` and `end`."""
        return _load(uow, _holding(service, location, start, end))

    def get(self, uow: UnitOfWork, reference: str) -> BookingRecord | None:
        """The appointment of this reference, whatever its status."""
        found = _load(uow, booking.c.reference == reference)
        return found[0] if found else None

    def of_customer(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[BookingRecord, ...]:
        """All appointments of a customer, by start."""
        return _load(uow, booking.c.customer_id == customer_id)

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> tuple[BookingRecord, ...]:
        """All appointments made in a conversation, by start."""
        return _load(uow, booking.c.conversation_id == id)

    def book(self, uow: UnitOfWork, new: BookingRecord, capacity: int) -> BookingRecord | None:
        """Writes the appointment on the lowest free place. None: the slot is full."""
        for place in self._free(uow, new, capacity):
            placed = replace(new, place=place)
            try:
                with uow.connection.begin_nested():
                    uow.connection.execute(insert(booking).values(asdict(placed)))
            except IntegrityError:
                continue
            return placed
        return None

    def move(
        self, uow: UnitOfWork, old: BookingRecord, start: datetime, end: datetime, capacity: int
    ) -> BookingRecord | None:
        """The same appointment on another slot, on its lowest free place. None: that slot is full."""
        target = replace(old, start_at=start, end_at=end, revision=old.revision + 1)
        for place in self._free(uow, target, capacity):
            try:
                with uow.connection.begin_nested():
                    moved = _change(uow, old, start_at=start, end_at=end, place=place)
            except IntegrityError:
                continue
            return replace(target, place=place) if moved else None
        return None

    def cancel(self, uow: UnitOfWork, old: BookingRecord) -> BookingRecord | None:
        """The appointment cancelled, its place free again. None: it has changed meanwhile."""
        if not _change(uow, old, status="cancelled", place=None):
            return None
        return replace(old, status="cancelled", place=None, revision=old.revision + 1)

    def _free(self, uow: UnitOfWork, wanted: BookingRecord, capacity: int) -> Sequence[int]:
        """Places that nobody else holds at that time, lowest first."""
        if uow.connection.dialect.name == "postgresql":
            desk = zlib.crc32(f"{wanted.service}:{wanted.location}".encode())
            uow.connection.execute(select(func.pg_advisory_xact_lock(desk)))
        others = self.taken(uow, wanted.service, wanted.location, wanted.start_at, wanted.end_at)
        held = {other.place for other in others if other.reference != wanted.reference}
        return [place for place in range(1, capacity + 1) if place not in held]


def _holding(service: str, location: str, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(
        booking.c.service == service,
        booking.c.location == location,
        booking.c.start_at < end,
        booking.c.end_at > start,
        booking.c.place.is_not(None),
    )


def _change(uow: UnitOfWork, old: BookingRecord, **values: object) -> bool:
    """Writes values only over the revision that was read."""
    same = booking.c.reference == old.reference, booking.c.revision == old.revision
    change = update(booking).where(*same).values(revision=old.revision + 1, **values)
    return uow.connection.execute(change).rowcount == 1


def _load(uow: UnitOfWork, which: ColumnElement[bool]) -> tuple[BookingRecord, ...]:
    rows = select(booking).where(which).order_by(booking.c.start_at, booking.c.reference)
    return tuple(_record(row) for row in uow.connection.execute(rows))


def _record(row: Row[tuple[object, ...]]) -> BookingRecord:
    return BookingRecord(**row._mapping)
