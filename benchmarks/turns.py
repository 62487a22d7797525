"""Overhead of a turn with one tool step, beside its rivals in the same run."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from api.answers import in_one_piece
from benchmarks.endpoint import endpoint, one_tool_step
from benchmarks.rivals import WORDS, TurnOf, bare, langchain_agent
from core.ids import ConversationId, CustomerId
from core.settings import Settings
from runtime.wiring import Baton, open_baton
from store import conversations, inbox

ROUNDS = 60
WARM_UP = 8
CUSTOMER = CustomerId("C-1001")


@asynccontextmanager
async def served_baton(base_url: str, folder: Path) -> AsyncIterator[Baton]:
    """A whole Baton on SQLite in this process."""
    values = {"openai_base_url": base_url, "openai_api_key": "x", "baton_model": "gpt-4.1-mini"}
    settings = Settings(baton_data_dir=folder, _env_file=None, **values)  # type: ignore[arg-type]
    baton = open_baton(settings)
    baton.hub.bind(asyncio.get_running_loop())
    async with baton.running():
        yield baton
    baton.close()


async def one_turn(
    baton: Baton,
    words: str = WORDS,
    conversation_id: ConversationId | None = None,
    *,
    stream: bool = False,
) -> float:
    """A message from its acceptance to its stored answer, in milliseconds."""
    if conversation_id is None:
        conversation_id = baton.database.write(lambda uow: conversations.create(uow, customer_id=CUSTOMER))
    started = time.perf_counter()
    with baton.hub.watch(conversation_id, live=stream) as watcher:
        accepted = await baton.database.awrite(
            lambda uow: inbox.accept(uow, conversation_id, words).model_dump(mode="json")
        )
        status, body = await in_one_piece(baton, conversation_id, accepted, watcher, inside=True)
    assert status == 200, body
    assert body["mode"] == "ai", body
    return (time.perf_counter() - started) * 1000


async def _timed(turn: TurnOf) -> float:
    started = time.perf_counter()
    await turn()
    return (time.perf_counter() - started) * 1000


async def _measure(base_url: str, folder: Path, *, stream: bool) -> dict[str, float]:
    """Median milliseconds of each, taken in turn: A B C A B C …"""
    async with AsyncExitStack() as stack:
        loop = await stack.enter_async_context(bare(base_url, stream=stream))
        agent = await stack.enter_async_context(langchain_agent(base_url, folder, stream=stream))
        baton = await stack.enter_async_context(served_baton(base_url, folder / "baton"))
        times: dict[str, list[float]] = {"bare": [], "create_agent": [], "baton": []}
        for _ in range(WARM_UP + ROUNDS):
            times["bare"].append(await _timed(loop))
            times["create_agent"].append(await _timed(agent))
            times["baton"].append(await one_turn(baton, stream=stream))
    return {name: statistics.median(taken[WARM_UP:]) for name, taken in times.items()}


async def _both(base_url: str, folder: Path) -> dict[str, dict[str, float]]:
    """Not streamed and streamed, on one loop: LangChain keeps its client from one to the next."""
    found = {}
    for name, stream in (("not streamed", False), ("streamed", True)):
        own = folder / name.replace(" ", "-")
        own.mkdir()
        found[name] = await _measure(base_url, own, stream=stream)
    return found


def measure() -> list[tuple[str, str, str]]:
    """Rows of the README's table: what, figure, need. Where Baton's milliseconds go says `phases`."""
    with endpoint(one_tool_step) as base_url, tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_both(base_url, Path(folder)))
    rows = []
    for name, ms in found.items():
        to_agent, to_bare = ms["baton"] / ms["create_agent"], ms["baton"] / ms["bare"]
        rows.append((f"turn with a tool step, {name}: to `create_agent`", f"{to_agent:.2f}", "≤ 0.9"))
        rows.append((f"turn with a tool step, {name}: to a bare loop", f"{to_bare:.2f}", "≤ 3.5"))
        each = ", ".join(f"{one:.1f}" for one in ms.values())
        rows.append((f"… in ms: bare, `create_agent`, Baton ({name})", each, ""))
    return rows
