"""Knowledge gaps with their proposals: in a person's words, or in the model's where there is an LLM."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.learned_draft import draft_entry
from agent.models.parts import Answering
from core.business import Business
from core.errors import ModelUnavailable
from handover.gaps import FoundGap, Proposal, find, gather
from handover.private import without_personal
from knowledge import Knowledge
from store import learning
from store.database import Database, UnitOfWork

log = logging.getLogger("baton.learned")

AT_ONCE = 4
"""New drafts of one look: the others keep a person's words until the next."""


async def open_gaps(
    database: Database, knowledge: Knowledge, business: Business, model: Answering | None
) -> list[FoundGap]:
    """The gaps that wait for a decision, those asked most often first. `model`: an LLM, if there is one."""
    material = await database.aread(lambda uow: gather(uow, business))
    found = await asyncio.to_thread(find, material, knowledge)
    if model is None:
        return found
    keys = [_made_of(one, model) for one in found]
    known = await database.aread(lambda uow: learning.drafts(uow, [key for key in keys if key]))
    missing = [(key, one) for key, one in zip(keys, found, strict=True) if key and key not in known]
    if new := dict(await _draft(missing[:AT_ONCE], model, business)):
        await database.awrite(lambda uow: _keep(uow, new))
        known |= new
    return [_proposed(one, known.get(key or "")) for key, one in zip(keys, found, strict=True)]


async def _draft(
    missing: Sequence[tuple[str, FoundGap]], model: Answering, business: Business
) -> list[tuple[str, str]]:
    """New drafts, without what is personal; those that the model could not be asked for are left out."""

    async def one(key: str, found: FoundGap) -> tuple[str, str] | None:
        questions = [question.text for question in found.questions]
        answers = [answer.text for same in found.said for answer in same]
        try:
            text = await draft_entry(model, business, questions, answers)
        except (ModelUnavailable, TimeoutError):
            log.warning("no draft for a knowledge gap", exc_info=True)
            return None
        return key, without_personal(text, (), business)

    drafted = await asyncio.gather(*(one(key, found) for key, found in missing))
    return [made for made in drafted if made is not None]


def _keep(uow: UnitOfWork, new: Mapping[str, str]) -> None:
    for key, text in new.items():
        learning.keep_draft(uow, key, text)


def _made_of(found: FoundGap, model: Answering) -> str | None:
    """What a draft of the gap is made of; None where nobody has answered, or people answered differently."""
    if found.gap.proposal is None:
        return None
    parts = [found.gap.id, model.name, *(answer.text for same in found.said for answer in same)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _proposed(found: FoundGap, draft: str | None) -> FoundGap:
    if not draft or found.gap.proposal is None:
        return found
    worded = Proposal(question=found.gap.proposal.question, text=draft, by="model")
    return replace(found, gap=found.gap.model_copy(update={"proposal": worded}))
