"""All scorers: each a file with one function, from a case and its conversation to a score."""

from collections.abc import Callable

from evals.case import Case
from evals.record import Score, Talked
from evals.scorers import end_state, handover, ms, offers, repeats, tokens, tools, turns, words

Scorer = Callable[[Case, Talked], Score]

SCORERS: tuple[Scorer, ...] = (
    end_state.score,
    words.score,
    tools.score,
    handover.score,
    offers.score,
    repeats.score,
    turns.score,
    tokens.score,
    ms.score,
)
"""In the order of the report. To add one: a file here, and its function in this list."""

__all__ = ["SCORERS", "Scorer"]
