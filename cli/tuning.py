"""`baton eval tune`: scores labelled messages, solves each trigger's lines by the costs, prints both."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from agent.triggers import hear
from agent.triggers.heard import Reading
from core.business import Business, load_business
from core.settings import Settings
from core.vocabulary import Trigger
from evals.labelled import GRAVE, Labelled, read_labelled
from evals.tune import Curve, Sample, curve, sketch, snippet

Scored = tuple[Labelled, dict[Trigger, Reading]]


def show_lines(console: Console, settings: Settings, file: Path, base_rate: float | None) -> None:
    """Prints a row for each line that the messages can tell something about. OperatorError: a bad file."""
    business = load_business(settings.business_dir)
    scored = [(message, hear(message.heard)) for message in read_labelled(file)]
    headings = ("trigger", "line", "have it", "now", "cost", "best", "cost", "from 0 to 1")
    table = Table(*(Column(one, no_wrap=True) for one in headings), box=None, padding=(0, 1, 0, 0))
    solved: dict[str, dict[str, float]] = {}
    for trigger in Trigger:
        for key, now in _lines(business, trigger):
            found = curve(_samples(scored, trigger, key), business.costs[trigger], base_rate)
            if found is not None:
                table.add_row(*_row(trigger, key, now, found))
                solved.setdefault(trigger, {})[key] = found.best
    console.print(table)
    console.print("\nCost: that of costs.yaml, per 1,000 messages. As triggers.yaml writes them:\n")
    console.print(snippet(solved), highlight=False)


def _lines(business: Business, trigger: Trigger) -> list[tuple[str, float]]:
    policy = business.triggers[trigger]
    lines = [("threshold", policy.threshold)]
    if policy.strong is not None and trigger in GRAVE:
        lines.append(("strong", policy.strong))
    return lines


def _samples(scored: Sequence[Scored], trigger: Trigger, key: str) -> list[Sample]:
    """The graver form alone is wanted above `strong`."""
    grave = GRAVE.get(trigger)
    return [
        Sample(
            readings[trigger].score,
            grave in message.labels if key == "strong" else trigger in message.triggers,
        )
        for message, readings in scored
    ]


def _row(trigger: Trigger, key: str, now: float, found: Curve) -> tuple[str, ...]:
    cost = found.cost_at
    counts = f"{found.wanted}/{found.wanted + found.others}"
    best = found.best
    return (
        trigger.value,
        key,
        counts,
        f"{now:.2f}",
        f"{cost(now):.1f}",
        f"{best:.2f}",
        f"{cost(best):.1f}",
        sketch(found),
    )
