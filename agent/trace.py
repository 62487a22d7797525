"""What a turn records of itself while it runs; `settle` makes the Turn of it."""

import time
from dataclasses import dataclass, field

from core.shapes import NodeVisit, Retrieved, Step, Timing, ToolRun, Usage


def now_ms() -> float:
    return time.perf_counter() * 1000


@dataclass
class Trace:
    """Grows over one attempt of a turn. Times are milliseconds since its start."""

    started: float = field(default_factory=now_ms)
    path: list[NodeVisit] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tools: list[ToolRun] = field(default_factory=list)
    retrieved: list[Retrieved] = field(default_factory=list)
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model_ms: float = 0.0

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
    def usage(self) -> Usage:
        return Usage(
            calls=self.calls, prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens
        )

    @property
    def timing(self) -> Timing:
        return Timing(
            total=self.at(), model=round(self.model_ms, 3), tools=round(sum(run.ms for run in self.tools), 3)
        )
