"""Where each millisecond of a turn goes: its phases one after the other, and what of them is what.

The nodes tell when they are entered and left; the store and the search are watched from outside.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.endpoint import endpoint, one_tool_step
from benchmarks.rivals import bare
from benchmarks.turns import CUSTOMER, ROUNDS, WARM_UP, one_turn, served_baton
from core.ids import ConversationId
from core.shapes import Json
from runtime.wiring import Baton
from store import conversations, turns
from store.database import UnitOfWork

T = TypeVar("T")
Work = Callable[[UnitOfWork], T]
Row = tuple[str, str, str]

PHASES = (
    "intake: the message is stored",
    "lease and load, to the first node",
    "listen",
    "think: waiting for entries, prompt, gate",
    "model: two calls as the bare loop makes them",
    "model: what the client, schemas and reading add",
    "act: the tool",
    "judge",
    "settle",
    "between nodes: LangGraph",
    "from the commit to who asked",
)
PARTS = (
    "waiting for a thread and back",
    "inside transactions",
    "search, in a thread beside other work",
    "transactions",
)


@dataclass
class _Watch:
    """What was seen of one turn; times in milliseconds."""

    visits: list[tuple[float, str, str]] = field(default_factory=list)
    accepted: float = 0.0
    settled: float = 0.0
    """When the last writing transaction ended: in a turn that is over, that of `settle`."""
    in_store: float = 0.0
    waited: float = 0.0
    searched: float = 0.0
    transactions: int = 0


def _now() -> float:
    return time.perf_counter() * 1000


class Watched:
    """A Baton whose turns are watched, one at a time."""

    def __init__(self, baton: Baton) -> None:
        self.baton, self.seen = baton, _Watch()
        database, hub, knowledge = baton.database, baton.hub, baton.knowledge
        reads, writes, live, search = database.read, database.write, hub.live, knowledge.search
        hops = {"aread": database.aread, "awrite": database.awrite}

        def inside(run: Callable[[Work[T]], T], work: Work[T]) -> T:
            began = _now()
            self.seen.transactions += 1
            try:
                return run(work)
            finally:
                ended = _now()
                self.seen.in_store += ended - began
                self.seen.waited -= ended - began
                if run == writes:
                    self.seen.settled = ended

        async def hop(name: str, work: Work[T]) -> T:
            began = _now()
            try:
                return await hops[name](work)
            finally:
                self.seen.waited += _now() - began
                self.seen.accepted = self.seen.accepted or _now()

        def told(conversation_id: ConversationId, kind: str, data: Json) -> None:
            if kind == "node":
                self.seen.visits.append((_now(), str(data["node"]), str(data["state"])))
            live(conversation_id, kind, data)

        def searching(query: str, k: int = 4) -> object:
            began = _now()
            try:
                return search(query, k)
            finally:
                self.seen.searched += _now() - began

        replaced = {"read": partial(inside, reads), "write": partial(inside, writes)}
        replaced |= {"aread": partial(hop, "aread"), "awrite": partial(hop, "awrite")}
        vars(database).update(replaced)
        vars(hub)["live"], vars(knowledge)["search"] = told, searching

    async def turn(self, bare_ms: float, *, stream: bool) -> dict[str, float]:
        """One turn by phase and part. `bare_ms`: the same two calls in the bare loop."""
        database = self.baton.database
        id = database.write(lambda uow: conversations.create(uow, customer_id=CUSTOMER))
        self.seen, began = _Watch(), _now()
        total = await one_turn(self.baton, conversation_id=id, stream=stream)
        seen, self.seen = self.seen, _Watch()
        [ended] = database.read(lambda uow: turns.docs(uow, id))
        nodes = _by_node(seen)
        model = ended.ms.model
        spent = (
            seen.accepted - began,
            seen.visits[0][0] - seen.accepted,
            nodes["listen"],
            nodes["think"] - model,
            min(model, bare_ms),
            max(model - bare_ms, 0.0),
            nodes["act"],
            nodes["judge"],
            nodes["settle"],
            seen.settled - seen.visits[0][0] - sum(nodes.values()),
            began + total - seen.settled,
        )
        parts = (seen.waited, seen.in_store, seen.searched, seen.transactions)
        return dict(zip((*PHASES, *PARTS), (*spent, *parts), strict=True))


def _by_node(seen: _Watch) -> dict[str, float]:
    """Milliseconds in each node, its visits together; `settle` up to its commit."""
    spent: dict[str, float] = {}
    entered = 0.0
    for at, node, state in seen.visits:
        if state == "entered":
            entered = at
        elif node != "settle":
            spent[node] = spent.get(node, 0.0) + at - entered
    return {**spent, "settle": seen.settled - entered}


async def _measure(base_url: str, folder: Path, *, stream: bool) -> list[dict[str, float]]:
    """Watched turns, each after one of the bare loop."""
    taken = []
    async with bare(base_url, stream=stream) as loop, served_baton(base_url, folder) as baton:
        watched = Watched(baton)
        for _ in range(WARM_UP + ROUNDS):
            began = _now()
            await loop()
            taken.append(await watched.turn(_now() - began, stream=stream))
    return taken[WARM_UP:]


async def _both(base_url: str, folder: Path) -> tuple[list[dict[str, float]], ...]:
    whole = await _measure(base_url, folder / "whole", stream=False)
    return whole, await _measure(base_url, folder / "streamed", stream=True)


def measure() -> list[Row]:
    """A row for each phase of a turn with a tool step, medians of two ways of asking; and for its parts."""
    with endpoint(one_tool_step) as base_url, tempfile.TemporaryDirectory() as folder:
        ways = asyncio.run(_both(base_url, Path(folder)))
    rows = []
    for name in (*PHASES, *PARTS):
        medians = (statistics.median(turn[name] for turn in taken) for taken in ways)
        of_it = "" if name in PHASES else "of it: "
        figures = "; ".join(f"{one:.1f}" for one in medians)
        rows.append((f"… a turn's ms, not streamed; streamed: {of_it}{name}", figures, ""))
    return rows
