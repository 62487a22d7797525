"""Turns: what one runs for, how often it was tried, and what came of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, insert, or_, select, update

from core.errors import FloorLost
from core.ids import ConversationId, TurnId, new_id
from core.shapes import Json, Turn
from core.vocabulary import Cause, Mode
from store import journal
from store.conversations import Held
from store.database import UnitOfWork
from store.talk_tables import cause, turn

RUNNING = "running"

_THIS = turn.c.id == bindparam("this")
_OF_TALK = turn.c.conversation_id == bindparam("talk")
_INSERT = insert(turn)
_CHANGE = update(turn).where(_THIS)
_CHANGE_RUNNING = _CHANGE.where(turn.c.status == RUNNING)
_RUNNING = select(turn).where(_OF_TALK, turn.c.status == RUNNING)
_PAYLOAD = select(cause.c.payload).where(cause.c.id == bindparam("cause"))
_DONE = select(turn.c.doc).where(_OF_TALK, turn.c.status == "done")
_DOCS = _DONE.where(turn.c.doc.is_not(None)).order_by(turn.c.started_at)
_ANSWERING = (
    _DONE.where(turn.c.read_seq >= bindparam("seq")).order_by(turn.c.read_seq, turn.c.started_at).limit(1)
)
_BY_IDS = select(turn.c.id, turn.c.doc).where(
    turn.c.id.in_(bindparam("ids", expanding=True)), turn.c.doc.is_not(None)
)


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
    """Attempts that ended only because a message came or the process was stopped."""

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
    outcome = {
        "status": "done" if doc else "void",
        "ended_at": held.uow.now,
        "doc": doc.model_dump(mode="json") if doc else None,
        "case_id": doc.case_id if doc else None,
    }
    ended = execute(_CHANGE_RUNNING, {"this": begun.id, **outcome})
    if ended.rowcount == 0:
        raise FloorLost
    if held.open_causes and doc is not None:
        # Its own cause by id: another process's clock may have run ahead of this one's.
        # What a person answered is told by a turn of its own: one that answers a message knows nothing of it.
        spoken_to = and_(cause.c.kind != Cause.REQUEST, cause.c.at <= begun.started_at)
        of_this = or_(cause.c.id == begun.cause_id, spoken_to)
        of_talk = (cause.c.conversation_id == held.talk.id, cause.c.done.is_(False))
        ended = execute(update(cause).where(*of_talk, of_this).values(done=True, turn_id=begun.id))
        held.set(open_causes=held.open_causes - ended.rowcount)
    held.set(lease_until=None)


def silence(held: Held, by: str) -> None:
    """Voids the turn in flight, if there is one: what streamed of it is retracted."""
    left = _running(held.uow, held.talk.id)
    if left is None:
        return
    held.uow.connection.execute(_CHANGE, {"this": left.id, "status": "void", "ended_at": held.uow.now})
    held.event("retracted", {"turn": left.id, "attempt": left.attempt, "by": by})


def docs(uow: UnitOfWork, conversation_id: ConversationId) -> list[Turn]:
    """The turns of a conversation that ended, oldest first."""
    return [Turn.model_validate(row.doc) for row in uow.connection.execute(_DOCS, {"talk": conversation_id})]


def answering(uow: UnitOfWork, conversation_id: ConversationId, seq: int) -> Turn | None:
    """The ended turn that answered the customer's message at `seq`; null when a person did, or nobody yet."""
    doc = uow.connection.execute(_ANSWERING, {"talk": conversation_id, "seq": seq}).scalar_one_or_none()
    return None if doc is None else Turn.model_validate(doc)


def by_ids(uow: UnitOfWork, ids: set[TurnId]) -> dict[str, Turn]:
    """Ended turns by id."""
    if not ids:
        return {}
    rows = uow.connection.execute(_BY_IDS, {"ids": list(ids)})
    return {row.id: Turn.model_validate(row.doc) for row in rows}


def _running(uow: UnitOfWork, conversation_id: ConversationId) -> Begun | None:
    row = uow.connection.execute(_RUNNING, {"talk": conversation_id}).one_or_none()
    if row is None:
        return None
    payload = {}
    if row.cause_id is not None:
        payload = uow.connection.execute(_PAYLOAD, {"cause": row.cause_id}).scalar_one()
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


def _reads_to(held: Held, begun: Begun) -> int:
    """Up to where a turn that begins anew reads: to the end, unless it has written down what it does."""
    written = journal.last_step(held.uow, begun.id)
    return held.talk.customer_seq if written is None else begun.read_seq


def _again(held: Held, left: Begun) -> Begun:
    read_seq = _reads_to(held, left)
    again = {"this": left.id, "attempt": left.attempt + 1, "read_seq": read_seq}
    held.uow.connection.execute(_CHANGE, again)
    held.event("retracted", {"turn": left.id, "attempt": left.attempt, "by": "restart"})
    return replace(left, read_seq=read_seq, attempt=left.attempt + 1)


def _insert(held: Held, kind: Cause, cause_id: str | None, payload: Json) -> Begun:
    begun = Begun(TurnId(new_id("turn")), kind, cause_id, payload, held.talk.customer_seq, 1, held.uow.now)
    row = {
        "id": begun.id,
        "conversation_id": held.talk.id,
        "cause": kind,
        "cause_id": cause_id,
        "read_seq": begun.read_seq,
        "attempt": 1,
        "restarts": 0,
        "status": RUNNING,
        "started_at": held.uow.now,
    }
    held.uow.connection.execute(_INSERT, row)
    return begun


def forgive(uow: UnitOfWork, conversation_id: ConversationId) -> None:
    """The attempt that runs now ends for no fault of its turn: it does not count."""
    running = update(turn).where(_OF_TALK, turn.c.status == RUNNING)
    uow.connection.execute(running.values(restarts=turn.c.restarts + 1), {"talk": conversation_id})


def reread(held: Held, begun: Begun, *, spoken: bool = False, failed: bool = False) -> Begun:
    """Begins a turn anew in the process that runs it, with the messages that came meanwhile.

    `spoken`: words of it may have been shown, which are void now. `failed`: it counts as a failed attempt.
    The epoch rises: what the ended run still has in a thread commits nothing. FloorLost when that run had
    ended the turn before.
    """
    if spoken:
        held.event("retracted", {"turn": begun.id, "attempt": begun.attempt, "by": "restart"})
    read_seq = _reads_to(held, begun)
    restarts = begun.restarts + (0 if failed else 1)
    begun = replace(begun, read_seq=read_seq, attempt=begun.attempt + 1, restarts=restarts)
    again = {"read_seq": read_seq, "attempt": begun.attempt, "restarts": begun.restarts}
    if held.uow.connection.execute(_CHANGE_RUNNING, {"this": begun.id, **again}).rowcount == 0:
        raise FloorLost
    held.set(epoch=held.talk.epoch + 1)
    return begun
