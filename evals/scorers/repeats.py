"""repeats: questions for what the customer had said already."""

from evals.asks import CONFIRM, asks
from evals.case import Case
from evals.record import Exchange, Score, Talked

NAME = "repeats"


def score(case: Case, talked: Talked) -> Score:
    """How many such questions were asked. One for a value that a tool had just refused is none."""
    known: set[str] = set()
    problems = []
    for one in talked.exchanges:
        known.update(one.gives)
        repeated = [] if _rejected(one) else sorted(known & set(one.asks) - {CONFIRM})
        problems += [f"asked again for {kind} after message {one.turn}" for kind in repeated]
    return Score(name=NAME, value=len(problems), problems=problems)


def _rejected(one: Exchange) -> bool:
    return any(call.error in asks().rejected for call in one.tools)
