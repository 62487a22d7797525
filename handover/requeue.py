"""A claimed case goes back to the queue, or a queued one to another department's."""

from core.business import Business
from core.vocabulary import CaseStatus, Role
from handover import clock, notice
from handover.cases import CaseEvent
from handover.changes import Columns, apply
from handover.floor import By, follow_case
from handover.follow_up import promise_answer
from handover.routing import chance, department_of
from store import cases
from store.cases import CaseRow
from store.conversations import Held
from store.people import PersonRow


def requeue(
    held: Held,
    case: CaseRow,
    event: CaseEvent,
    business: Business,
    by: By,
    columns: Columns,
    person: PersonRow | None = None,
    note: str | None = None,
) -> CaseRow:
    """Queues the case again; its deadlines stay. The customer learns their place, or by when.

    Whoever talked with a person waits in the chat if another one is there; else it becomes a follow-up.
    """
    there = case.live or (case.status is CaseStatus.CLAIMED and held.unanswered)
    free = {"person_id": None, "claimed_at": None, "heartbeat_at": None, "snoozed_until": None}
    case = apply(held, case, event, {**free, "queued_at": held.uow.now, **columns}, person, note)
    if case.due_at is not None and case.due_at <= held.uow.now:
        clock.watch_expiry(held.uow, case)
    found = chance(held.uow, case, business)
    live = there and found.live
    if live != case.live:
        cases.change(held.uow, case, live=live)
        case = cases.load(held.uow, case.id)
    if live:
        clock.watch_live_wait(held.uow, case, business)
    else:
        case = promise_answer(held, case, business)
    follow_case(held, case, by)
    if there:
        text = notice.waiting(held, business, found.place)
        text = text if live else notice.follow_up(held, case, business, found)
        held.say(Role.AI, _with_department(held, case, business, event, text), name=assistant(business))
    return case


def assistant(business: Business) -> str:
    """The name under which the automatic words are said."""
    return business.shop.assistant_name


def _with_department(held: Held, case: CaseRow, business: Business, event: CaseEvent, text: str) -> str:
    if event is not CaseEvent.TRANSFER or not case.live:
        return text
    department = department_of(case, business).name
    return f"{business.wordings.say('transferred', held.talk.locale, department=department)} {text}"
