"""Retention: once a day, what nobody may ask for any more is removed."""

from datetime import datetime, timedelta

from core.business import Business
from core.shapes import Json
from store import idempotency, outbox
from store.database import UnitOfWork

RETENTION = "retention"
EVERY = timedelta(days=1)


def watch_retention(uow: UnitOfWork) -> None:
    """Sets the timer of this day; each sets that of the next."""
    _put(uow, uow.now)


def remove_old(uow: UnitOfWork, business: Business, payload: Json) -> None:
    """The timer's work: kept answers, and outbox rows that were delivered."""
    idempotency.forget(uow)
    outbox.forget(uow)
    _put(uow, uow.now + EVERY)


def _put(uow: UnitOfWork, due_at: datetime) -> None:
    outbox.put(uow, RETENTION, f"{RETENTION}:{due_at:%Y-%m-%d}", due_at, {})
