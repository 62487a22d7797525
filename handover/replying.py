"""A person's reply with what it promises: each becomes a row of the ledger, with a timer that reminds."""

from core.business import Business
from core.clock import rfc3339
from core.errors import InvalidInput
from core.ids import DepartmentId
from core.shapes import Json, Message
from core.vocabulary import Priority, Role, WaitingOn
from handover import clock, desk, words
from handover.cases import CaseEvent
from handover.changes import told
from handover.follow_up import due_by
from handover.opening import add_evidence, insert_case
from handover.plan import plan
from handover.promising import Promised, promises_in
from handover.routing import department_of
from store import audit, cases, outbox, promises
from store.cases import CaseRow
from store.conversations import Held
from store.people import PersonRow
from store.promises import PromiseRow

LAST = "last"
"""In a timer's payload: the promise was called to mind before, and is broken now."""


def reply(
    held: Held,
    case: CaseRow,
    person: PersonRow,
    text: str,
    business: Business,
    promised: Promised | None = None,
) -> Message:
    """The person speaks; what they promise is written down in the same transaction.

    `promised`: as the person gives it; else as their words do. InvalidInput for a time that has passed.
    """
    if promised is not None and promised.due is not None and promised.due <= held.uow.now:
        raise InvalidInput("That time has passed.", {"promise": ["`due` lies in the future"]})
    said = desk.reply(held, case, person, text)
    zone, locale = business.shop.timezone, held.talk.locale
    found = [promised] if promised else promises_in(text, held.uow.now, zone, locale)
    for one in found:
        due = one.due or due_by(held, case, business)
        row = promises.make(held.uow, held.talk.id, one.text, person.name, due, case.id)
        clock.watch_promise(held.uow, row)
        _audit(held, row, "make", person)
    return said


def settle(held: Held, row: PromiseRow, status: promises.PromiseStatus, person: PersonRow) -> bool:
    """A person says that a promise is kept, or no longer needed. False when it has ended before."""
    done = promises.settle(held.uow, row.id, status)
    if done:
        _audit(held, row, status, person)
        if row.case_id is not None:
            held.event("case", {"case": row.case_id})
    return done


def remind(held: Held, row: PromiseRow, business: Business, payload: Json) -> None:
    """A promise is due and open: the desk is told, its case comes forward; the second time it is broken."""
    if row.due_at is None:
        return
    again = bool(payload.get(LAST))
    case = _brought_forward(held, row, business)
    level = "promise_broken" if again else "promise"
    held.event("sla", {"case_id": case.id, "due_at": rfc3339(row.due_at), "level": level})
    if again:
        promises.settle(held.uow, row.id, "broken")
        _audit(held, row, "broken", None)
        return
    department = department_of(case, business)
    until = clock.deadlines(business, department, Priority.HIGH, held.uow.now).resolve
    outbox.put(
        held.uow,
        clock.PROMISE,
        f"{clock.PROMISE}:{row.id}:{LAST}",
        until,
        {"promise": row.id, LAST: True},
        held.talk.id,
    )


def _brought_forward(held: Held, row: PromiseRow, business: Business) -> CaseRow:
    """The open case, more urgent than before; or a follow-up for it, where every case is closed."""
    case = cases.open_of(held.uow, held.talk.id)
    if case is not None:
        nearer = list(Priority)[max(case.priority.rank - 1, 0)]
        waits = {"waiting_on": WaitingOn.PERSON, "snoozed_until": None}
        return add_evidence(held, case, (), nearer, business, waits)
    before = cases.latest_of(held.uow, held.talk.id)
    owners = [DepartmentId(one.id) for one in business.departments if one.name == row.owner]
    own = owners or ([before.department] if before else [])
    text = words.desk("promise", "due", owner=row.owner, text=row.text)
    next_step = words.desk("next_step", "promise")
    wanted = plan(None, (), text, business, departments=own, live_wanted=False, next_step=next_step)
    brief = {"next_step": wanted.next_step, "draft": wanted.draft, "promise": row.id}
    case = insert_case(held, CaseEvent.OPEN, wanted, business, brief)
    told(held, case.id, CaseEvent.OPEN, None)
    clock.watch_deadlines(held.uow, case)
    return case


def _audit(held: Held, row: PromiseRow, act: str, person: PersonRow | None) -> None:
    actor = Role.PERSON if person else Role.SYSTEM
    subject = f"promise:{row.id}"
    audit.write(held.uow, actor, person.id if person else None, f"promise.{act}", subject, {}, held.talk.id)
