"""Figures of detectors with their 95% intervals: areas, shares, calibration. Pure functions over arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_Z = 1.96
_RESAMPLES = 300


@dataclass(frozen=True)
class Figure:
    """One figure, its 95% interval, and on how many messages it rests."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        if not self.count:
            return "–"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] ({self.count:,})"


NOTHING = Figure(float("nan"), float("nan"), float("nan"), 0)


def share(hits: int, count: int) -> Figure:
    """`hits` of `count` with Wilson's interval (1927)."""
    if not count:
        return NOTHING
    p, z2 = hits / count, _Z**2
    middle = (p + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z * np.sqrt(p * (1 - p) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return Figure(p, max(0.0, float(middle - half)), min(1.0, float(middle + half)), count)


def auroc(positive: Doubles, negative: Doubles) -> Figure:
    """Area under the ROC curve, ties counted half; Hanley and McNeil's interval (1982)."""
    n, m = len(positive), len(negative)
    if not n or not m:
        return NOTHING
    below = np.searchsorted(np.sort(negative), positive, "left")
    upto = np.searchsorted(np.sort(negative), positive, "right")
    area = float((below + upto).sum() / (2 * n * m))
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    error = np.sqrt(
        max(0.0, area * (1 - area) + (n - 1) * (q1 - area**2) + (m - 1) * (q2 - area**2)) / (n * m)
    )
    return Figure(area, max(0.0, area - _Z * error), min(1.0, area + _Z * error), n)


def recall_at(positive: Doubles, ordinary: Doubles, false_alarms: float) -> Figure:
    """Share of `positive` above the line that `false_alarms` of the `ordinary` ones cross."""
    if not len(positive) or not len(ordinary):
        return NOTHING
    line = np.quantile(ordinary, 1 - false_alarms)
    return share(int((positive > line).sum()), len(positive))


def calibration_error(probability: Doubles, truth: Doubles, bins: int = 10) -> Figure:
    """Expected calibration error over equally wide bins (Naeini et al., 2015); bootstrapped interval."""
    if not len(probability):
        return NOTHING
    rng = np.random.default_rng(0)
    draws = [_ece(probability, truth, bins)]
    for _ in range(_RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        draws.append(_ece(probability[rows], truth[rows], bins))
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return Figure(draws[0], float(low), float(high), len(truth))


def _ece(probability: Doubles, truth: Doubles, bins: int) -> float:
    which = np.minimum((probability * bins).astype(int), bins - 1)
    gap = np.abs(np.bincount(which, probability - truth, bins))
    return float(gap.sum() / len(truth))


def f1(hit: Doubles, found: Doubles, due: Doubles) -> Figure:
    """F1 over cases of which each was due or not, found or not, and hit or not; bootstrapped interval."""
    if not found.sum() + due.sum():
        return NOTHING
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(due), (_RESAMPLES, len(due)))
    draws = 2 * hit[rows].sum(1) / np.maximum(found[rows].sum(1) + due[rows].sum(1), 1)
    low, high = np.quantile(draws, [0.025, 0.975])
    value = 2 * hit.sum() / (found.sum() + due.sum())
    return Figure(float(value), float(low), float(high), len(due))
