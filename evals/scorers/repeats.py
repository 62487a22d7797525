"""repeats: questions for what the customer had said already."""

from core.vocabulary import Role
from evals.case import Case
from evals.record import Exchange, Score, Talked
from handover.asks import asks
from handover.repeats import Line, repeats

NAME = "repeats"


def score(case: Case, talked: Talked) -> Score:
    """How many such questions were asked. One for a value that a tool had just refused is none."""
    found = repeats(line for one in talked.exchanges for line in _lines(one))
    problems = [f"asked again for {one.kind} after message {one.place}" for one in found]
    return Score(name=NAME, value=len(problems), problems=problems)


def _lines(one: Exchange) -> tuple[Line, Line]:
    rejected = any(call.error in asks().rejected for call in one.tools)
    told = Line(Role.CUSTOMER, tells=frozenset(one.gives), place=one.turn)
    return told, Line(Role.AI, asks=frozenset(one.asks), excused=rejected, place=one.turn)
