"""What measures are taken from: facts of a span of time, read by SQL. What they mean: `handover.measures`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, Table, func, select

from core.ids import CustomerId
from core.shapes import Turn
from core.vocabulary import CaseStatus, Decision, Judged, Outcome, Role, Trigger
from store.database import UnitOfWork
from store.desk_tables import case, case_history, person, promise, request
from store.measure_facts import (
    CaseFact,
    PromiseFact,
    RatingFact,
    RequestFact,
    Span,
    TalkFact,
    TurnCount,
)
from store.talk_tables import confirmation, conversation, effect, message, rating, turn

SPOKEN = ((message.c.role == Role.AI) & message.c.turn_id.is_not(None)) | (
    (message.c.role == Role.PERSON) & message.c.internal.is_(False)
)
"""What somebody said to the customer: an answer of the AI, or a person's words; no automatic notice."""


def cases_in(uow: UnitOfWork, span: Span) -> list[CaseFact]:
    """Cases opened in the span, oldest first."""
    query = (
        select(case, conversation.c.customer_id, conversation.c.customer_seq, conversation.c.memory)
        .join(conversation, conversation.c.id == case.c.conversation_id)
        .where(*_within(case.c.opened_at, span))
        .order_by(case.c.opened_at, case.c.id)
    )
    rows = uow.connection.execute(query).all()
    history, replies = _history(uow, span), _first_replies(uow, span)
    return [_case(row, history.get(row.id, []), replies.get(row.id)) for row in rows]


def talks_in(uow: UnitOfWork, span: Span) -> list[TalkFact]:
    """Conversations that began in the span and in which the customer has written, oldest first."""
    begun = (*_within(conversation.c.created_at, span), conversation.c.customer_seq > 0)
    effects, open_ones = _counts(uow, effect), _counts(uow, confirmation, confirmation.c.status == "open")
    query = (
        select(conversation, rating.c.score)
        .outerjoin(rating, rating.c.conversation_id == conversation.c.id)
        .where(*begun)
        .order_by(conversation.c.created_at, conversation.c.id)
    )
    latest = _latest(uow, select(conversation.c.id).where(*begun))
    answers = _last_answers(uow, select(conversation.c.id).where(*begun))
    served = _capabilities(uow, select(conversation.c.id).where(*begun))
    departments = _departments(uow)
    return [
        _talk(
            row,
            latest[row.id],
            answers.get(row.id),
            (effects.get(row.id, 0), open_ones.get(row.id, 0)),
            (served.get(row.id, frozenset()), departments.get(row.id, frozenset())),
        )
        for row in uow.connection.execute(query)
        if row.id in latest  # what was erased has no words left to judge by
    ]


def began(uow: UnitOfWork, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, list[datetime]]:
    """When each of these customers began a conversation in which they wrote, and when their cases opened."""
    asked = set(customer_ids)
    found: dict[CustomerId, list[datetime]] = {one: [] for one in asked}
    talks = select(conversation.c.customer_id, conversation.c.created_at.label("at")).where(
        conversation.c.customer_seq > 0, conversation.c.customer_id.is_not(None)
    )
    opened = select(conversation.c.customer_id, case.c.opened_at.label("at")).join(
        case, case.c.conversation_id == conversation.c.id
    )
    for query in (talks, opened):
        for row in uow.connection.execute(query):
            if row.customer_id in asked:
                found[row.customer_id].append(row.at)
    return found


def approvals_in(uow: UnitOfWork, span: Span) -> list[RequestFact]:
    """Approvals asked for in the span."""
    query = select(request).where(request.c.kind == "approval", *_within(request.c.asked_at, span))
    rows = uow.connection.execute(query)
    return [RequestFact(r.department, r.asked_at, r.closed_at, r.status, r.approved) for r in rows]


def promises_in(uow: UnitOfWork, span: Span) -> list[PromiseFact]:
    """Promises due in the span that were not made void."""
    query = (
        select(promise.c.status, promise.c.due_at, case.c.department)
        .outerjoin(case, case.c.id == promise.c.case_id)
        .where(promise.c.status != "void", *_within(promise.c.due_at, span))
    )
    return [PromiseFact(row.status, row.due_at, row.department) for row in uow.connection.execute(query)]


def ratings_in(uow: UnitOfWork, span: Span) -> list[RatingFact]:
    """Ratings given in the span, each with the last who had spoken to the customer: a person, or the AI."""
    last = (
        select(func.max(message.c.seq))
        .where(message.c.conversation_id == rating.c.conversation_id, SPOKEN)
        .where(message.c.at <= rating.c.at)
        .correlate(rating)
        .scalar_subquery()
    )
    query = (
        select(rating.c.conversation_id, rating.c.score, message.c.person_id, person.c.name)
        .outerjoin(message, (message.c.conversation_id == rating.c.conversation_id) & (message.c.seq == last))
        .outerjoin(person, person.c.id == message.c.person_id)
        .where(*_within(rating.c.at, span))
    )
    departments = _departments(uow)
    return [
        RatingFact(r.score, r.person_id, r.name, departments.get(r.conversation_id, frozenset()))
        for r in uow.connection.execute(query)
    ]


def turns_in(uow: UnitOfWork, span: Span | None = None) -> list[TurnCount]:
    """Ended turns by decision and reason, and what they cost; of all time without a span."""
    decision, reason = turn.c.doc["decision"].as_string(), turn.c.doc["reason"].as_string()
    cost = (
        func.count().label("turns"),
        *(
            func.coalesce(func.sum(turn.c.doc["usage"][name].as_integer()), 0).label(name)
            for name in ("calls", "prompt_tokens", "completion_tokens")
        ),
    )
    query = select(decision.label("decision"), reason.label("reason"), *cost).where(
        turn.c.status == "done", turn.c.doc.is_not(None)
    )
    if span is not None:
        query = query.where(*_within(turn.c.started_at, span))
    rows = uow.connection.execute(query.group_by(decision, reason))
    return [
        TurnCount(
            Decision(r.decision),
            Trigger(r.reason) if r.reason else None,
            r.turns,
            r.calls,
            r.prompt_tokens,
            r.completion_tokens,
        )
        for r in rows
    ]


def _within(column: ColumnElement[datetime], span: Span) -> tuple[ColumnElement[bool], ...]:
    return column >= span.start, column < span.end


def _history(uow: UnitOfWork, span: Span) -> dict[str, list[tuple[str, datetime]]]:
    """(event, when) of each case that was opened in the span, oldest first."""
    query = (
        select(case_history.c.case_id, case_history.c.event, case_history.c.at)
        .join(case, case.c.id == case_history.c.case_id)
        .where(*_within(case.c.opened_at, span))
        .order_by(case_history.c.id)
    )
    found: dict[str, list[tuple[str, datetime]]] = {}
    for row in uow.connection.execute(query):
        found.setdefault(row.case_id, []).append((row.event, row.at))
    return found


def _first_replies(uow: UnitOfWork, span: Span) -> dict[str, int]:
    """The place of the first reply to each case that was opened in the span."""
    in_time = message.c.at >= case.c.first_reply_at
    query = (
        select(case.c.id, func.min(message.c.seq))
        .join(message, message.c.conversation_id == case.c.conversation_id)
        .where(*_within(case.c.opened_at, span), message.c.role == Role.PERSON, in_time)
        .where(message.c.internal.is_(False))
        .group_by(case.c.id)
    )
    return {row[0]: row[1] for row in uow.connection.execute(query)}


def _case(
    row: Row[tuple[object, ...]], history: Sequence[tuple[str, datetime]], reply: int | None
) -> CaseFact:
    happened = Counter(event for event, _ in history)
    closed_seq = row.memory.get("closed_seq") or 0
    return CaseFact(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        reason=Trigger(row.reason) if row.reason else None,
        department=row.department,
        status=CaseStatus(row.status),
        live=bool(row.live or happened["follow_up"] or happened["go_live"]),
        opened_at=row.opened_at,
        due_at=row.due_at,
        first_reply_due=row.first_reply_due,
        first_reply_at=row.first_reply_at,
        closed_at=row.closed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        judged=Judged(row.judged) if row.judged else None,
        claims=tuple(at for event, at in history if event == "claim"),
        transfers=happened["transfer"],
        left_before_reply=closed_seq > row.customer_seq and (reply is None or closed_seq <= reply),
    )


def _counts(uow: UnitOfWork, table: Table, *which: ColumnElement[bool]) -> dict[str, int]:
    query = select(table.c.conversation_id, func.count()).where(*which).group_by(table.c.conversation_id)
    return {row[0]: row[1] for row in uow.connection.execute(query)}


def _latest(uow: UnitOfWork, talks: Select[tuple[str]]) -> dict[str, datetime]:
    """When each conversation's newest message was written."""
    query = select(message.c.conversation_id, func.max(message.c.at)).group_by(message.c.conversation_id)
    mine = query.where(message.c.conversation_id.in_(talks))
    return {row[0]: row[1] for row in uow.connection.execute(mine)}


def _last_answers(uow: UnitOfWork, talks: Select[tuple[str]]) -> dict[str, Row[tuple[object, ...]]]:
    """The AI's last answer of each conversation: words, form, sources, and the tools of its turn."""
    answers = (message.c.role == Role.AI, message.c.turn_id.is_not(None))
    last = (
        select(message.c.conversation_id, func.max(message.c.seq).label("seq"))
        .where(message.c.conversation_id.in_(talks), *answers)
        .group_by(message.c.conversation_id)
        .subquery()
    )
    same = (message.c.conversation_id == last.c.conversation_id) & (message.c.seq == last.c.seq)
    query = (
        select(message.c.conversation_id, message.c.text, message.c.form, message.c.sources, turn.c.doc)
        .join(last, same)
        .outerjoin(turn, turn.c.id == message.c.turn_id)
    )
    rows: list[Row[tuple[object, ...]]] = list(uow.connection.execute(query))
    return {row.conversation_id: row for row in rows}


def _capabilities(uow: UnitOfWork, talks: Select[tuple[str]]) -> dict[str, frozenset[str]]:
    """What each conversation was about, as its turns say."""
    query = select(turn.c.conversation_id, turn.c.doc["capabilities"].label("about")).where(
        turn.c.conversation_id.in_(talks), turn.c.status == "done", turn.c.doc.is_not(None)
    )
    found: dict[str, frozenset[str]] = {}
    for row in uow.connection.execute(query):
        found[row.conversation_id] = found.get(row.conversation_id, frozenset()) | frozenset(row.about or ())
    return found


def _departments(uow: UnitOfWork) -> dict[str, frozenset[str]]:
    """The departments of each conversation's cases."""
    found: dict[str, frozenset[str]] = {}
    for row in uow.connection.execute(select(case.c.conversation_id, case.c.department).distinct()):
        found[row.conversation_id] = found.get(row.conversation_id, frozenset()) | {row.department}
    return found


def _talk(
    row: Row[tuple[object, ...]],
    last_at: datetime,
    answer: Row[tuple[object, ...]] | None,
    counts: tuple[int, int],
    about: tuple[frozenset[str], frozenset[str]],
) -> TalkFact:
    closed_seq = row.memory.get("closed_seq") or 0
    return TalkFact(
        id=row.id,
        customer_id=row.customer_id,
        created_at=row.created_at,
        last_at=last_at,
        closed=closed_seq > row.customer_seq,
        unanswered=row.customer_seq > row.answered_seq,
        failed_turns=row.memory.get("failed_turns") or 0,
        offer_open=row.memory.get("offer") is not None,
        confirmation_open=counts[1] > 0,
        effects=counts[0],
        rating=row.score,
        last_words=answer.text if answer else "",
        last_form=answer is not None and answer.form is not None,
        last_from_source=answer is not None and (bool(answer.sources) or _worked(answer.doc)),
        capabilities=about[0],
        departments=about[1],
    )


def _worked(doc: Mapping[str, object] | None) -> bool:
    return doc is not None and any(run.ok for run in Turn.model_validate(doc).tools)
