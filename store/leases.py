"""Leases: which worker runs a conversation's next turn, and until when.

A lease raises the conversation's epoch, so that a worker that lost its lease commits nothing. PostgreSQL's
own clock counts, since workers' clocks differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update
from sqlalchemy.sql.expression import cast as sql_cast

from core.ids import ConversationId
from core.vocabulary import Mode
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
    free = or_(conversation.c.lease_until.is_(None), conversation.c.lease_until < _now(uow))
    mine = conversation.c.id == conversation_id
    query = select(conversation.c.id).where(mine, free, pending()).with_for_update(skip_locked=True)
    if uow.connection.execute(query).first() is None:
        return None
    taken = update(conversation).where(mine)
    row = uow.connection.execute(
        taken.values(epoch=conversation.c.epoch + 1, lease_until=_later(uow)).returning(conversation.c.epoch)
    ).one()
    return Lease(conversation_id, row.epoch)


def renew(uow: UnitOfWork, lease: Lease) -> bool:
    """Lengthens a lease. False when it is lost, or over: the work is to stop, silently.

    A row that a transaction holds at this moment is left alone: one slow tool holds up no other lease.
    """
    mine = and_(
        conversation.c.id == lease.conversation_id,
        conversation.c.epoch == lease.epoch,
        conversation.c.lease_until.is_not(None),
    )
    execute = uow.connection.execute
    free = select(conversation.c.id).where(mine).with_for_update(skip_locked=True)
    if execute(free).first() is None:
        return execute(select(conversation.c.id).where(mine)).first() is not None
    execute(update(conversation).where(mine).values(lease_until=_later(uow)))
    return True


def give_back(uow: UnitOfWork, lease: Lease) -> None:
    """Ends a lease before its time: another worker may go on at once."""
    mine = and_(conversation.c.id == lease.conversation_id, conversation.c.epoch == lease.epoch)
    uow.connection.execute(update(conversation).where(mine).values(lease_until=None))
    uow.work.add(lease.conversation_id)


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
    free = or_(conversation.c.lease_until.is_(None), conversation.c.lease_until < _now(uow))
    rows = uow.connection.execute(select(conversation.c.id).where(free, pending()).limit(limit))
    return [ConversationId(row.id) for row in rows]


def _now(uow: UnitOfWork) -> ColumnElement[datetime]:
    if uow.connection.dialect.name == "sqlite":
        return literal(uow.now, Moment)
    return sql_cast(func.extract("epoch", func.clock_timestamp()) * 1000, Moment)


def _later(uow: UnitOfWork) -> ColumnElement[datetime]:
    if uow.connection.dialect.name == "sqlite":
        return literal(uow.now + LENGTH, Moment)
    milliseconds = LENGTH // timedelta(milliseconds=1)
    return sql_cast(func.extract("epoch", func.clock_timestamp()) * 1000 + milliseconds, Moment)
