"""Leases: which worker runs a conversation's next turn, and until when.

A lease raises the conversation's epoch, so that a worker that lost its lease commits nothing. PostgreSQL's
own clock counts, since workers' clocks differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import ColumnElement, Executable, Select, Update, and_, bindparam, func, or_, select, update
from sqlalchemy.sql.expression import cast as sql_cast

from core.ids import ConversationId
from core.vocabulary import Mode
from store.conversations import TALK, AnyRow, Held, held_as
from store.database import UnitOfWork
from store.schema import Moment
from store.talk_tables import conversation

LENGTH = timedelta(seconds=10)
HEARTBEAT_S = 3.0


@dataclass(frozen=True)
class Lease:
    """The right to run a conversation, under `epoch`."""

    conversation_id: ConversationId
    epoch: int


def take(uow: UnitOfWork, conversation_id: ConversationId) -> Lease | None:
    """Leases the conversation; null when it has no work, or a living worker, or is locked at this moment."""
    held = take_and_hold(uow, conversation_id)
    return None if held is None else lease_of(held)


def take_and_hold(uow: UnitOfWork, conversation_id: ConversationId) -> Held | None:
    """Leases the conversation as `take` does, and holds it for the rest of this transaction."""
    take = _statements(_dialect(uow)).take
    row = uow.connection.execute(take, {"this": conversation_id, **_now(uow), **_later(uow)}).one_or_none()
    return None if row is None else held_as(uow, cast(AnyRow, row))


def lease_of(held: Held) -> Lease:
    """The lease under which a conversation is held."""
    return Lease(held.talk.id, held.epoch)


def renew(uow: UnitOfWork, lease: Lease) -> bool:
    """Lengthens a lease. False when it is lost, or over: the work is to stop, silently.

    A row that a transaction holds at this moment is left alone: one slow tool holds up no other lease.
    """
    make, execute = _statements(_dialect(uow)), uow.connection.execute
    mine: dict[str, object] = {"this": lease.conversation_id, "floor": lease.epoch}
    if execute(_STILL.with_for_update(skip_locked=True), mine).first() is None:
        return execute(_STILL, mine).first() is not None
    execute(make.renew, {**mine, **_later(uow)})
    return True


def give_back(uow: UnitOfWork, lease: Lease) -> bool:
    """Ends a lease before its time: another worker may go on at once. False when it was lost before."""
    mine = and_(conversation.c.id == lease.conversation_id, conversation.c.epoch == lease.epoch)
    ended = uow.connection.execute(update(conversation).where(mine).values(lease_until=None))
    uow.work.add(lease.conversation_id)
    return ended.rowcount == 1


def end_all(uow: UnitOfWork) -> None:
    """Ends every lease: for a process that knows that no other is alive."""
    leased = update(conversation).where(conversation.c.lease_until.is_not(None))
    uow.connection.execute(leased.values(lease_until=None))


def pending() -> ColumnElement[bool]:
    """Whether a conversation has work: for the AI to answer, or, under a person or in the queue, to hear."""
    unanswered = or_(
        conversation.c.customer_seq > conversation.c.answered_seq, conversation.c.open_causes > 0
    )
    unheard = conversation.c.customer_seq > conversation.c.listened_seq
    return or_(
        and_(conversation.c.mode == Mode.AI, unanswered),
        and_(conversation.c.mode.in_([Mode.WAITING, Mode.PERSON]), unheard),
    )


def waiting(uow: UnitOfWork, limit: int) -> list[ConversationId]:
    """Conversations that have work and no living worker."""
    query = _statements(_dialect(uow)).waiting
    rows = uow.connection.execute(query, {"most": limit, **_now(uow)})
    return [ConversationId(row.id) for row in rows]


_THIS = conversation.c.id == bindparam("this")
_MINE = and_(_THIS, conversation.c.epoch == bindparam("floor"), conversation.c.lease_until.is_not(None))
_STILL = select(conversation.c.id).where(_MINE)


@dataclass(frozen=True)
class _Statements:
    """Statements with a clock in them: PostgreSQL's own, or on SQLite the process's, as a parameter."""

    take: Executable
    renew: Update
    waiting: Select[tuple[str]]


@cache
def _statements(dialect: str) -> _Statements:
    now, later = _clock(dialect)
    free = or_(conversation.c.lease_until.is_(None), conversation.c.lease_until < now)
    work = select(conversation.c.id).where(free, pending())
    longer = update(conversation).values(lease_until=later)
    mine = work.where(_THIS).with_for_update(skip_locked=True)
    taken = longer.where(conversation.c.id.in_(mine)).values(epoch=conversation.c.epoch + 1)
    return _Statements(
        take=taken.returning(*TALK),
        renew=longer.where(_MINE),
        waiting=work.limit(bindparam("most")),
    )


def _clock(dialect: str) -> tuple[ColumnElement[datetime], ColumnElement[datetime]]:
    """This moment, and the one at which a lease taken now ends."""
    if dialect == "sqlite":
        return bindparam("now", type_=Moment), bindparam("later", type_=Moment)
    milliseconds = func.extract("epoch", func.clock_timestamp()) * 1000
    length = LENGTH // timedelta(milliseconds=1)
    return sql_cast(milliseconds, Moment), sql_cast(milliseconds + length, Moment)


def _now(uow: UnitOfWork) -> dict[str, object]:
    return {"now": uow.now} if _dialect(uow) == "sqlite" else {}


def _later(uow: UnitOfWork) -> dict[str, object]:
    return {"later": uow.now + LENGTH} if _dialect(uow) == "sqlite" else {}


def _dialect(uow: UnitOfWork) -> str:
    return uow.connection.dialect.name
