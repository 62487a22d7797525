"""Many conversations at once: what Baton adds to the model's own second, in one process."""

import asyncio
import statistics
import tempfile
from pathlib import Path

from benchmarks.endpoint import endpoint, slow
from benchmarks.turns import CUSTOMER, one_turn, served_baton
from core.ids import ConversationId
from runtime.wiring import Baton
from store import conversations

CONVERSATIONS = 200
EVERY_S = 10.0
ROUNDS = 3
MODEL_MS = 1000.0
WORDS = "What are the opening hours of the Dublin showroom on Saturday?"


async def _talk(baton: Baton, number: int, times: list[float]) -> None:
    """One customer, who writes every ten seconds and begins at a moment of their own."""
    conversation_id = await baton.database.awrite(lambda uow: conversations.create(uow, customer_id=CUSTOMER))
    await asyncio.sleep(EVERY_S * number / CONVERSATIONS)
    for _ in range(ROUNDS):
        took = await one_turn(baton, WORDS, ConversationId(conversation_id))
        times.append(took)
        await asyncio.sleep(max(0.0, EVERY_S - took / 1000))


async def _measure(base_url: str, folder: Path) -> list[float]:
    times: list[float] = []
    async with served_baton(base_url, folder) as baton:
        await one_turn(baton, WORDS)  # warm
        await asyncio.gather(*(_talk(baton, number, times) for number in range(CONVERSATIONS)))
    return times


def measure() -> list[tuple[str, str, str]]:
    with endpoint(slow) as base_url, tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(_measure(base_url, Path(folder)))
    above = [took - MODEL_MS for took in times]
    p95 = statistics.quantiles(above, n=20)[-1]
    name = f"{CONVERSATIONS} conversations, a message each every {EVERY_S:.0f} s: p95 above the model's 1 s"
    return [(name, f"{p95 / 1000:.3f} s", "≤ 0.3 s")]
