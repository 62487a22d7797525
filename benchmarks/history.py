"""A long conversation: what turn 200 costs beside the first turn that fills the history's budget."""

import asyncio
import statistics
import tempfile
from functools import cache
from pathlib import Path

from agent.triggers import Heard, hear
from benchmarks.endpoint import endpoint, plain
from benchmarks.turns import CUSTOMER, one_turn, served_baton
from core.ids import ConversationId
from runtime.wiring import Baton
from store import conversations, turns

TURNS = 200
AROUND = 5
CALM = 0.4


def _words(baton: Baton, number: int) -> str:
    """An answer of the FAQ that fires no trigger, each time another: who repeats words is handed over."""
    calm = _calm(tuple(entry.text for entry in baton.business.faq))
    return calm[number % len(calm)]


@cache
def _calm(texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if max(one.score for one in hear(Heard(text)).values()) < CALM]


async def _measure(base_url: str, folder: Path) -> tuple[dict[str, float], int]:
    """Ratios of the last turns to those around the first full one, and which one that is."""
    async with served_baton(base_url, folder) as baton:
        made = baton.database.write(lambda uow: conversations.create(uow, customer_id=CUSTOMER))
        conversation_id = ConversationId(made)
        times, tokens = [], []
        for number in range(TURNS):
            times.append(await one_turn(baton, _words(baton, number), conversation_id))
            tokens.append(_prompt_tokens(baton, conversation_id))
    most = max(tokens[: TURNS // 2])
    full = next(place for place, count in enumerate(tokens) if count >= 0.97 * most)
    early, late = slice(full, full + 2 * AROUND), slice(TURNS - 2 * AROUND, TURNS)
    return {
        "tokens": statistics.median(tokens[late]) / statistics.median(tokens[early]),
        "time": statistics.median(times[late]) / statistics.median(times[early]),
    }, full + 1


def _prompt_tokens(baton: Baton, conversation_id: ConversationId) -> int:
    return baton.database.read(lambda uow: turns.docs(uow, conversation_id))[-1].usage.prompt_tokens


def measure() -> list[tuple[str, str, str]]:
    with endpoint(plain) as base_url, tempfile.TemporaryDirectory() as folder:
        ratios, full = asyncio.run(_measure(base_url, Path(folder)))
    name = f"turn {TURNS} to turn {full}, the first that fills the history's budget"
    return [(f"{name}: {what}", f"{ratio:.2f}", "≤ 1.1") for what, ratio in ratios.items()]
