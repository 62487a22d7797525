"""Outbox and timers: work that is due at a time, written in the transaction that causes it.

At least once, with a stable id; no order between rows, so that one due in three days blocks nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from core.ids import ConversationId, new_id
from core.shapes import Json
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.work_tables import outbox

LEASE = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 10
KEPT = timedelta(days=30)
"""How long a row that is done stays, for its key and for the desk to look at."""
NEVER_ENDED = "no attempt came to an end: the process was gone before"


@dataclass(frozen=True)
class Due:
    """One row to run now."""

    id: str
    kind: str
    conversation_id: ConversationId | None
    payload: Json
    attempts: int


def put(
    uow: UnitOfWork,
    kind: str,
    dedup_key: str,
    due_at: datetime,
    payload: Json,
    conversation_id: ConversationId | None = None,
) -> None:
    """Adds work of `kind` at `due_at`; a row with the same `dedup_key` is that work already."""
    row = {
        "id": new_id("job"),
        "kind": kind,
        "dedup_key": dedup_key,
        "conversation_id": conversation_id,
        "payload": payload,
        "due_at": due_at,
        "attempts": 0,
        "status": "due",
    }
    uow.connection.execute(insert_ignore(outbox, uow).values(row))


def take(uow: UnitOfWork, limit: int) -> list[Due]:
    """Leases up to `limit` due rows to the caller, oldest first; a dead caller's rows come back."""
    _bury(uow)
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < uow.now)
    due = (
        select(outbox.c.id)
        .where(outbox.c.status == "due", outbox.c.due_at <= uow.now, free)
        .order_by(outbox.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = [row.id for row in uow.connection.execute(due)]
    if not ids:
        return []
    taken = (
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(leased_until=uow.now + LEASE, attempts=outbox.c.attempts + 1)
        .returning(outbox)
    )
    rows = sorted(uow.connection.execute(taken), key=lambda row: row.due_at)
    return [Due(r.id, r.kind, r.conversation_id, r.payload, r.attempts) for r in rows]


def _bury(uow: UnitOfWork) -> None:
    """A row whose every attempt ended with its process is dead: it may be what kills them."""
    gone = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < uow.now)
    worn_out = (outbox.c.status == "due", outbox.c.attempts >= MOST_ATTEMPTS, gone)
    uow.connection.execute(update(outbox).where(*worn_out).values(status="dead", error=NEVER_ENDED))


def free_all(uow: UnitOfWork) -> None:
    """Frees every leased row: for a process that knows that no other is alive."""
    uow.connection.execute(update(outbox).where(outbox.c.status == "due").values(leased_until=None))


def done(uow: UnitOfWork, id: str) -> bool:
    """Marks one row as delivered. False when it was already."""
    due = update(outbox).where(outbox.c.id == id, outbox.c.status == "due")
    result = uow.connection.execute(due.values(status="done", leased_until=None, error=None))
    return result.rowcount == 1


def failed(uow: UnitOfWork, due: Due, error: str) -> None:
    """Backs off, doubling from 2 s up to an hour; dead, visible and re-sendable after ten attempts."""
    wait = min(FIRST_WAIT * 2 ** (due.attempts - 1), LONGEST_WAIT)
    status = "dead" if due.attempts >= MOST_ATTEMPTS else "due"
    uow.connection.execute(
        update(outbox)
        .where(outbox.c.id == due.id, outbox.c.status == "due")
        .values(status=status, due_at=uow.now + wait, leased_until=None, error=error[:2000])
    )


def forget(uow: UnitOfWork) -> int:
    """Removes rows that were done long ago; returns how many. Until then their key is work already done."""
    old = (outbox.c.status == "done", outbox.c.due_at < uow.now - KEPT)
    return uow.connection.execute(delete(outbox).where(*old)).rowcount


def resend(uow: UnitOfWork, id: str) -> bool:
    """Makes a dead row due again. False when there is no such dead row."""
    again = update(outbox).where(outbox.c.id == id, outbox.c.status == "dead")
    result = uow.connection.execute(again.values(status="due", attempts=0, due_at=uow.now))
    return result.rowcount == 1
