"""Turns: what one runs for, how often it was tried, and what came of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, or_, select, update

from core.errors import FloorLost
from core.ids import ConversationId, TurnId, new_id
from core.shapes import Json, Turn
from core.vocabulary import Cause, Mode
from store import journal
from store.conversations import Held
from store.database import UnitOfWork
from store.talk_tables import cause, turn

RUNNING = "running"


@dataclass(frozen=True)
class Begun:
    """A turn as its worker begins it."""

    id: TurnId
    cause: Cause
    cause_id: str | None
    payload: Json
    read_seq: int
    """The newest message that this turn answers."""
    attempt: int
    started_at: datetime
    restarts: int = 0
    """Attempts that were begun anew only because a message came."""

    @property
    def failures(self) -> int:
        """Attempts that ended with their worker."""
        return self.attempt - 1 - self.restarts


@dataclass(frozen=True)
class OpenCause:
    """Something other than a message that the AI has to speak to."""

    id: str
    kind: str
    payload: Json


def begin(held: Held) -> Begun:
    """Begins the conversation's next turn, or one that a dead worker left, as its next attempt.

    What streamed of the earlier attempt is void. A turn with a journalled effect keeps to the messages that
    it had read; any other takes in those that came meanwhile.
    """
    left = _running(held.uow, held.talk.id)
    if left is not None:
        return _again(held, left)
    if held.talk.mode is not Mode.AI or held.talk.customer_seq > held.talk.answered_seq:
        return _insert(held, Cause.MESSAGE, None, {})
    row = _oldest_cause(held)
    return _insert(held, Cause(row.kind), row.id, row.payload)


def _oldest_cause(held: Held) -> OpenCause:
    query = (
        select(cause.c.id, cause.c.kind, cause.c.payload)
        .where(cause.c.conversation_id == held.talk.id, cause.c.done.is_(False))
        .order_by(cause.c.at)
        .limit(1)
    )
    row = held.uow.connection.execute(query).one()
    return OpenCause(row.id, row.kind, row.payload)


def open_cause(held: Held, kind: Cause, payload: Json) -> None:
    """Gives the AI something to run a turn for, once."""
    held.uow.connection.execute(
        insert(cause).values(
            id=new_id("cause"),
            conversation_id=held.talk.id,
            kind=kind,
            payload=payload,
            at=held.uow.now,
            done=False,
        )
    )
    held.set(open_causes=held.open_causes + 1)


def drop_causes(held: Held, kind: Cause) -> None:
    """Takes back what the AI was to speak to: it is over."""
    of_kind = (cause.c.conversation_id == held.talk.id, cause.c.kind == kind, cause.c.done.is_(False))
    ended = held.uow.connection.execute(update(cause).where(*of_kind).values(done=True))
    if ended.rowcount:
        held.set(open_causes=held.open_causes - ended.rowcount)


def finish(held: Held, begun: Begun, doc: Turn | None) -> None:
    """Ends a turn with all that is to be remembered of it, and frees the conversation for the next.

    A turn that answered messages has also spoken to the causes that were open when it began. FloorLost when
    it has ended already.
    """
    execute = held.uow.connection.execute
    ended = execute(
        update(turn)
        .where(turn.c.id == begun.id, turn.c.status == RUNNING)
        .values(
            status="done" if doc else "void",
            ended_at=held.uow.now,
            doc=doc.model_dump(mode="json") if doc else None,
            case_id=doc.case_id if doc else None,
        )
    )
    if ended.rowcount == 0:
        raise FloorLost
    if held.open_causes and doc is not None:
        # Its own cause by id: another process's clock may have run ahead of this one's.
        of_this = or_(cause.c.id == begun.cause_id, cause.c.at <= begun.started_at)
        of_talk = (cause.c.conversation_id == held.talk.id, cause.c.done.is_(False))
        ended = execute(update(cause).where(*of_talk, of_this).values(done=True, turn_id=begun.id))
        held.set(open_causes=held.open_causes - ended.rowcount)
    held.set(lease_until=None)


def silence(held: Held, by: str) -> None:
    """Voids the turn in flight, if there is one: what streamed of it is retracted."""
    left = _running(held.uow, held.talk.id)
    if left is None:
        return
    held.uow.connection.execute(
        update(turn).where(turn.c.id == left.id).values(status="void", ended_at=held.uow.now)
    )
    held.event("retracted", {"turn": left.id, "attempt": left.attempt, "by": by})


def docs(uow: UnitOfWork, conversation_id: ConversationId) -> list[Turn]:
    """The turns of a conversation that ended, oldest first."""
    query = (
        select(turn.c.doc)
        .where(turn.c.conversation_id == conversation_id, turn.c.status == "done", turn.c.doc.is_not(None))
        .order_by(turn.c.started_at)
    )
    return [Turn.model_validate(row.doc) for row in uow.connection.execute(query)]


def answering(uow: UnitOfWork, conversation_id: ConversationId, seq: int) -> Turn | None:
    """The ended turn that answered the customer's message at `seq`; null when a person did, or nobody yet."""
    query = (
        select(turn.c.doc)
        .where(turn.c.conversation_id == conversation_id, turn.c.status == "done", turn.c.read_seq >= seq)
        .order_by(turn.c.read_seq, turn.c.started_at)
        .limit(1)
    )
    doc = uow.connection.execute(query).scalar_one_or_none()
    return None if doc is None else Turn.model_validate(doc)


def by_ids(uow: UnitOfWork, ids: set[TurnId]) -> dict[str, Turn]:
    """Ended turns by id."""
    if not ids:
        return {}
    rows = uow.connection.execute(
        select(turn.c.id, turn.c.doc).where(turn.c.id.in_(ids), turn.c.doc.is_not(None))
    )
    return {row.id: Turn.model_validate(row.doc) for row in rows}


def _running(uow: UnitOfWork, conversation_id: ConversationId) -> Begun | None:
    query = select(turn).where(turn.c.conversation_id == conversation_id, turn.c.status == RUNNING)
    row = uow.connection.execute(query).one_or_none()
    if row is None:
        return None
    payload = {}
    if row.cause_id is not None:
        payload = uow.connection.execute(
            select(cause.c.payload).where(cause.c.id == row.cause_id)
        ).scalar_one()
    return Begun(
        id=row.id,
        cause=Cause(row.cause),
        cause_id=row.cause_id,
        payload=payload,
        read_seq=row.read_seq,
        attempt=row.attempt,
        started_at=row.started_at,
        restarts=row.restarts,
    )


def _again(held: Held, left: Begun) -> Begun:
    read_seq = left.read_seq
    if journal.last_step(held.uow, left.id) is None:
        read_seq = held.talk.customer_seq
    held.uow.connection.execute(
        update(turn).where(turn.c.id == left.id).values(attempt=left.attempt + 1, read_seq=read_seq)
    )
    held.event("retracted", {"turn": left.id, "attempt": left.attempt, "by": "restart"})
    return replace(left, read_seq=read_seq, attempt=left.attempt + 1)


def _insert(held: Held, kind: Cause, cause_id: str | None, payload: Json) -> Begun:
    begun = Begun(TurnId(new_id("turn")), kind, cause_id, payload, held.talk.customer_seq, 1, held.uow.now)
    held.uow.connection.execute(
        insert(turn).values(
            id=begun.id,
            conversation_id=held.talk.id,
            cause=kind,
            cause_id=cause_id,
            read_seq=begun.read_seq,
            attempt=1,
            restarts=0,
            status=RUNNING,
            started_at=held.uow.now,
        )
    )
    return begun


def reread(held: Held, begun: Begun) -> Begun:
    """Takes the messages that came meanwhile into a turn that has neither spoken nor acted.

    The epoch rises: what the cancelled run still has in a thread commits nothing. FloorLost when that run
    had ended the turn before.
    """
    read_seq = held.talk.customer_seq
    begun = replace(begun, read_seq=read_seq, attempt=begun.attempt + 1, restarts=begun.restarts + 1)
    again = (
        update(turn)
        .where(turn.c.id == begun.id, turn.c.status == RUNNING)
        .values(read_seq=read_seq, attempt=begun.attempt, restarts=begun.restarts)
    )
    if held.uow.connection.execute(again).rowcount == 0:
        raise FloorLost
    held.set(epoch=held.talk.epoch + 1)
    return begun
