"""What this process counts, in the text format of Prometheus: it is read by scraping, and sent nowhere.

Turns, calls, tokens and times are of this process since its start; queue and outbox are read from the store
at each look, and are the same in every process.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.trace import Trace
from core.shapes import Json
from store import backlog
from store.database import Database, UnitOfWork

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Meters:
    """One process's counters, in a registry of their own."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._turns = Counter("baton_turns", "Ended turns", ["decision", "reason"], registry=registry)
        self._calls = Counter("baton_llm_calls", "Calls of the model", registry=registry)
        self._tokens = Counter("baton_llm_tokens", "Tokens at the model", ["kind"], registry=registry)
        self._tools = Counter("baton_tool_calls", "Calls of tools", ["tool", "ok"], registry=registry)
        self._seconds = Histogram("baton_turn_seconds", "Whole turns", buckets=SECONDS, registry=registry)
        self._model = Histogram(
            "baton_model_seconds", "A turn's time at the model", buckets=SECONDS, registry=registry
        )
        self._queue = Gauge("baton_cases", "Open cases", ["department", "status", "live"], registry=registry)
        self._outbox = Gauge(
            "baton_outbox", "Rows of the outbox: due now, waiting for their time, dead", ["state"],
            registry=registry,
        )  # fmt: skip

    def turn(self, trace: Trace, decided: Json) -> None:
        """Counts a turn that ended; `decided`: its decision and reason."""
        timing = trace.timing
        self._turns.labels(decided.get("decision") or "none", decided.get("reason") or "").inc()
        self._calls.inc(trace.calls)
        self._tokens.labels("prompt").inc(trace.prompt_tokens)
        self._tokens.labels("completion").inc(trace.completion_tokens)
        for run in trace.tools:
            self._tools.labels(run.name, str(run.ok).lower()).inc()
        self._seconds.observe(timing.total / 1000)
        self._model.observe(timing.model / 1000)

    def text(self, database: Database) -> str:
        """All of it, as Prometheus reads it."""
        self._queue.clear()
        self._outbox.clear()
        cases, outbox = database.read(_backlog)
        for one in cases:
            self._queue.labels(one.department, one.status, str(one.live).lower()).set(one.count)
        for state, count in outbox.items():
            self._outbox.labels(state).set(count)
        return generate_latest(self._registry).decode()


def _backlog(uow: UnitOfWork) -> tuple[list[backlog.Waiting], dict[str, int]]:
    return backlog.open_cases(uow), backlog.outbox_rows(uow)
