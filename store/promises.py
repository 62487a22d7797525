"""The promise ledger: what a customer was promised, by whom and by when. A promise outlives its case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, insert, select, update

from core.ids import CaseId, ConversationId, new_id
from core.shapes import Promise
from store.database import UnitOfWork
from store.desk_tables import promise
from store.schema import EPOCH

PromiseStatus = Literal["open", "kept", "broken", "void"]


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


def load(uow: UnitOfWork, id: str) -> PromiseRow | None:
    """The promise of this id."""
    row = uow.connection.execute(select(promise).where(promise.c.id == id)).one_or_none()
    return None if row is None else _promise(row)


def of_conversation(uow: UnitOfWork, conversation_id: ConversationId) -> list[PromiseRow]:
    """All promises of a conversation that are not void, the earliest due first."""
    query = select(promise).where(promise.c.conversation_id == conversation_id, promise.c.status != "void")
    rows = [_promise(row) for row in uow.connection.execute(query)]
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or EPOCH, row.id))


def settle(uow: UnitOfWork, id: str, status: PromiseStatus) -> bool:
    """Ends an open promise. False when it has ended before."""
    mine = (promise.c.id == id, promise.c.status == "open")
    return uow.connection.execute(update(promise).where(*mine).values(status=status)).rowcount == 1


def _promise(row: Row[tuple[object, ...]]) -> PromiseRow:
    return PromiseRow(row.id, row.conversation_id, row.case_id, row.text, row.due_at, row.owner, row.status)
