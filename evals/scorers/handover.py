"""handover: a person came in when one was due: for the right reason, at the right message, and else never."""

from core.vocabulary import Trigger
from evals.case import Case
from evals.record import Exchange, Score, Talked

NAME = "handover"
TOLERANCE = 1
"""Messages by which it may come sooner or later."""


def score(case: Case, talked: Talked) -> Score:
    """1 when what was due happened, or nothing was due and nothing happened; else 0."""
    problems = _problems(case, talked.decided)
    return Score(name=NAME, value=float(not problems), passed=not problems, problems=problems)


def expected_reason(case: Case) -> Trigger | None:
    """The reason of the handover that is due."""
    return case.expect.handover.triggers[0] if case.expect.handover else None


def decided_reason(case: Case, talked: Talked) -> Trigger | None:
    """The reason of the one that happened; any of several right ones counts as the first of them."""
    found, due = talked.decided, case.expect.handover
    if found is None:
        return None
    return due.triggers[0] if due and found.reason in due.triggers else found.reason


def _problems(case: Case, found: Exchange | None) -> list[str]:
    due = case.expect.handover
    if due is None:
        return [] if found is None else [f"needless handover ({found.reason}) at message {found.turn}"]
    wanted = " or ".join(due.triggers)
    if found is None:
        return [f"missed handover ({wanted}) at message {due.turn}"]
    problems = [] if found.reason in due.triggers else [f"handed over for {found.reason}, not {wanted}"]
    if abs(found.turn - due.turn) > TOLERANCE:
        problems.append(f"handed over at message {found.turn}, not {due.turn}")
    return problems
