"""Taking the measures: the facts of a span, or those of one department in it, and what they come to."""

from collections.abc import Sequence
from datetime import timedelta

from core.business import Business
from core.errors import InvalidInput
from core.ids import CaseId
from core.vocabulary import CaseStatus, Role
from handover import measures
from handover.asks import Places, places_of
from handover.measure_shapes import Measures, Repeated, RepeatsOfCase
from handover.measures import counted, share
from handover.repeats import Repeat, Spoken, lines_of, repeats
from store import cases, messages, turns
from store import measures as facts
from store.database import UnitOfWork
from store.measure_facts import CaseFact, Span, TalkFact

WORST = 20
"""Cases shown of those with the most repeats."""


def measure(uow: UnitOfWork, business: Business, span: Span, department: str | None = None) -> Measures:
    """All measures of a span. With a department: its cases, and the conversations that it had or answers for.

    InvalidInput for a department that does not exist.
    """
    owned = _owned(business, department)
    opened = [one for one in facts.cases_in(uow, span) if department in (None, one.department)]
    talks = [one for one in facts.talks_in(uow, span) if department is None or _is_of(one, department, owned)]
    now, places = uow.now, places_of(business)
    customers = [*(one.customer_id for one in opened), *(one.customer_id for one in talks)]
    known = [one for one in customers if one is not None]
    asked = [one for one in facts.approvals_in(uow, span) if department in (None, one.department)]
    made = [one for one in facts.promises_in(uow, span) if department in (None, one.department)]
    rated = [
        one for one in facts.ratings_in(uow, span) if department is None or department in one.departments
    ]
    return Measures.model_validate(
        {
            "from": span.start,
            "to": span.end,
            "department": department,
            "endings": measures.endings(talks, now, places),
            "handovers": measures.handovers(opened, len(talks)),
            "time_to_first_reply": measures.time_to_first_reply(opened),
            "time_to_resolve": measures.time_to_resolve(opened),
            "judged": measures.judgements(opened),
            "abandoned": measures.abandoned(opened),
            "wait_by_hour": measures.wait_by_hour(opened, business.shop.timezone),
            "sla": measures.sla(opened, now),
            "transfers": measures.transfers(opened),
            "approvals": measures.approvals(asked),
            "promises_kept": measures.promises_kept(made, now),
            "recontact": measures.recontact(opened, talks, facts.began(uow, known), places),
            "csat": measures.csat(rated),
            "repeated": repeated(uow, opened, places),
            "turns": measures.turns(facts.turns_in(uow, span)),
        }
    )


def last_days(uow: UnitOfWork) -> Span:
    """The span that is measured when none is asked for."""
    return Span(uow.now - timedelta(days=counted().days), uow.now)


def repeated(uow: UnitOfWork, opened: Sequence[CaseFact], places: Places) -> Repeated:
    """Questions for what was said before, by people and, after the return, by the AI; of the newest cases."""
    read = opened[-counted().most_read :]
    found = [_repeats_of(uow, one, places) for one in read]
    by_person = sum(len(one.by_person) for one in found)
    by_ai = sum(len(one.by_ai) for one in found)
    worst = sorted(
        (one for one in found if one.by_person or one.by_ai),
        key=lambda one: -len(one.by_person) - len(one.by_ai),
    )
    return Repeated(
        cases=len(read),
        by_person=by_person,
        by_ai=by_ai,
        per_case=share(by_person + by_ai, len(read)).share,
        worst=worst[:WORST],
    )


def _repeats_of(uow: UnitOfWork, fact: CaseFact, places: Places) -> RepeatsOfCase:
    """The person's questions while they had the case, and the AI's between the return and the next case."""
    spoken = _spoken(uow, fact)
    found = repeats(lines_of(spoken, places))
    opened = {one.seq for one in spoken if one.at >= fact.opened_at}
    ended = fact.closed_at
    later = cases.opened_after(uow, fact.conversation_id, fact.opened_at)
    during = {one.seq for one in spoken if one.seq in opened and (ended is None or one.at <= ended)}
    back = fact.status is CaseStatus.RETURNED and ended is not None
    after = {
        one.seq for one in spoken if back and one.seq in opened - during and (later is None or one.at < later)
    }
    return RepeatsOfCase(
        case_id=CaseId(fact.id),
        by_person=_kinds(found, Role.PERSON, during),
        by_ai=_kinds(found, Role.AI, after),
    )


def _kinds(found: Sequence[Repeat], by: Role, where: set[int]) -> list[str]:
    return [one.kind for one in found if one.by is by and one.place in where]


def _spoken(uow: UnitOfWork, fact: CaseFact) -> list[Spoken]:
    """What was said in the conversation, with the turns that said it."""
    by_id = {doc.id: doc for doc in turns.docs(uow, fact.conversation_id)}
    spoke = messages.turn_of(uow, fact.conversation_id)
    return [
        Spoken(
            one.seq,
            one.message.id,
            one.message.role,
            one.message.text,
            one.message.at,
            by_id.get(spoke.get(one.message.id, "")),
        )
        for one in messages.said(uow, fact.conversation_id)
        if one.message.role is not Role.SYSTEM
    ]


def _owned(business: Business, department: str | None) -> frozenset[str]:
    if department is None:
        return frozenset()
    found = business.department(department)
    if found is None:
        known = ", ".join(one.id for one in business.departments)
        raise InvalidInput("There is no such department.", {"department": [f"is one of {known}"]})
    return frozenset(found.owns)


def _is_of(talk: TalkFact, department: str, owned: frozenset[str]) -> bool:
    return department in talk.departments or bool(owned & talk.capabilities)
