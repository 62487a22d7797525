"""turns: messages that the customer had to write."""

from evals.case import Case
from evals.record import Score, Talked

NAME = "turns"


def score(case: Case, talked: Talked) -> Score:
    """The number of messages."""
    return Score(name=NAME, value=len(talked.exchanges))
