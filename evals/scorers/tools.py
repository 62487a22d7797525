"""tools: the right tools were called, with the right key arguments, and none that must not be."""

from evals.case import Call, Case, Expected
from evals.matching import fits
from evals.record import Score, Talked, ToolMade

NAME = "tools"
ORDER_NUMBER = "order_number"


def score(case: Case, talked: Talked) -> Score:
    """The share of expected calls that were made; None where none is expected."""
    made = [call for one in talked.exchanges for call in one.tools]
    expected = case.expect.tools
    missing = [call for call in expected if not any(_is(call, one) for one in made)]
    wrong = sorted({one.name for one in made if one.ok and one.name in case.expect.never_tools})
    problems = [f"no call {call.name}({_shown(call)})" for call in missing]
    problems += [f"called {name}" for name in wrong]
    value = 1.0 - len(missing) / len(expected) if expected else None
    judged = bool(expected or case.expect.never_tools)
    return Score(name=NAME, value=value, passed=not problems if judged else None, problems=problems)


def _is(call: Call, made: ToolMade) -> bool:
    if call.name != made.name or call.ok not in (None, made.ok):
        return False
    return all(_argument_fits(name, value, made.args.get(name)) for name, value in call.args.items())


def _argument_fits(name: str, expected: Expected, actual: object) -> bool:
    """An order's number may be passed on as the customer wrote it, its letters left out."""
    if name == ORDER_NUMBER and isinstance(expected, str):
        return _digits(expected) == _digits(str(actual))
    return fits(expected, actual)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _shown(call: Call) -> str:
    return ", ".join(f"{name}={value}" for name, value in call.args.items())
