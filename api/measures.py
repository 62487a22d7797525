"""Measures of the service, for the desk."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import AtDesk, Running
from api.bodies import MomentGiven
from core.errors import InvalidInput
from handover.measure_shapes import Measures
from handover.measuring import last_days, measure
from store.database import UnitOfWork
from store.measure_facts import Span

router = APIRouter(prefix="/v1/measures", tags=["desk"])


@router.get("")
async def measures(
    person: AtDesk,
    baton: Running,
    start: Annotated[MomentGiven | None, Query(alias="from")] = None,
    to: MomentGiven | None = None,
    department: str | None = None,
) -> Measures:
    """The measures of a span, the last 30 days by default; docs/measures.md says what each counts."""

    def work(uow: UnitOfWork) -> Measures:
        usual = last_days(uow)
        span = Span(start or usual.start, to or usual.end)
        if span.start >= span.end:
            raise InvalidInput("The span is empty.", {"from": ["must lie before `to`"]})
        return measure(uow, baton.business, span, department)

    return await baton.database.aread(work)
