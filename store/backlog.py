"""How much waits: open cases by department, and the rows of the outbox."""

from dataclasses import dataclass

from sqlalchemy import func, select

from core.vocabulary import CaseStatus
from store.cases import OPEN
from store.database import UnitOfWork
from store.desk_tables import case
from store.work_tables import outbox


@dataclass(frozen=True)
class Waiting:
    """Open cases of one kind."""

    department: str
    status: CaseStatus
    live: bool
    count: int


def open_cases(uow: UnitOfWork) -> list[Waiting]:
    """Queued and claimed cases, counted."""
    kinds = (case.c.department, case.c.status, case.c.live)
    query = select(*kinds, func.count().label("count")).where(case.c.status.in_(OPEN)).group_by(*kinds)
    return [
        Waiting(row.department, CaseStatus(row.status), row.live, row._mapping["count"])
        for row in uow.connection.execute(query)
    ]


def outbox_rows(uow: UnitOfWork) -> dict[str, int]:
    """Rows by state: `due` now, `waiting` for their time, `dead` after every attempt failed."""
    late = outbox.c.due_at <= uow.now
    query = select(outbox.c.status, late.label("late"), func.count().label("count"))
    counts = {"due": 0, "waiting": 0, "dead": 0}
    for row in uow.connection.execute(query.where(outbox.c.status != "done").group_by(outbox.c.status, late)):
        state = "dead" if row.status == "dead" else "due" if row.late else "waiting"
        counts[state] += row._mapping["count"]
    return counts
