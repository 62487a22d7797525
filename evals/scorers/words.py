"""words: the customer learns what they must, and reads nothing that must not be said."""

from evals.asks import never_says
from evals.case import Case
from evals.matching import says
from evals.record import Score, Talked

NAME = "words"


def score(case: Case, talked: Talked) -> Score:
    """The share of `tells` that was told; passed when all was, and nothing forbidden was said."""
    text, tells = talked.agent_words, case.expect.tells
    untold = [one for one in tells if not says(one, text)]
    said = [one for one in [*case.expect.never_says, *never_says()] if says(one, text)]
    silent = [one.customer for one in talked.exchanges if not any(part.strip() for part in one.agent)]
    problems = [f"did not tell: {one}" for one in untold] + [f"said: {one}" for one in said]
    problems += [f"no answer to: {one}" for one in silent]
    value = 1.0 - len(untold) / len(tells) if tells else float(not said)
    return Score(name=NAME, value=value, passed=not problems, problems=problems)
