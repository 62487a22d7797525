"""The promise ledger: what a customer was promised, by whom and by when. A promise outlives its case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, bindparam, insert, select, update

from core.ids import CaseId, ConversationId, new_id
from core.shapes import Json, Promise
from store import outbox
from store.database import UnitOfWork
from store.desk_tables import promise
from store.schema import EPOCH

DUE = "promise"
"""The outbox's kind of the timer that reminds of a promise: payload `{promise}`."""
PromiseStatus = Literal["open", "kept", "broken", "void"]


_OPEN_IN = (
    select(promise.c.id)
    .where(promise.c.conversation_id == bindparam("talk"), promise.c.status == "open")
    .limit(1)
)


@dataclass(frozen=True)
class PromiseRow:
    """One promise."""

    id: str
    conversation_id: ConversationId
    case_id: CaseId | None
    text: str
    due_at: datetime | None
    owner: str
    """Whoever is to keep it: a department's or a person's name."""
    status: PromiseStatus

    @property
    def shape(self) -> Promise:
        return Promise(text=self.text, due=self.due_at, owner=self.owner)


def make(
    uow: UnitOfWork,
    conversation_id: ConversationId,
    text: str,
    owner: str,
    due_at: datetime | None,
    case_id: CaseId | None = None,
) -> PromiseRow:
    """Writes a promise down."""
    row = PromiseRow(new_id("promise"), conversation_id, case_id, text, due_at, owner, "open")
    uow.connection.execute(
        insert(promise).values(
            id=row.id,
            conversation_id=conversation_id,
            case_id=case_id,
            text=text,
            due_at=due_at,
            owner=owner,
            status=row.status,
        )
    )
    return row


def watch(uow: UnitOfWork, row: PromiseRow) -> None:
    """Sets the timer that reminds of a promise."""
    if row.due_at is not None:
        payload: Json = {"promise": row.id}
        outbox.put(uow, DUE, f"{DUE}:{row.id}", row.due_at, payload, row.conversation_id)


def load(uow: UnitOfWork, id: str) -> PromiseRow | None:
    """The promise of this id."""
    row = uow.connection.execute(select(promise).where(promise.c.id == id)).one_or_none()
    return None if row is None else _promise(row)


def of_conversation(uow: UnitOfWork, conversation_id: ConversationId) -> list[PromiseRow]:
    """All promises of a conversation that are not void, the earliest due first."""
    query = select(promise).where(promise.c.conversation_id == conversation_id, promise.c.status != "void")
    rows = [_promise(row) for row in uow.connection.execute(query)]
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or EPOCH, row.id))


def open_in(uow: UnitOfWork, conversation_id: ConversationId) -> bool:
    """Whether somebody still owes this customer something."""
    return uow.connection.execute(_OPEN_IN, {"talk": conversation_id}).first() is not None


def owed(uow: UnitOfWork, conversation_id: ConversationId) -> list[PromiseRow]:
    """What this customer was promised and has not got yet, the earliest due first."""
    return [row for row in of_conversation(uow, conversation_id) if row.status == "open"]


def in_order(uow: UnitOfWork, status: PromiseStatus, limit: int) -> list[PromiseRow]:
    """Promises of a status, the earliest due first."""
    query = select(promise).where(promise.c.status == status).order_by(promise.c.due_at, promise.c.id)
    return [_promise(row) for row in uow.connection.execute(query.limit(limit))]


def settle(uow: UnitOfWork, id: str, status: PromiseStatus) -> bool:
    """Ends an open promise. False when it has ended before."""
    mine = (promise.c.id == id, promise.c.status == "open")
    return uow.connection.execute(update(promise).where(*mine).values(status=status)).rowcount == 1


def _promise(row: Row[tuple[object, ...]]) -> PromiseRow:
    return PromiseRow(row.id, row.conversation_id, row.case_id, row.text, row.due_at, row.owner, row.status)
