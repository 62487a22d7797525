"""Opening a case within the turn that decided it. A conversation has one open case at most."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.business import Business
from core.ids import CaseId, TurnId, new_id
from core.shapes import Evidence
from core.vocabulary import CaseStatus, Level, Mode, Priority, WaitingOn
from handover import clock, notice
from handover.cases import CaseEvent, mode_of, next_status
from handover.changes import Columns, apply, told
from handover.floor import is_closed, set_mode
from handover.follow_up import promise_answer
from handover.plan import Plan
from handover.requests import hand_on
from handover.routing import chance, department_of
from store import cases
from store.cases import CaseRow
from store.conversations import Held
from store.customers import SqlCustomers


@dataclass(frozen=True)
class Opened:
    """What a handover came to."""

    case: CaseRow
    notice: str
    """What the customer is told; empty where a person has the floor already."""
    mode: Mode
    new: bool
    """False: the conversation had an open case, which got this as evidence."""


def open_case(held: Held, plan: Plan, turn_id: TurnId | None, business: Business) -> Opened:
    """Opens a case for `plan`, or adds to the open one.

    It is live when somebody of the department is there and the wait is bearable; else a follow-up with a
    promised time, and the AI keeps the floor. The caller stores the notice as a message.
    """
    before = cases.open_of(held.uow, held.talk.id)
    if before is None:
        case, new = _insert(held, plan, turn_id, business), True
        clock.watch_deadlines(held.uow, case)
    else:
        case, new = add_evidence(held, before, plan.evidence, plan.priority, business), False
    if case.status is not CaseStatus.QUEUED:
        return Opened(case, "", held.mode, new)
    return _seat(held, case, plan, business, new)


def add_evidence(
    held: Held,
    case: CaseRow,
    evidence: Sequence[Evidence],
    priority: Priority,
    business: Business,
    also: Columns | None = None,
) -> CaseRow:
    """Adds what was heard to an open case. The priority may rise, and its deadlines come nearer."""
    merged = merge(case.evidence, evidence)
    columns: dict[str, object] = {"evidence": [one.model_dump(mode="json") for one in merged]}
    raised = priority.rank < case.priority.rank
    if raised:
        due = clock.deadlines(business, department_of(case, business), priority, case.opened_at)
        columns |= {"priority": priority, "priority_rank": priority.rank}
        columns["first_reply_due"] = min(case.first_reply_due or due.first_reply, due.first_reply)
        columns["due_at"] = min(case.due_at or due.resolve, due.resolve)
    case = apply(held, case, CaseEvent.ADD_EVIDENCE, {**columns, **(also or {})})
    if raised:
        clock.watch_deadlines(held.uow, case)
    return case


def merge(old: Sequence[Evidence], new: Sequence[Evidence]) -> list[Evidence]:
    """One line per trigger: the highest score, and all words that fired."""
    found = {one.trigger: one for one in old}
    for one in new:
        before = found.get(one.trigger, one)
        words = list(dict.fromkeys([*before.words, *one.words]))
        score = max(before.score, one.score)
        found[one.trigger] = one.model_copy(update={"score": score, "words": words})
    return list(found.values())


def insert_case(
    held: Held,
    event: CaseEvent,
    plan: Plan,
    business: Business,
    brief: Columns,
    holder: Columns | None = None,
) -> CaseRow:
    """A new row with the deadlines of its priority; `event`: opened, or taken over by `holder`."""
    department = business.department(plan.department) or business.default_department
    due = clock.deadlines(business, department, plan.priority, held.uow.now)
    previous = cases.latest_of(held.uow, held.talk.id)
    case_id = CaseId(new_id("case"))
    cases.insert_case(
        held.uow,
        id=case_id,
        conversation_id=held.talk.id,
        status=next_status(None, event),
        live=plan.live_wanted,
        reason=plan.reason,
        evidence=[one.model_dump(mode="json") for one in plan.evidence],
        priority=plan.priority,
        priority_rank=plan.priority.rank,
        front=False,
        department=department.id,
        others=list(plan.others),
        asked=plan.asked,
        brief=brief,
        opened_at=held.uow.now,
        queued_at=held.uow.now,
        due_at=due.resolve,
        first_reply_due=due.first_reply,
        waiting_on=WaitingOn.PERSON,
        previous_case_id=previous.id if previous else None,
        **(holder or {}),
    )
    held.event("handover", {"case": case_id})
    case = cases.load(held.uow, case_id)
    hand_on(held, case)
    return case


def _insert(held: Held, plan: Plan, turn_id: TurnId | None, business: Business) -> CaseRow:
    brief: dict[str, object] = {
        "turn": turn_id,
        "rule": plan.rule.model_dump(mode="json") if plan.rule else None,
        "contact": _contact(held),
        "next_step": plan.next_step,
        "draft": plan.draft,
    }
    case = insert_case(held, CaseEvent.OPEN, plan, business, brief)
    told(held, case.id, CaseEvent.OPEN, None)
    return case


def _contact(held: Held) -> str | None:
    """The e-mail address of a customer who is signed in; nobody else is shown one."""
    talk = held.talk
    if talk.customer_id is None or talk.level is not Level.ACCOUNT:
        return None
    customer = SqlCustomers().get(held.uow, talk.customer_id)
    return customer.email if customer else None


def _seat(held: Held, case: CaseRow, plan: Plan, business: Business, new: bool) -> Opened:
    """Decides between the chat and a follow-up, and sets the mode that follows."""
    found = chance(held.uow, case, business)
    waits_already = not new and case.live
    live = waits_already or (found.live and plan.live_wanted)
    if live != case.live:
        cases.change(held.uow, case, live=live)
        case = cases.load(held.uow, case.id)
    if live:
        clock.watch_live_wait(held.uow, case, business)
    else:
        case = promise_answer(held, case, business)
    if not new and live and not waits_already:
        told(held, case.id, CaseEvent.GO_LIVE, case.status)
    mode = mode_of((case.status, case.live), closed=is_closed(held))
    set_mode(held, mode)
    return Opened(case, notice.opening(held, case, business, plan.wording, found), mode, new)
