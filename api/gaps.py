"""Knowledge gaps: what customers ask without a good answer, and what people decide of it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import AtDesk, Running
from api.bodies import GapDecision
from api.idempotent import OnceOnly
from api.texts import checked
from core.settings import EMBEDDED
from core.shapes import Json
from handover import gap_decisions
from handover.gaps import FoundGap
from runtime.gap_drafts import open_gaps
from runtime.wiring import Baton
from store import learning
from store.database import UnitOfWork

router = APIRouter(prefix="/v1/gaps", tags=["desk"])


@router.get("")
async def listed(person: AtDesk, baton: Running, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Json:
    """Gaps that wait for a decision, those asked most often first; and the entries that were learned before.

    `proposal` is what `add` would add; null where nobody has answered yet, or people answered differently.
    """
    found = await _open(baton)
    learned = await baton.database.aread(learning.entries)
    return {
        "gaps": [one.gap.model_dump(mode="json") for one in found[:limit]],
        "learned": [
            {"gap_id": one.gap_id, "id": one.id, "question": one.question, "text": one.answer}
            for one in learned
        ],
    }


@router.post("/{gap_id}")
async def decide(gap_id: str, body: GapDecision, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Adds the entry, changes it, or says that it is none. Once it has answered, the AI knows it.

    409 when there is nothing to add: nobody has answered, or people answered differently and no text is sent.
    """
    text = checked(body.text) if body.text is not None else None
    question = checked(body.question, "question") if body.question is not None else None
    found = {one.gap.id: one for one in await _open(baton)}

    def work(uow: UnitOfWork) -> Json:
        return gap_decisions.decide(uow, gap_id, body.action, person, found, text, question)

    decided = await once.write(work)
    await asyncio.to_thread(baton.learned.refresh)
    return decided


async def _open(baton: Baton) -> list[FoundGap]:
    model = None if baton.settings.model_name == EMBEDDED else baton.model
    return await open_gaps(baton.database, baton.knowledge, baton.business, model)
