"""What customers asked and who answered it: the raw material of knowledge gaps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.ids import ConversationId, CustomerId, PersonId
from core.shapes import Turn
from core.vocabulary import Cause, Outcome, Role
from store import cases, messages, requests
from store.cases import CaseRow
from store.database import UnitOfWork
from store.messages import Said
from store.requests import RequestRow
from store.sales_tables import enquiry, lead
from store.shop_tables import booking, customer
from store.talk_tables import conversation, turn


@dataclass(frozen=True)
class Asked:
    """A turn that answered a customer's message, or did not."""

    turn: Turn
    at: datetime


@dataclass(frozen=True)
class TalkOfQuestions:
    """One conversation with all that tells whether its questions were answered, and by whom."""

    id: ConversationId
    customer_id: CustomerId | None
    names: frozenset[str]
    """Of the customer, as far as they are known."""
    said: list[Said]
    by: dict[str, PersonId]
    """Who wrote it, by a person's message."""
    turns: list[Asked]
    """Oldest first."""
    cases: list[CaseRow]
    questions: list[RequestRow]
    """What the AI asked people, and got an answer to."""


def talks_with_questions(uow: UnitOfWork, since: datetime, most: int) -> list[TalkOfQuestions]:
    """The newest `most` conversations since then with a turn that failed or led to a person, oldest first."""
    failed = turn.c.doc["failed"].as_boolean().is_(True)
    not_answered = failed | (turn.c.doc["decision"].as_string() != "answer") | turn.c.case_id.is_not(None)
    query = (
        select(turn.c.conversation_id)
        .where(turn.c.status == "done", turn.c.doc.is_not(None), turn.c.cause == Cause.MESSAGE)
        .where(turn.c.started_at >= since, not_answered)
        .order_by(turn.c.started_at.desc())
    )
    ids = list(dict.fromkeys(uow.connection.execute(query).scalars()))[:most]
    return [_talk(uow, ConversationId(one)) for one in reversed(ids)]


def _talk(uow: UnitOfWork, id: ConversationId) -> TalkOfQuestions:
    query = (
        select(conversation.c.customer_id, customer.c.name)
        .outerjoin(customer, customer.c.id == conversation.c.customer_id)
        .where(conversation.c.id == id)
    )
    row = uow.connection.execute(query).one()
    asked = requests.of_conversation(uow, id)
    return TalkOfQuestions(
        id=id,
        customer_id=row.customer_id,
        names=frozenset(one for one in (row.name, *_given_names(uow, id)) if one),
        said=[one for one in messages.said(uow, id) if one.message.role is not Role.SYSTEM],
        by=messages.by_person(uow, id),
        turns=_turns(uow, id),
        cases=[one for one in cases.of_conversation(uow, id) if one.outcome not in _UNANSWERED],
        questions=[
            one for one in asked if one.kind == "question" and one.status == "answered" and one.answer
        ],
    )


_UNANSWERED = (Outcome.UNSOLVED, Outcome.NO_REPLY, Outcome.WITHDRAWN)


def _given_names(uow: UnitOfWork, id: ConversationId) -> list[str]:
    """Names that were left with an appointment, an enquiry or a lead."""
    columns = (
        (booking, booking.c.name),
        (enquiry, enquiry.c.details["name"].as_string()),
        (lead, lead.c.contact["name"].as_string()),
    )
    return [
        name
        for table, column in columns
        for name in uow.connection.execute(select(column).where(table.c.conversation_id == id)).scalars()
    ]


def _turns(uow: UnitOfWork, id: ConversationId) -> list[Asked]:
    query = (
        select(turn.c.doc, turn.c.started_at)
        .where(turn.c.conversation_id == id, turn.c.status == "done", turn.c.doc.is_not(None))
        .order_by(turn.c.started_at)
    )
    rows = uow.connection.execute(query)
    return [Asked(Turn.model_validate(row.doc), row.started_at) for row in rows]
