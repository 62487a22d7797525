"""Routing: whether a case can be served in the chat now. Read before anything is promised."""

from dataclasses import dataclass
from datetime import datetime

from core.business import Business, Department
from core.ids import CustomerId
from handover import hours
from handover.availability import free_places
from handover.queue import Place, place
from store import cases
from store.cases import CaseRow
from store.database import UnitOfWork


@dataclass(frozen=True)
class Chance:
    """Whether a person may take a case in the chat, and what is true if not."""

    live: bool
    place: Place
    opens_at: datetime | None
    """The department's next opening; None while it is open, and for one that never opens."""


def chance(uow: UnitOfWork, case: CaseRow, business: Business) -> Chance:
    """Looks for a person for a queued case: hours and presence and capacity, and a wait within the limit.

    Who waits for, or talks with, a person in another conversation already gets a follow-up here.
    """
    opens_at = hours.next_open(department_of(case, business), business.shop.timezone, uow.now)
    at = place(uow, case, business)
    live = (
        opens_at == uow.now
        and bool(free_places(uow, case.department))
        and at.wait_s <= business.sla.live_wait_limit_s
        and not _elsewhere(uow, case)
    )
    return Chance(live, at, None if opens_at == uow.now else opens_at)


def department_of(case: CaseRow, business: Business) -> Department:
    """The case's department; the default one where the business has dropped it since."""
    return business.department(case.department) or business.default_department


def _elsewhere(uow: UnitOfWork, case: CaseRow) -> bool:
    customer = case.customer.id
    return customer is not None and cases.live_elsewhere(uow, CustomerId(customer), case.conversation_id)
