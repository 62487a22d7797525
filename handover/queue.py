"""The queue: a case's place in it, and an honest expected wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from core.business import Business
from core.ids import ConversationId
from core.shapes import ShortCase
from core.vocabulary import CaseStatus
from handover import availability
from store import cases
from store.cases import CaseRow
from store.database import UnitOfWork

LONGEST_LINE = 200


@dataclass(frozen=True)
class Place:
    """Where a live case stands."""

    position: int
    """1 is next."""
    wait_s: int


def place(uow: UnitOfWork, case: CaseRow, business: Business) -> Place:
    """The place of a live queued case among those of its department."""
    ahead = cases.ahead_of(uow, case)
    free = sum(availability.free_places(uow, case.department).values())
    waited = (uow.now - case.opened_at).total_seconds()
    recent = cases.recent_waits(uow, case.department)
    return Place(ahead + 1, expected_wait(recent, waited, ahead, free, business.sla.default_wait_s))


def expected_wait(
    recent: Sequence[float], waited_s: float, ahead: int, free_places: int, default_s: int
) -> int:
    """Seconds until a person takes the case, from those that waited at least as long as this one has.

    Whoever has waited longer than all of them is told the default again, not zero. Those ahead that the
    free people cannot take at once add their own waits.
    """
    longer = [wait - waited_s for wait in recent if wait > waited_s]
    own = median(longer) if longer else default_s
    rounds = ahead // max(1, free_places)
    usual = median(recent) if recent else default_s
    return round(own + rounds * usual)


def short_case(uow: UnitOfWork, case: CaseRow, business: Business) -> ShortCase:
    """What the customer sees of their case: place and wait while they wait in the chat."""
    if case.status is not CaseStatus.QUEUED or not case.live:
        return ShortCase(id=case.id, status=case.status)
    at = place(uow, case, business)
    return ShortCase(id=case.id, status=case.status, position=at.position, expected_wait_s=at.wait_s)


def line(uow: UnitOfWork, department: str, business: Business) -> dict[ConversationId, Place]:
    """Everybody who waits in the chat for a department: for telling them their new places."""
    queued = cases.in_queue_order(uow, (CaseStatus.QUEUED,), department, LONGEST_LINE)
    return {case.conversation_id: place(uow, case, business) for case in queued if case.live}
