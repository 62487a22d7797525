"""A long conversation: what turn 200 costs beside the first turn that fills the history's budget."""

import asyncio
import statistics
import tempfile
from pathlib import Path

from benchmarks.endpoint import endpoint, plain
from benchmarks.turns import CUSTOMER, one_turn, served_baton
from core.ids import ConversationId
from runtime.wiring import Baton
from store import conversations, turns

TURNS = 200
AROUND = 5
LONG = "Tell me about the lamp in the window, please, the one with the brass foot and the linen shade. " * 4


async def _measure(base_url: str, folder: Path) -> tuple[dict[str, float], int]:
    """Ratios of the last turns to those around the first full one, and which one that is."""
    async with served_baton(base_url, folder) as baton:
        made, _ = baton.database.write(lambda uow: conversations.create(uow, customer_id=CUSTOMER))
        conversation_id = ConversationId(made)
        times, tokens = [], []
        for _ in range(TURNS):
            times.append(await one_turn(baton, LONG, conversation_id))
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
