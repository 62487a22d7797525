"""What happens to a case by time alone: a claim lapses, a wait in the chat ends, a case expires."""

from datetime import timedelta

from core.business import Business
from core.vocabulary import CaseStatus, Role
from handover import clock, notice
from handover.cases import CaseEvent
from handover.changes import apply
from handover.floor import follow_case
from handover.follow_up import promise_answer, settle_promise
from handover.requeue import assistant, requeue
from handover.routing import chance
from store import cases
from store.cases import CaseRow
from store.conversations import Held


def lapse(held: Held, case: CaseRow, business: Business) -> CaseRow | None:
    """Takes the claim from a holder who is gone while the customer waits; the case goes to the front.

    None when it stays: it is not claimed, the customer waits for nothing, or the holder was seen.
    """
    if case.status is not CaseStatus.CLAIMED or not clock.customer_waits(held, case):
        return None
    seen = case.heartbeat_at or case.claimed_at
    if seen is not None and held.uow.now < seen + timedelta(seconds=business.sla.claim_lapse_s):
        clock.watch_claim(held, case, business, again=True)
        return None
    return requeue(held, case, CaseEvent.LAPSE, business, "timer", {"front": True})


def end_wait(held: Held, case: CaseRow, business: Business) -> CaseRow | None:
    """Nobody came to the chat in time: the case becomes a follow-up, and the AI is there again.

    None when the case no longer waits in the chat.
    """
    if case.status is not CaseStatus.QUEUED or not case.live:
        return None
    case = apply(held, case, CaseEvent.FOLLOW_UP, {"live": False})
    case = promise_answer(held, case, business)
    follow_case(held, case, "timer")
    text = notice.follow_up(held, case, business, chance(held.uow, case, business))
    held.say(Role.AI, text, name=assistant(business))
    return case


def expire(held: Held, case: CaseRow) -> CaseRow | None:
    """Gives up a case that nobody took: we failed, and the promise is broken. None when it is not queued."""
    if case.status is not CaseStatus.QUEUED:
        return None
    case = apply(held, case, CaseEvent.EXPIRE, {"closed_at": held.uow.now})
    settle_promise(held, case, "broken")
    follow_case(held, case, "timer")
    return cases.load(held.uow, case.id)
