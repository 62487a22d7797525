"""The timers of cases: what is done when one is due. Registered with the relay by kind.

A handler runs at least once. It reads its case again under the lock and does nothing when the case has moved
on, so that a second run, or a late one, changes nothing.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from core.business import Business
from core.clock import parse_rfc3339, rfc3339
from core.errors import NotFound
from core.ids import CaseId
from core.shapes import Json
from core.vocabulary import CaseStatus, WaitingOn
from handover import clock
from handover.cases import CaseEvent
from handover.changes import apply, hold_case
from handover.lapse import end_wait, expire, lapse
from handover.replying import remind
from handover.requests import DUE as REQUEST_DUE
from handover.requests import expire as expire_request
from store import promises, requests
from store.cases import CaseRow
from store.conversations import Held, hold
from store.database import UnitOfWork

Handler = Callable[[UnitOfWork, Business, Json], None]


def _on_deadline(held: Held, case: CaseRow, business: Business, payload: Json) -> None:
    """Tells the desk that a deadline has passed, while it is ours to keep."""
    first = payload["level"] == "first_reply"
    due = case.first_reply_due if first else case.due_at
    met = first and case.first_reply_at is not None
    if due is None or rfc3339(due) != payload["due_at"] or met or not _is_open(case):
        return
    if case.waiting_on is not WaitingOn.PERSON and not held.unanswered:
        return
    held.event("sla", {"case_id": case.id, "due_at": payload["due_at"], "level": payload["level"]})
    if not first and case.status is CaseStatus.QUEUED:
        # A case that nobody took in twice the time that it should have been done in has failed.
        clock.watch_expiry(held.uow, case)


def _on_claim_lapse(held: Held, case: CaseRow, business: Business, payload: Json) -> None:
    if case.claimed_at is not None and rfc3339(case.claimed_at) == payload["claimed_at"]:
        lapse(held, case, business)


def _on_live_wait(held: Held, case: CaseRow, business: Business, payload: Json) -> None:
    if rfc3339(case.queued_at) == payload["queued_at"]:
        end_wait(held, case, business)


def _on_snooze(held: Held, case: CaseRow, business: Business, payload: Json) -> None:
    """Brings a case back that was laid aside until now."""
    if not _is_open(case) or case.snoozed_until != parse_rfc3339(payload["until"]):
        return
    case = apply(held, case, CaseEvent.WAKE, {"snoozed_until": None, "waiting_on": WaitingOn.PERSON})
    seen = case.heartbeat_at or held.uow.now
    if held.uow.now - seen < timedelta(seconds=business.sla.claim_lapse_s):
        clock.watch_claim(held, case, business)


def _on_expiry(held: Held, case: CaseRow, business: Business, payload: Json) -> None:
    if rfc3339(case.queued_at) == payload["queued_at"]:
        expire(held, case)


def _on_promise(uow: UnitOfWork, business: Business, payload: Json) -> None:
    """Reminds the desk of a promise that is due and open."""
    promise = promises.load(uow, payload["promise"])
    if promise is None or promise.status != "open":
        return
    held = hold(uow, promise.conversation_id)
    promise = promises.load(uow, payload["promise"])
    if promise is not None and promise.status == "open":
        remind(held, promise, business, payload)


def _on_request(uow: UnitOfWork, business: Business, payload: Json) -> None:
    """Nobody has answered in time what the AI asked."""
    try:
        held = hold(uow, requests.load(uow, payload["request"]).conversation_id)
        expire_request(held, requests.load(uow, payload["request"]))
    except NotFound:  # erased meanwhile
        return


def _is_open(case: CaseRow) -> bool:
    return case.status in (CaseStatus.QUEUED, CaseStatus.CLAIMED)


def _of_case(act: Callable[[Held, CaseRow, Business, Json], None]) -> Handler:
    def handler(uow: UnitOfWork, business: Business, payload: Json) -> None:
        try:
            held, case = hold_case(uow, CaseId(payload["case"]))
        except NotFound:  # erased meanwhile
            return
        act(held, case, business, payload)

    return handler


HANDLERS: Mapping[str, Handler] = {
    clock.SLA: _of_case(_on_deadline),
    clock.CLAIM_LAPSE: _of_case(_on_claim_lapse),
    clock.LIVE_WAIT: _of_case(_on_live_wait),
    clock.SNOOZE: _of_case(_on_snooze),
    clock.EXPIRY: _of_case(_on_expiry),
    clock.PROMISE: _on_promise,
    REQUEST_DUE: _on_request,
}
"""Kind of timer → what is done, given the unit of work, the business and the timer's payload."""
