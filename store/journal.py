"""The journal of a turn's changing calls, and the effects that they had.

A step that changes something is written down before it runs. After a crash the journal is replayed instead
of asking the model again, so that a model that words its call otherwise cannot act twice.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, bindparam, insert, select, update

from core.ids import ConversationId, PersonId, TurnId
from core.shapes import Json
from store.database import UnitOfWork
from store.talk_tables import confirmation, effect, journal

_ADD_STEP, _ADD_EFFECT = insert(journal), insert(effect)
_CHANGE_STEP = update(journal).where(
    journal.c.turn_id == bindparam("of_turn"), journal.c.step == bindparam("at_step")
)
_LAST_STEP = (
    select(journal).where(journal.c.turn_id == bindparam("turn")).order_by(journal.c.step.desc()).limit(1)
)
_EFFECT = select(effect).where(effect.c.business_key == bindparam("key"))
_EFFECTS = select(effect).where(effect.c.conversation_id == bindparam("talk")).order_by(effect.c.at)
_OPEN = (confirmation.c.conversation_id == bindparam("talk"), confirmation.c.status == "open")
_OPEN_CONFIRMATION = select(confirmation).where(*_OPEN)
_CLOSE_CONFIRMATIONS = update(confirmation).where(*_OPEN)


@dataclass(frozen=True)
class JournalledStep:
    """One step of a turn that was about to change something."""

    step: int
    trail: list[Json]
    """The turn's model messages up to and with this step's calls."""
    keys: dict[str, str | None]
    """The business key of each call, by the call's id."""
    results: dict[str, Json] = field(default_factory=dict)
    """What tries at the identity challenge came to, by the call's id: they are counted once."""


@dataclass(frozen=True)
class Effect:
    """What one changing call did, once."""

    business_key: str
    tool: str
    arguments: Json
    result: Json
    turn_id: TurnId
    at: datetime


def write_step(uow: UnitOfWork, turn_id: TurnId, step: JournalledStep) -> None:
    """Writes a step down before it runs."""
    row = {
        "turn_id": turn_id,
        "step": step.step,
        "trail": step.trail,
        "keys": step.keys,
        "results": step.results,
        "at": uow.now,
    }
    uow.connection.execute(_ADD_STEP, row)


def last_step(uow: UnitOfWork, turn_id: TurnId) -> JournalledStep | None:
    """The newest step that a turn wrote down; null when it changed nothing yet."""
    row = uow.connection.execute(_LAST_STEP, {"turn": turn_id}).one_or_none()
    return None if row is None else JournalledStep(row.step, row.trail, row.keys, row.results)


def write_result(
    uow: UnitOfWork, turn_id: TurnId, step: int, trail: list[Json], call_id: str, result: Json
) -> None:
    """Adds to a step what a call came to, in the call's own transaction; writes the step down if none has."""
    known = last_step(uow, turn_id)
    if known is None or known.step != step:
        write_step(uow, turn_id, JournalledStep(step, trail, {}, {call_id: result}))
        return
    this = {"of_turn": turn_id, "at_step": step}
    uow.connection.execute(_CHANGE_STEP, {**this, "results": {**known.results, call_id: result}})


def effect_of(uow: UnitOfWork, business_key: str) -> Effect | None:
    """What the call with this key did before, in whichever turn."""
    row = uow.connection.execute(_EFFECT, {"key": business_key}).one_or_none()
    return None if row is None else _effect(row)


def effects_of_turn(uow: UnitOfWork, turn_id: TurnId, tool: str, up_to: int) -> list[Effect]:
    """What a tool did in a turn, in its steps up to `up_to`, oldest first."""
    query = (
        select(effect)
        .where(effect.c.turn_id == turn_id, effect.c.tool == tool, effect.c.step <= up_to)
        .order_by(effect.c.step, effect.c.at)
    )
    return [_effect(row) for row in uow.connection.execute(query)]


def record_effect(
    uow: UnitOfWork,
    conversation_id: ConversationId,
    turn_id: TurnId,
    step: int,
    call_id: str,
    done: tuple[str, str, Json, Json],
    person_id: PersonId | None = None,
) -> None:
    """Writes what a call did, in its own transaction. `done`: business key, tool, arguments, result."""
    business_key, tool, arguments, result = done
    row = {
        "business_key": business_key,
        "conversation_id": conversation_id,
        "turn_id": turn_id,
        "step": step,
        "call_id": call_id,
        "tool": tool,
        "arguments": arguments,
        "result": result,
        "person_id": person_id,
        "at": uow.now,
    }
    uow.connection.execute(_ADD_EFFECT, row)


def effects_in(uow: UnitOfWork, conversation_id: ConversationId) -> list[Effect]:
    """All that was done in a conversation, oldest first."""
    return [_effect(row) for row in uow.connection.execute(_EFFECTS, {"talk": conversation_id})]


@dataclass(frozen=True)
class Confirmation:
    """An act that waits for the customer's yes."""

    id: str
    tool: str
    business_key: str
    arguments: Json
    summary: str


def ask_confirmation(uow: UnitOfWork, conversation_id: ConversationId, seq: int, asked: Confirmation) -> None:
    """Opens one confirmation; an older open one of the conversation is void."""
    close_confirmations(uow, conversation_id, "void")
    uow.connection.execute(
        insert(confirmation).values(
            id=asked.id,
            conversation_id=conversation_id,
            tool=asked.tool,
            business_key=asked.business_key,
            arguments=asked.arguments,
            summary=asked.summary,
            asked_seq=seq,
            status="open",
        )
    )


def open_confirmation(uow: UnitOfWork, conversation_id: ConversationId) -> Confirmation | None:
    """The act that waits for this customer's yes."""
    row = uow.connection.execute(_OPEN_CONFIRMATION, {"talk": conversation_id}).one_or_none()
    return (
        None if row is None else Confirmation(row.id, row.tool, row.business_key, row.arguments, row.summary)
    )


def consume_confirmation(uow: UnitOfWork, id: str, business_key: str | None) -> bool:
    """Uses up an open confirmation of this very act. False when it was used, refused or void."""
    mine = (
        confirmation.c.id == id,
        confirmation.c.status == "open",
        confirmation.c.business_key == (business_key or ""),
    )
    return uow.connection.execute(update(confirmation).where(*mine).values(status="consumed")).rowcount == 1


def close_confirmations(uow: UnitOfWork, conversation_id: ConversationId, status: str) -> None:
    """Closes what is open: `refused` by the customer's no, `void` when the talk went elsewhere."""
    uow.connection.execute(_CLOSE_CONFIRMATIONS, {"talk": conversation_id, "status": status})


def _effect(row: Row[tuple[object, ...]]) -> Effect:
    return Effect(row.business_key, row.tool, row.arguments, row.result, row.turn_id, row.at)
