"""What a turn records of itself while it runs; `settle` makes the Turn of it."""

import time
from dataclasses import dataclass, field
from decimal import Decimal

from core.business_policy import ModelPrice
from core.money import Money
from core.shapes import NodeVisit, Retrieved, Step, Timing, ToolRun, Usage

MILLION = 1_000_000


def now_ms() -> float:
    return time.perf_counter() * 1000


@dataclass
class Visit:
    """A node that was entered at `began`; it took `ms`, or is not left yet."""

    node: str
    began: float = field(default_factory=now_ms)
    ms: float | None = None

    def leave(self) -> float:
        self.ms = round(now_ms() - self.began, 3)
        return self.ms


@dataclass
class Trace:
    """Grows over one attempt of a turn. Times are milliseconds since its start."""

    started: float = field(default_factory=now_ms)
    visits: list[Visit] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tools: list[ToolRun] = field(default_factory=list)
    retrieved: list[Retrieved] = field(default_factory=list)
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model_ms: float = 0.0
    about: list[str] = field(default_factory=list)
    """Capabilities that the model itself names; the embedded one does."""

    def at(self) -> float:
        """Milliseconds since the start."""
        return round(now_ms() - self.started, 3)

    def model_step(self, calls: int, prompt_tokens: int, completion_tokens: int, ms: float) -> None:
        """One step that ended; its time at the model is counted by who waited, failed steps too."""
        self.calls += calls
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        self.steps.append(
            Step(
                node="think",
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
                ms=round(ms, 3),
            )
        )

    @property
    def path(self) -> list[NodeVisit]:
        """The nodes so far; the one that asks, `settle`, counts up to this moment."""
        return [
            NodeVisit(node=one.node, ms=round(now_ms() - one.began, 3) if one.ms is None else one.ms)
            for one in self.visits
        ]

    def usage(self, price: ModelPrice | None) -> Usage:
        """What the turn cost at the model; `price` is per million tokens."""
        cost = None
        if price is not None:
            whole = self.prompt_tokens * price.prompt + self.completion_tokens * price.completion
            cost = Money(amount=Decimal(f"{whole / MILLION:.6f}"), currency=price.currency)
        return Usage(
            calls=self.calls,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            price=cost,
        )

    @property
    def timing(self) -> Timing:
        return Timing(
            total=self.at(), model=round(self.model_ms, 3), tools=round(sum(run.ms for run in self.tools), 3)
        )
