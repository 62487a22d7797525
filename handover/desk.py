"""What people at the desk do with a case: take it, speak, pass it on, end it.

Each function takes the locked conversation and its case as read under that lock (`changes.hold_case`), and
returns what it made of them. OutOfState: the case's status does not allow it, or another person has it.
Whatever the holder does counts as a sign of life.
"""

from datetime import datetime

from core.business import Business
from core.errors import InvalidInput, OutOfState
from core.ids import DepartmentId
from core.shapes import Json, Message
from core.vocabulary import CaseStatus, Cause, Judged, Mode, Outcome, Role, WaitingOn
from handover import clock, requests
from handover.cases import CaseEvent, next_status
from handover.changes import Columns, apply, told
from handover.floor import follow_case, take_floor
from handover.follow_up import settle_promise
from handover.opening import insert_case
from handover.plan import plan
from handover.requeue import requeue
from store import cases, messages, turns
from store.cases import CaseRow
from store.conversations import Held
from store.people import PersonRow

BY_A_PERSON = (Outcome.SOLVED, Outcome.UNSOLVED, Outcome.NO_REPLY)
RECENT_MESSAGES = 20


def claim(held: Held, case: CaseRow, person: PersonRow, business: Business) -> CaseRow:
    """The person holds the case and has the floor. Of many who claim one case, one gets it."""
    if case.status is CaseStatus.CLAIMED:
        return heartbeat(held, case, person, business)
    now = {"claimed_at": held.uow.now, "heartbeat_at": held.uow.now}
    case = apply(held, case, CaseEvent.CLAIM, {"person_id": person.id, "front": False, **now}, person)
    follow_case(held, case, "person", person.name)
    clock.watch_claim(held, case, business)
    return case


def heartbeat(held: Held, case: CaseRow, person: PersonRow, business: Business) -> CaseRow:
    """The holder is still there."""
    _require_holder(case, person)
    cases.change(held.uow, case, heartbeat_at=held.uow.now)
    clock.watch_claim(held, case, business)
    return cases.load(held.uow, case.id)


def takeover(held: Held, person: PersonRow, business: Business) -> CaseRow:
    """A person takes a running conversation: its queued case is claimed, or a new one made for it."""
    open_case = cases.open_of(held.uow, held.talk.id)
    if open_case is not None:
        return claim(held, open_case, person, business)
    own = [DepartmentId(one) for one in person.departments]
    wanted = plan(None, (), _last_words(held), business, departments=own, customer_name=None)
    case = insert_case(
        held,
        CaseEvent.TAKE_OVER,
        wanted,
        business,
        {"next_step": wanted.next_step, "draft": wanted.draft},
        {"person_id": person.id, "claimed_at": held.uow.now, "heartbeat_at": held.uow.now},
    )
    told(held, case.id, CaseEvent.TAKE_OVER, None, person)
    if not held.unanswered:
        cases.change(held.uow, case, waiting_on=WaitingOn.CUSTOMER)
        case = cases.load(held.uow, case.id)
    take_floor(held, Mode.PERSON, "person", person.name)
    clock.watch_deadlines(held.uow, case)
    clock.watch_claim(held, case, business)
    return case


def reply(held: Held, case: CaseRow, person: PersonRow, text: str) -> Message:
    """The person speaks to the customer: all that the customer wrote so far is answered."""
    first = case.first_reply_at or held.uow.now
    answered = {"first_reply_at": first, "waiting_on": WaitingOn.CUSTOMER, "snoozed_until": None}
    case = _act(held, case, CaseEvent.REPLY, answered, person)
    settle_promise(held, case, "kept")
    held.set(answered_seq=held.customer_seq)
    return held.say(Role.PERSON, text, name=person.name, person_id=person.id)


def note(held: Held, case: CaseRow, person: PersonRow, text: str) -> Message:
    """A note between people, which any of them may add to an open case."""
    seen = {"heartbeat_at": held.uow.now} if case.person_id == person.id else {}
    apply(held, case, CaseEvent.NOTE, seen, person)
    return held.say(Role.PERSON, text, name=person.name, person_id=person.id, internal=True)


def release(
    held: Held, case: CaseRow, person: PersonRow, business: Business, note: str | None = None
) -> CaseRow:
    """The holder gives the case back to the queue."""
    _require_holder(case, person, CaseEvent.RELEASE)
    return requeue(held, case, CaseEvent.RELEASE, business, "person", {}, person, note)


def transfer(
    held: Held,
    case: CaseRow,
    person: PersonRow,
    business: Business,
    department: str,
    note: str | None = None,
) -> CaseRow:
    """The case goes to another department's queue and keeps its clock; a queued one anybody may send on.

    InvalidInput when there is no such department.
    """
    if business.department(department) is None:
        known = ", ".join(one.id for one in business.departments)
        raise InvalidInput("There is no such department.", {"department": [f"is one of {known}"]})
    next_status(case.status, CaseEvent.TRANSFER)
    if case.status is CaseStatus.CLAIMED:
        _require_holder(case, person)
    others = [one for one in case.others if one != department]
    place = {"department": department, "others": others, "front": False}
    return requeue(held, case, CaseEvent.TRANSFER, business, "person", place, person, note)


def snooze(held: Held, case: CaseRow, person: PersonRow, until: datetime) -> CaseRow:
    """The case rests until then, or until the customer writes. InvalidInput for a time that has passed."""
    if until <= held.uow.now:
        raise InvalidInput("That time has passed.", {"until": ["lies in the future"]})
    waits = {"snoozed_until": until, "waiting_on": WaitingOn.THIRD_PARTY}
    case = _act(held, case, CaseEvent.SNOOZE, waits, person)
    clock.watch_snooze(held.uow, case, until)
    return case


def return_to_ai(held: Held, case: CaseRow, person: PersonRow, note: str) -> CaseRow:
    """Back to the AI, which knows from now on what the person has done; old words fire nothing again.

    The AI speaks once: to what the customer wrote and nobody answered, else to the return itself.
    """
    ends = {"closed_at": held.uow.now, "snoozed_until": None}
    case = _act(held, case, CaseEvent.RETURN, ends, person, note)
    requests.cancel(held)
    if note:
        held.say(Role.PERSON, note, name=person.name, person_id=person.id, internal=True)
    mode = follow_case(held, case, "person")
    if mode is Mode.AI and not held.unanswered:
        payload: Json = {"note": note, "person": person.name, "case": case.id}
        turns.open_cause(held, Cause.RETURN, payload)
    start_afresh(held)
    held.remember(returned={"at_seq": held.seq, "person": person.name, "note": note, "case": case.id})
    return case


def resolve(
    held: Held,
    case: CaseRow,
    person: PersonRow,
    business: Business,
    outcome: Outcome,
    judged: Judged,
    note: str | None = None,
) -> CaseRow:
    """The case is done. What the customer writes from now on, or has unanswered, the AI serves."""
    if outcome not in BY_A_PERSON:
        raise InvalidInput(
            "A person cannot resolve it so.", {"outcome": [f"is one of {', '.join(BY_A_PERSON)}"]}
        )
    ends = {"outcome": outcome, "judged": judged, "closed_at": held.uow.now, "snoozed_until": None}
    case = _act(held, case, CaseEvent.RESOLVE, ends, person, note)
    if note:
        held.say(Role.PERSON, note, name=person.name, person_id=person.id, internal=True)
    settle_promise(held, case, "void")
    requests.cancel(held)
    follow_case(held, case, "person")
    held.say(Role.SYSTEM, business.wordings.say("resolved", held.talk.locale, name=person.name))
    start_afresh(held)
    held.remember(
        resolved={"at_seq": held.seq, "person": person.name, "outcome": outcome, "note": note or ""}
    )
    return case


def start_afresh(held: Held) -> None:
    """The AI begins anew: counters and offers are gone, and no word up to here fires a trigger."""
    held.remember(failed_turns=0, offer=None, refused=0, heard_from=held.seq)


def _act(
    held: Held,
    case: CaseRow,
    event: CaseEvent,
    columns: Columns,
    person: PersonRow,
    note: str | None = None,
) -> CaseRow:
    _require_holder(case, person, event)
    return apply(held, case, event, {"heartbeat_at": held.uow.now, **columns}, person, note or None)


def _require_holder(case: CaseRow, person: PersonRow, event: CaseEvent = CaseEvent.REPLY) -> None:
    """OutOfState when the status forbids the event, or the case is another person's."""
    next_status(case.status, event)
    if case.person_id != person.id:
        raise OutOfState(f"{case.person_name or 'Another person'} has this case.")


def _last_words(held: Held) -> str:
    said = messages.last_said(held.uow, held.talk.id, RECENT_MESSAGES)
    return next((one.message.text for one in reversed(said) if one.message.role is Role.CUSTOMER), "")
