"""The promise ledger: what customers were promised, and whether it was kept."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import AtDesk, Running
from api.bodies import Settled
from api.idempotent import OnceOnly
from core.clock import rfc3339
from core.errors import NotFound, OutOfState
from core.shapes import Json
from handover import replying
from store import promises
from store.conversations import hold
from store.database import UnitOfWork
from store.promises import PromiseRow, PromiseStatus

router = APIRouter(prefix="/v1/promises", tags=["desk"])


@router.get("")
async def listed(
    person: AtDesk,
    baton: Running,
    status: PromiseStatus = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    """Promises of a status, the earliest due first."""
    found = await baton.database.aread(lambda uow: promises.in_order(uow, status, limit))
    return {"promises": [_shown(one) for one in found]}


@router.post("/{promise_id}")
async def settle(promise_id: str, body: Settled, person: AtDesk, once: OnceOnly) -> Json:
    """Says that a promise was kept, or that nobody needs it any more. 409 when it has ended."""

    def work(uow: UnitOfWork) -> Json:
        row = promises.load(uow, promise_id)
        if row is None:
            raise NotFound("There is no such promise.")
        if not replying.settle(hold(uow, row.conversation_id), row, body.status, person):
            raise OutOfState(f"The promise has ended: it is {row.status}.")
        return _shown(promises.load(uow, promise_id) or row)

    return await once.write(work)


def _shown(row: PromiseRow) -> Json:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "case_id": row.case_id,
        "text": row.text,
        "due": rfc3339(row.due_at) if row.due_at else None,
        "owner": row.owner,
        "status": row.status,
    }
