"""Thresholds from costs: for each trigger, the line at which missed and needless handovers cost least. Pure.

Expected cost of a line per 1,000 messages, with the base rate b of the trigger, the share m of those that
have it and are missed at the line, and the share f of false alarms among those that have it not:

    1000 * (b * m * missed + (1 - b) * f * needless)

The decision-theoretic choice of a cut-off under unequal costs: C. Elkan, The Foundations of Cost-Sensitive
Learning, IJCAI 2001, section 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.business_policy import Cost

STEPS = 100
"""Lines that are tried, evenly from 1/STEPS to 1."""
FEWEST = 5
"""With fewer messages that have the trigger, or that have not, a line would be a guess."""


@dataclass(frozen=True)
class Sample:
    """One score, and whether it should have crossed the line."""

    score: float
    wanted: bool


@dataclass(frozen=True)
class Curve:
    """What each line would cost per 1,000 messages."""

    lines: tuple[float, ...]
    costs: tuple[float, ...]
    wanted: int
    """Messages that have the trigger."""
    others: int

    @property
    def best(self) -> float:
        """The cheapest line; of equal ones the middle, which is farthest from where it would get dearer."""
        least = min(self.costs)
        cheapest = [
            line for line, cost in zip(self.lines, self.costs, strict=True) if cost <= least * (1 + 1e-9)
        ]
        return cheapest[len(cheapest) // 2]

    def cost_at(self, line: float) -> float:
        """The cost of the tried line nearest to `line`."""
        place = min(range(len(self.lines)), key=lambda one: abs(self.lines[one] - line))
        return self.costs[place]


def curve(samples: Sequence[Sample], price: Cost, base_rate: float | None) -> Curve | None:
    """The curve over all lines; None where there are too few messages to tell.

    `base_rate`: the share of real messages that have the trigger; None: that of the samples.
    """
    wanted = [one.score for one in samples if one.wanted]
    others = [one.score for one in samples if not one.wanted]
    if min(len(wanted), len(others)) < FEWEST:
        return None
    rate = len(wanted) / len(samples) if base_rate is None else base_rate
    lines = tuple(step / STEPS for step in range(1, STEPS + 1))
    costs = []
    for line in lines:
        missed = sum(score < line for score in wanted) / len(wanted)
        false = sum(score >= line for score in others) / len(others)
        costs.append(1000 * (rate * missed * price.missed + (1 - rate) * false * price.needless))
    return Curve(lines, tuple(costs), len(wanted), len(others))


def sketch(curve: Curve, width: int = 16) -> str:
    """The curve in one line of block characters, from line 0 to 1; the lowest is the cheapest."""
    blocks = "▁▂▃▄▅▆▇█"
    low, high = min(curve.costs), max(curve.costs)
    span = (high - low) or 1.0
    picked = [curve.costs[round(place * (STEPS - 1) / (width - 1))] for place in range(width)]
    return "".join(blocks[min(7, int(8 * (cost - low) / span))] for cost in picked)


def snippet(lines: Mapping[str, Mapping[str, float]]) -> str:
    """The solved lines as they stand in `triggers.yaml`."""
    return "\n".join(
        f"{trigger}:\n" + "\n".join(f"  {key}: {line:.2f}" for key, line in keys.items())
        for trigger, keys in lines.items()
    )
