"""Requests to people, as rows: what the AI asked, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Row, bindparam, insert, select, update

from core.errors import NotFound
from core.ids import CaseId, ConversationId, PersonId, RequestId
from core.money import Money
from core.shapes import Act, Json, Request
from store.database import UnitOfWork
from store.desk_tables import person, request

Kind = Literal["approval", "question"]
Status = Literal["open", "answered", "expired", "cancelled"]


@dataclass(frozen=True)
class RequestRow:
    """One request. An approval names tool, arguments, key, amount and policy; a question none of them."""

    id: RequestId
    conversation_id: ConversationId
    kind: Kind
    question: str
    department: str
    fallback: str
    asked_at: datetime
    due_at: datetime
    valid_s: int
    currency: str
    status: Status = "open"
    case_id: CaseId | None = None
    tool: str | None = None
    arguments: Json | None = None
    business_key: str | None = None
    amount_cents: int | None = None
    policy_id: str | None = None
    policy_version: int | None = None
    person_id: PersonId | None = None
    person_name: str | None = None
    approved: bool | None = None
    limit_cents: int | None = None
    answer: str | None = None
    note: str | None = None
    closed_at: datetime | None = None
    result: Json | None = None

    @property
    def valid_until(self) -> datetime | None:
        """When an approval stops to count."""
        return self.closed_at + timedelta(seconds=self.valid_s) if self.closed_at else None

    @property
    def shape(self) -> Request:
        """The request as the desk's API shows it."""
        act = None
        if self.tool is not None:
            amount = self._money(self.amount_cents)
            act = Act(tool=self.tool, arguments=self.arguments or {}, amount=amount)
        return Request(
            id=self.id,
            kind=self.kind,
            conversation_id=self.conversation_id,
            case_id=self.case_id,
            question=self.question,
            act=act,
            limit=self._money(self.limit_cents),
            due_at=self.due_at,
            status=self.status,
            department=self.department,
            asked_at=self.asked_at,
            person=self.person_name,
            approved=self.approved,
            answer=self.answer,
            note=self.note,
            done=None if self.result is None else bool(self.result.get("ok")),
        )

    def _money(self, cents: int | None) -> Money | None:
        return None if cents is None else Money.from_cents(cents, self.currency)


def add(uow: UnitOfWork, row: RequestRow) -> None:
    """Writes a new request down."""
    columns = {name: getattr(row, name) for name in request.c.keys()}  # noqa: SIM118
    uow.connection.execute(insert(request).values(**{**columns, "arguments": row.arguments or {}}))


def change(uow: UnitOfWork, id: RequestId, **columns: object) -> RequestRow:
    """Writes columns of a request whose conversation is held, and returns it as it is then."""
    uow.connection.execute(update(request).where(request.c.id == id).values(**columns))
    return load(uow, id)


def load(uow: UnitOfWork, id: str) -> RequestRow:
    """NotFound when there is no such request."""
    rows = _rows(uow, request.c.id == id)
    if not rows:
        raise NotFound("There is no such request.")
    return rows[0]


def open_of(uow: UnitOfWork, conversation_id: ConversationId) -> list[RequestRow]:
    """What a conversation waits for, the earliest due first."""
    return [_request(row) for row in uow.connection.execute(_OPEN_OF, {"talk": conversation_id})]


def of_conversation(uow: UnitOfWork, conversation_id: ConversationId) -> list[RequestRow]:
    """All that was asked in a conversation, oldest first."""
    return sorted(_rows(uow, request.c.conversation_id == conversation_id), key=lambda row: row.asked_at)


def latest_of(uow: UnitOfWork, conversation_id: ConversationId, business_key: str) -> RequestRow | None:
    """The newest request for an act, in this conversation."""
    same = _rows(uow, request.c.conversation_id == conversation_id, request.c.business_key == business_key)
    return max(same, key=lambda row: row.asked_at, default=None)


def in_order(uow: UnitOfWork, status: Status | None, limit: int) -> list[RequestRow]:
    """Requests of a status, or all, the earliest due first."""
    conditions = [] if status is None else [request.c.status == status]
    query = _QUERY.where(*conditions).order_by(request.c.due_at, request.c.id).limit(limit)
    return [_request(row) for row in uow.connection.execute(query)]


def by_ids(uow: UnitOfWork, ids: set[str]) -> dict[str, RequestRow]:
    """Requests by id."""
    return {row.id: row for row in _rows(uow, request.c.id.in_(ids))} if ids else {}


_QUERY = select(request, person.c.name.label("person_name")).outerjoin(
    person, person.c.id == request.c.person_id
)
_OPEN_OF = _QUERY.where(request.c.conversation_id == bindparam("talk"), request.c.status == "open").order_by(
    request.c.due_at
)


def _rows(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> list[RequestRow]:
    return [_request(row) for row in uow.connection.execute(_QUERY.where(*conditions))]


def _request(row: Row[tuple[object, ...]]) -> RequestRow:
    return RequestRow(**row._mapping)
