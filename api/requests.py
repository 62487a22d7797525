"""What the AI asks people while it keeps the customer: listed by deadline, and answered once."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import AtDesk, Running
from api.bodies import Answer
from api.idempotent import OnceOnly
from api.texts import checked
from core.errors import InvalidInput
from core.shapes import Json
from handover import requests as asked
from store import requests
from store.conversations import hold
from store.database import UnitOfWork
from store.requests import Status

router = APIRouter(prefix="/v1/requests", tags=["desk"])


@router.get("")
async def listed(
    person: AtDesk,
    baton: Running,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    """Requests, the earliest due first; with `status` only those that stand so."""

    def read(uow: UnitOfWork) -> Json:
        found = requests.in_order(uow, status, limit)
        return {"requests": [one.shape.model_dump(mode="json") for one in found]}

    return await baton.database.aread(read)


@router.get("/{request_id}")
async def read(request_id: str, person: AtDesk, baton: Running) -> Json:
    """One request."""
    return await baton.database.aread(
        lambda uow: requests.load(uow, request_id).shape.model_dump(mode="json")
    )


@router.post("/{request_id}")
async def answer(request_id: str, body: Answer, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Approves, denies or answers. 409 when it is answered or overdue, 403 above the person's limit.

    What is approved is carried out next, and the customer is told what came of it.
    """
    given = asked.Answer(
        approve=body.approve,
        answer=checked(body.answer, "answer") if body.answer else None,
        limit_cents=_cents(body, baton.business.shop.currency),
        note=checked(body.note, "note") if body.note else None,
    )

    def work(uow: UnitOfWork) -> Json:
        held = hold(uow, requests.load(uow, request_id).conversation_id)
        row = requests.load(uow, request_id)
        done = asked.answer(held, row, person, given, baton.business)
        return requests.load(uow, done.id).shape.model_dump(mode="json")

    return await once.write(work)


def _cents(body: Answer, currency: str) -> int | None:
    given = getattr(body.limit, "currency", currency)
    if given != currency:
        raise InvalidInput(f"Amounts are in {currency}.", {"limit": [f"is in {given}"]})
    return body.limit_cents
