"""A FAQ entry worded by the model from what people answered. A proposal only: a person approves it or not."""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import aclosing

from langchain_core.messages import HumanMessage, SystemMessage

from agent.data import template
from agent.models.parts import Answering, ReplyText
from core.business import Business

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


async def draft_entry(
    model: Answering, business: Business, questions: Sequence[str], answers: Sequence[str]
) -> str:
    """The answer of an entry for these questions; empty when there is none to give, or when the model's has a
    number in it that nobody said.

    What is personal has been taken out of both before. ModelUnavailable, TimeoutError: ask again later.
    """
    data = json.dumps({"questions": list(questions), "answers": list(answers)}, ensure_ascii=False)
    asked = [
        SystemMessage(template("learned").substitute(shop=business.shop.name)),
        HumanMessage(template("learned_data").substitute(data=data)),
    ]
    async with (
        asyncio.timeout(business.budget.seconds),
        aclosing(model.stream(asked, (), whole=True)) as parts,
    ):
        words = [part.delta async for part in parts if isinstance(part, ReplyText)]
    text = "".join(words).strip()
    said = set(_NUMBERS.findall(" ".join(answers)))
    return text if set(_NUMBERS.findall(text)) <= said else ""
