"""ms: how long a turn took on this machine, the model included."""

from statistics import median

from evals.case import Case
from evals.record import Score, Talked

NAME = "ms"


def score(case: Case, talked: Talked) -> Score:
    """The median turn, in milliseconds; None when none ended."""
    times = [one.ms for one in talked.exchanges if one.ms]
    return Score(name=NAME, value=round(median(times), 1) if times else None)
