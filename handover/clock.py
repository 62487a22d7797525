"""The clocks of a case: its deadlines, and the timers that watch it.

A timer carries what it was set for and reads its case again when it fires: one that was set for something
that has moved on does nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.business import Business, Department
from core.clock import rfc3339
from core.ids import ConversationId
from core.shapes import Json
from core.vocabulary import CaseStatus, Priority, WaitingOn
from handover import hours
from store import outbox, promises
from store.cases import CaseRow
from store.conversations import Held
from store.database import UnitOfWork
from store.promises import PromiseRow

SLA = "sla"
CLAIM_LAPSE = "claim_lapse"
LIVE_WAIT = "live_wait"
SNOOZE = "snooze"
PROMISE = promises.DUE
EXPIRY = "case_expiry"


@dataclass(frozen=True)
class Deadlines:
    """By when a case is to be answered, and to be done."""

    first_reply: datetime
    resolve: datetime


def deadlines(business: Business, department: Department, priority: Priority, start: datetime) -> Deadlines:
    """Deadlines in the department's open time from `start` on."""
    policy, zone = business.sla.deadline(priority), business.shop.timezone
    return Deadlines(
        hours.after_open_time(department, zone, start, policy.first_reply_s),
        hours.after_open_time(department, zone, start, policy.resolve_s),
    )


def customer_waits(held: Held, case: CaseRow) -> bool:
    """Whether the customer has written, or asked for a person, and nobody has answered since."""
    return case.waiting_on is WaitingOn.PERSON or held.unanswered


def watch_deadlines(uow: UnitOfWork, case: CaseRow) -> None:
    """Sets a timer for each deadline of an open case that is not met yet."""
    if case.first_reply_at is None:
        _watch_deadline(uow, case, "first_reply", case.first_reply_due)
    _watch_deadline(uow, case, "resolve", case.due_at)


def watch_live_wait(uow: UnitOfWork, case: CaseRow, business: Business) -> None:
    """Sets the timer after which nobody is left waiting in the chat."""
    due = uow.now + timedelta(seconds=business.sla.live_wait_limit_s)
    _put(uow, case, LIVE_WAIT, f"{case.version}", due, {"queued_at": rfc3339(case.queued_at)})


def watch_claim(held: Held, case: CaseRow, business: Business, *, again: bool = False) -> None:
    """Sets the timer that takes a claim from a holder who is gone, if the customer waits for them.

    One timer for each message that waits; `again`: a further one, when the holder was there at the first.
    """
    if case.status is not CaseStatus.CLAIMED or not customer_waits(held, case):
        return
    assert case.claimed_at is not None
    seen = case.heartbeat_at or case.claimed_at
    limit = timedelta(seconds=business.sla.claim_lapse_s)
    due = (seen if again else held.uow.now) + limit
    key = f"{rfc3339(case.claimed_at)}:{held.customer_seq}" + (f":{rfc3339(due)}" if again else "")
    _put(held.uow, case, CLAIM_LAPSE, key, due, {"claimed_at": rfc3339(case.claimed_at)})


def watch_snooze(uow: UnitOfWork, case: CaseRow, until: datetime) -> None:
    """Sets the timer that brings a snoozed case back."""
    _put(uow, case, SNOOZE, rfc3339(until), until, {"until": rfc3339(until)})


def watch_promise(uow: UnitOfWork, promise: PromiseRow) -> None:
    """Sets the timer that reminds of a promise."""
    promises.watch(uow, promise)


def watch_expiry(uow: UnitOfWork, case: CaseRow) -> None:
    """Sets the timer that gives up a case that nobody takes.

    It had a time until its deadline: the timer fires as long again after the deadline, or after the case's
    last way back into the queue where that came later.
    """
    assert case.due_at is not None
    due = max(case.due_at, case.queued_at) + (case.due_at - case.opened_at)
    _put(uow, case, EXPIRY, f"{case.version}", due, {"queued_at": rfc3339(case.queued_at)})


def _watch_deadline(uow: UnitOfWork, case: CaseRow, level: str, due: datetime | None) -> None:
    if due is not None:
        payload: Json = {"level": level, "due_at": rfc3339(due)}
        _put(uow, case, SLA, f"{case.version}:{level}", due, payload)


def _put(uow: UnitOfWork, case: CaseRow, kind: str, key: str, due: datetime, payload: Json) -> None:
    conversation = ConversationId(case.conversation_id)
    outbox.put(uow, kind, f"{kind}:{case.id}:{key}", due, {"case": case.id, **payload}, conversation)
