"""offers: a person was offered where that is due; where none is due, offers are counted."""

from core.vocabulary import Decision
from evals.case import At, Case
from evals.record import Exchange, Score, Talked
from evals.scorers.handover import TOLERANCE

NAME = "offers"


def score(case: Case, talked: Talked) -> Score:
    """How many offers were made; judged where the case says what is due."""
    made = [one for one in talked.exchanges if one.decision is Decision.OFFER]
    due = case.expect.offer
    problems = _missed(due, made) if isinstance(due, At) else []
    if due == "none":
        problems = [f"needless offer ({one.reason}) at message {one.turn}" for one in made]
    return Score(name=NAME, value=len(made), passed=None if due is None else not problems, problems=problems)


def _missed(due: At, made: list[Exchange]) -> list[str]:
    right = [one for one in made if one.reason in due.triggers and abs(one.turn - due.turn) <= TOLERANCE]
    return [] if right else [f"no offer ({' or '.join(due.triggers)}) at message {due.turn}"]
