"""tokens: what the conversation cost at the model, prompt and completion."""

from evals.case import Case
from evals.record import Score, Talked

NAME = "tokens"


def score(case: Case, talked: Talked) -> Score:
    """All tokens of the conversation."""
    return Score(name=NAME, value=sum(one.tokens for one in talked.exchanges))
