"""One change of a case: the table asked, then row, history, event and audit in the same transaction."""

from collections.abc import Mapping

from core.ids import CaseId
from core.vocabulary import CaseStatus, Role
from handover.cases import CaseEvent, next_status
from store import audit, cases
from store.cases import CaseRow
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.people import PersonRow

Columns = Mapping[str, object]
"""Columns of a case to write, by name."""


def hold_case(uow: UnitOfWork, id: CaseId) -> tuple[Held, CaseRow]:
    """Locks a case's conversation, then reads the case under that lock. NotFound when there is none."""
    held = hold(uow, cases.load(uow, id).conversation_id)
    return held, cases.load(uow, id)


def apply(
    held: Held,
    case: CaseRow,
    event: CaseEvent,
    columns: Columns,
    person: PersonRow | None = None,
    note: str | None = None,
) -> CaseRow:
    """Lets `event` happen to a case, writes `columns`, and returns it. OutOfState changes nothing."""
    after = next_status(case.status, event)
    cases.change(held.uow, case, status=after, **columns)
    told(held, case.id, event, case.status, person, note)
    return cases.load(held.uow, case.id)


def told(
    held: Held,
    case_id: CaseId,
    event: CaseEvent,
    before: CaseStatus | None,
    person: PersonRow | None = None,
    note: str | None = None,
) -> None:
    """What everybody is told of an event: history, the case's event, the audit trail."""
    after = next_status(before, event)
    actor = person.id if person else None
    cases.add_history(held.uow, case_id, event, before, after, actor, note)
    held.event("case", {"case": case_id})
    audit.write(
        held.uow,
        Role.PERSON if person else Role.SYSTEM,
        actor,
        f"case.{event}",
        f"case:{case_id}",
        {"before": before, "after": after},
        held.talk.id,
    )
