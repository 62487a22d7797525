"""Cases as rows: reading them, and changing one under its lock. What may happen to a case says `handover`."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, insert, or_, select, update

from core.errors import NotFound, OutOfState
from core.ids import CaseId, ConversationId, CustomerId, DepartmentId, PersonId
from core.shapes import Case, Customer, Evidence, Json
from core.vocabulary import CaseStatus, Judged, Level, Outcome, Priority, Trigger, WaitingOn
from store.database import UnitOfWork
from store.desk_tables import case, case_history, person
from store.shop_tables import customer
from store.talk_tables import conversation

OPEN = (CaseStatus.QUEUED, CaseStatus.CLAIMED)


@dataclass(frozen=True)
class CaseRow:
    """A case as stored, with what its shape needs from other tables."""

    id: CaseId
    conversation_id: ConversationId
    status: CaseStatus
    live: bool
    reason: Trigger | None
    evidence: list[Evidence]
    priority: Priority
    front: bool
    department: DepartmentId
    others: list[str]
    asked: str
    brief: Json
    opened_at: datetime
    queued_at: datetime
    """Since when it is in the queue; a timer set for an earlier wait does nothing."""
    due_at: datetime | None
    first_reply_due: datetime | None
    first_reply_at: datetime | None
    waiting_on: WaitingOn
    snoozed_until: datetime | None
    person_id: PersonId | None
    person_name: str | None
    claimed_at: datetime | None
    heartbeat_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    judged: Judged | None
    previous_case_id: CaseId | None
    version: int
    customer: Customer

    def shape(self, viewer: PersonId | None = None) -> Case:
        """The case as the desk's API shows it to `viewer`."""
        return Case(
            id=self.id,
            conversation_id=self.conversation_id,
            status=self.status,
            live=self.live,
            reason=self.reason,
            evidence=self.evidence,
            priority=self.priority,
            department=self.department,
            others=self.others,
            asked=self.asked,
            customer=self.customer,
            opened_at=self.opened_at,
            due_at=self.due_at,
            first_reply_due=self.first_reply_due,
            waiting_on=self.waiting_on,
            snoozed_until=self.snoozed_until,
            person=self.person_name,
            mine=viewer is not None and viewer == self.person_id,
            outcome=self.outcome,
            previous_case_id=self.previous_case_id,
        )


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to a case."""

    event: str
    before: CaseStatus | None
    after: CaseStatus
    person: str | None
    note: str | None
    at: datetime


def insert_case(uow: UnitOfWork, **columns: object) -> None:
    """A new row; `handover` says what stands in it."""
    uow.connection.execute(insert(case).values(version=1, **columns))


def change(uow: UnitOfWork, row: CaseRow, **columns: object) -> None:
    """Writes columns of a case whose conversation is held.

    OutOfState when the case has changed since `row` was read.
    """
    same = (case.c.id == row.id, case.c.version == row.version)
    written = uow.connection.execute(update(case).where(*same).values(version=row.version + 1, **columns))
    if written.rowcount == 0:
        raise OutOfState("The case has changed meanwhile. Load it again.")


def add_history(
    uow: UnitOfWork,
    id: CaseId,
    event: str,
    before: CaseStatus | None,
    after: CaseStatus,
    person_id: PersonId | None = None,
    note: str | None = None,
) -> None:
    """One line of a case's history."""
    uow.connection.execute(
        insert(case_history).values(
            case_id=id, event=event, before=before, after=after, person_id=person_id, note=note, at=uow.now
        )
    )


def history(uow: UnitOfWork, id: CaseId) -> list[HistoryLine]:
    """All that happened to a case, oldest first."""
    query = (
        select(case_history, person.c.name.label("person"))
        .outerjoin(person, person.c.id == case_history.c.person_id)
        .where(case_history.c.case_id == id)
        .order_by(case_history.c.id)
    )
    return [
        HistoryLine(
            r.event, CaseStatus(r.before) if r.before else None, CaseStatus(r.after), r.person, r.note, r.at
        )
        for r in uow.connection.execute(query)
    ]


def load(uow: UnitOfWork, id: CaseId) -> CaseRow:
    """NotFound when there is no such case."""
    rows = _select(uow, case.c.id == id)
    if not rows:
        raise NotFound("There is no such case.")
    return rows[0]


def open_of(uow: UnitOfWork, conversation_id: ConversationId) -> CaseRow | None:
    """The conversation's open case: there is at most one."""
    row = uow.connection.execute(_OPEN_OF, {"talk": conversation_id}).first()
    return None if row is None else _case(row)


def latest_of(uow: UnitOfWork, conversation_id: ConversationId) -> CaseRow | None:
    """The conversation's newest case, open or not."""
    rows = _select(uow, case.c.conversation_id == conversation_id)
    return max(rows, key=lambda row: (row.opened_at, row.status in OPEN), default=None)


def of_conversation(uow: UnitOfWork, conversation_id: ConversationId) -> list[CaseRow]:
    """All cases of a conversation, oldest first."""
    rows = _select(uow, case.c.conversation_id == conversation_id)
    return sorted(rows, key=lambda row: row.opened_at)


def opened_after(uow: UnitOfWork, conversation_id: ConversationId, at: datetime) -> datetime | None:
    """When the conversation's next case was opened; None when there is none yet."""
    later = (case.c.conversation_id == conversation_id, case.c.opened_at > at)
    query = select(func.min(case.c.opened_at)).where(*later)
    return cast(datetime | None, uow.connection.execute(query).scalar_one())


def by_ids(uow: UnitOfWork, ids: set[CaseId]) -> dict[str, CaseRow]:
    """Cases by id."""
    return {row.id: row for row in _select(uow, case.c.id.in_(ids))} if ids else {}


def in_queue_order(
    uow: UnitOfWork, statuses: tuple[CaseStatus, ...], department: str | None, limit: int, offset: int = 0
) -> list[CaseRow]:
    """Cases as they are to be served: priority, a lapsed claim's first, live before follow-up, then age."""
    conditions: list[ColumnElement[bool]] = [case.c.status.in_(statuses)]
    if department is not None:
        conditions.append(case.c.department == department)
    order = (case.c.priority_rank, case.c.front.desc(), case.c.live.desc(), case.c.opened_at, case.c.id)
    query = _query().where(*conditions).order_by(*order).limit(limit).offset(offset)
    return [_case(row) for row in uow.connection.execute(query)]


def ahead_of(uow: UnitOfWork, row: CaseRow) -> int:
    """How many live queued cases of the department are served before this one."""
    older = or_(case.c.opened_at < row.opened_at, and_(case.c.opened_at == row.opened_at, case.c.id < row.id))
    in_turn = and_(case.c.front.is_(row.front), older)
    same_priority = in_turn if row.front else or_(case.c.front.is_(True), in_turn)
    rank = row.priority.rank
    before = or_(case.c.priority_rank < rank, and_(case.c.priority_rank == rank, same_priority))
    query = select(func.count()).where(
        case.c.status == CaseStatus.QUEUED, case.c.live.is_(True), case.c.department == row.department, before
    )
    return int(uow.connection.execute(query).scalar_one())


def claimed_by(uow: UnitOfWork, person_ids: list[str]) -> dict[str, int]:
    """How many cases each of these people holds."""
    query = (
        select(case.c.person_id, func.count())
        .where(case.c.status == CaseStatus.CLAIMED, case.c.person_id.in_(person_ids))
        .group_by(case.c.person_id)
    )
    return {row[0]: row[1] for row in uow.connection.execute(query)}


def live_elsewhere(uow: UnitOfWork, customer_id: CustomerId, conversation_id: ConversationId) -> bool:
    """Whether the customer waits for, or talks with, a person in another conversation already."""
    others = (conversation.c.customer_id == customer_id, conversation.c.id != conversation_id)
    query = select(case.c.id).join(conversation, conversation.c.id == case.c.conversation_id)
    query = query.where(*others, case.c.status.in_(OPEN), case.c.live.is_(True)).limit(1)
    return uow.connection.execute(query).first() is not None


def recent_waits(uow: UnitOfWork, department: str, limit: int = 20) -> list[float]:
    """Seconds from opening to claim of the department's newest claimed cases; nobody waited at a takeover."""
    waited = (case.c.claimed_at.is_not(None), case.c.live.is_(True), case.c.reason.is_not(None))
    query = (
        select(case.c.opened_at, case.c.claimed_at)
        .where(case.c.department == department, *waited)
        .order_by(case.c.claimed_at.desc())
        .limit(limit)
    )
    return [(r.claimed_at - r.opened_at).total_seconds() for r in uow.connection.execute(query)]


def _query() -> Select[tuple[object, ...]]:
    joined = (
        select(
            case,
            person.c.name.label("person_name"),
            conversation.c.level,
            conversation.c.customer_id,
            customer.c.name.label("customer_name"),
        )
        .join(conversation, conversation.c.id == case.c.conversation_id)
        .outerjoin(person, person.c.id == case.c.person_id)
        .outerjoin(customer, customer.c.id == conversation.c.customer_id)
    )
    return cast(Select[tuple[object, ...]], joined)


# Read in every turn, so it is made once: making it costs several times what running it does.
_OPEN_OF = _query().where(case.c.conversation_id == bindparam("talk"), case.c.status.in_(OPEN))


def _select(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> list[CaseRow]:
    return [_case(row) for row in uow.connection.execute(_query().where(*conditions))]


def _case(r: Row[tuple[object, ...]]) -> CaseRow:
    return CaseRow(
        id=r.id,
        conversation_id=r.conversation_id,
        status=CaseStatus(r.status),
        live=r.live,
        reason=Trigger(r.reason) if r.reason else None,
        evidence=[Evidence.model_validate(e) for e in r.evidence],
        priority=Priority(r.priority),
        front=r.front,
        department=r.department,
        others=r.others,
        asked=r.asked,
        brief=r.brief,
        opened_at=r.opened_at,
        queued_at=r.queued_at or r.opened_at,
        due_at=r.due_at,
        first_reply_due=r.first_reply_due,
        first_reply_at=r.first_reply_at,
        waiting_on=WaitingOn(r.waiting_on),
        snoozed_until=r.snoozed_until,
        person_id=r.person_id,
        person_name=r.person_name,
        claimed_at=r.claimed_at,
        heartbeat_at=r.heartbeat_at,
        closed_at=r.closed_at,
        outcome=Outcome(r.outcome) if r.outcome else None,
        judged=Judged(r.judged) if r.judged else None,
        previous_case_id=r.previous_case_id,
        version=r.version,
        customer=Customer(
            level=Level(r.level),
            verified=r.level == Level.ACCOUNT,
            id=r.customer_id,
            name=r.customer_name,
        ),
    )
