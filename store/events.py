"""Reading the event log: a conversation's stream, and the desk's.

A row holds ids; what is told is read from the tables that they name, so that erased text is gone here too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Row, Select, func, select

from core.ids import CaseId, ConversationId, MessageId, TurnId
from core.shapes import Json
from store import cases, messages, requests, turns
from store.database import UnitOfWork
from store.talk_tables import desk_counter, event

INSIDE = frozenset({"note", "effect", "request"})
"""Kinds that a customer's stream never holds."""


@dataclass(frozen=True)
class Stored:
    """A stored event with what it names: `data` as the wire has it, whole."""

    id: int
    kind: str
    conversation_id: ConversationId
    data: Json


def of_conversation(uow: UnitOfWork, id: ConversationId, after: int, *, inside: bool = False) -> list[Stored]:
    """The conversation's events above `after`, oldest first; notes only with `inside`."""
    query = select(event).where(event.c.conversation_id == id, event.c.seq > after).order_by(event.c.seq)
    if not inside:
        query = query.where(event.c.kind.not_in(INSIDE))
    return _told(uow, query, lambda row: cast(int, row.seq))


def of_desk(uow: UnitOfWork, after: int, limit: int = 500) -> list[Stored]:
    """The desk's events above `after`, oldest first."""
    query = select(event).where(event.c.desk_seq > after).order_by(event.c.desk_seq).limit(limit)
    return _told(uow, query, lambda row: cast(int, row.desk_seq))


def last_of_desk(uow: UnitOfWork) -> int:
    """The number of the desk's newest event; 0 before the first."""
    return int(uow.connection.execute(select(func.max(desk_counter.c.seq))).scalar_one() or 0)


def _told(
    uow: UnitOfWork, query: Select[tuple[object, ...]], number: Callable[[Row[tuple[object, ...]]], int]
) -> list[Stored]:
    rows = uow.connection.execute(query).all()
    said = messages.by_ids(uow, {MessageId(r.data["message"]) for r in rows if "message" in r.data})
    open_cases = cases.by_ids(uow, {CaseId(r.data["case"]) for r in rows if "case" in r.data})
    asked = requests.by_ids(uow, {r.data["request"] for r in rows if r.kind == "request"})
    ended = turns.by_ids(uow, {TurnId(r.data["turn"]) for r in rows if r.kind == "done" and r.data["turn"]})

    def data(row: Row[tuple[object, ...]]) -> Json | None:
        match row.kind:
            case "accepted" | "message" | "note":
                found = said.get(row.data["message"])
                if found is None:
                    return None
                shown = found.model_dump(mode="json")
                return {"message": shown} if row.kind == "accepted" else shown
            case "handover" | "case":
                shown = open_cases[row.data["case"]].shape().model_dump(mode="json")
                return {"case": shown} if row.kind == "handover" else shown
            case "request":
                one = asked.get(row.data["request"])
                return one.shape.model_dump(mode="json") if one else None
            case "done":
                turn = ended.get(row.data["turn"])
                return {**row.data, "turn": turn and turn.model_dump(mode="json")}
            case _:
                return cast(Json, row.data)

    told = [(row, data(row)) for row in rows]
    return [
        Stored(number(row), "message" if row.kind == "note" else row.kind, row.conversation_id, found)
        for row, found in told
        if found is not None
    ]
