"""Changes that other systems make: an intent before the call, its outcome after it, found by business key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select, update

from core.ids import ConversationId, TurnId, new_id
from core.shapes import Json
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.talk_tables import outside_call


@dataclass(frozen=True)
class Intent:
    """One change in another system, as it was begun."""

    business_key: str
    conversation_id: ConversationId
    turn_id: TurnId
    step: int
    call_id: str
    tool: str
    arguments: Json
    confirmed: bool
    port: str
    method: str
    call: list[object]
    """The method's arguments, as JSON."""
    reads: list[Json]
    """What the tool had read in other systems: `{port, method, arguments, result}`."""
    at: datetime
    id: str = ""
    status: str = "open"
    """`open`: its outcome is not known yet. `done`, `refused`: known. `unknown`: nobody can say; a person
    sees to it. `void`: nothing was done, and it may be begun anew."""
    outcome: Json | None = None
    """`{result}` or `{refusal}`."""


def begin(uow: UnitOfWork, intent: Intent) -> Intent | None:
    """Writes an intent; None when the same key is held by another call."""
    row = {name: value for name, value in vars(intent).items() if name != "id"}
    row |= {"id": new_id("out"), "held_key": intent.business_key, "at": uow.now}
    uow.connection.execute(insert_ignore(outside_call, uow).values(row))
    return held(uow, intent.business_key) if load(uow, str(row["id"])) else None


def load(uow: UnitOfWork, id: str) -> Intent | None:
    """The intent of this id."""
    row = uow.connection.execute(select(outside_call).where(outside_call.c.id == id)).one_or_none()
    return None if row is None else _intent(row)


def held(uow: UnitOfWork, business_key: str) -> Intent | None:
    """The intent that holds a key: one that is under way, done, or of which nobody knows."""
    query = select(outside_call).where(outside_call.c.held_key == business_key)
    row = uow.connection.execute(query).one_or_none()
    return None if row is None else _intent(row)


def end(uow: UnitOfWork, id: str, status: str, outcome: Json | None) -> bool:
    """Writes what came of an open one. False when it was ended before."""
    freed = {} if status in ("done", "unknown", "refused") else {"held_key": None}
    this = update(outside_call).where(outside_call.c.id == id, outside_call.c.status == "open")
    ended = this.values(status=status, outcome=outcome, ended_at=uow.now, **freed)
    return uow.connection.execute(ended).rowcount == 1


def renew(uow: UnitOfWork, intent: Intent) -> Intent | None:
    """The open intent, to be called from now on; None: another process has taken it, or it has ended."""
    mine = (outside_call.c.id == intent.id, outside_call.c.status == "open", outside_call.c.at == intent.at)
    taken = uow.connection.execute(update(outside_call).where(*mine).values(at=uow.now)).rowcount == 1
    return load(uow, intent.id) if taken else None


def free(uow: UnitOfWork, id: str) -> None:
    """What was refused may be asked for again."""
    uow.connection.execute(update(outside_call).where(outside_call.c.id == id).values(held_key=None))


def _intent(row: Row[tuple[object, ...]]) -> Intent:
    values = {name: getattr(row, name) for name in Intent.__dataclass_fields__}
    return Intent(**values)
