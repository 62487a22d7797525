"""end_state: the business tables stand as they should, whatever the words were."""

from evals.case import Case, Changing, Row
from evals.matching import unmatched
from evals.record import Score, Talked

NAME = "end_state"


def score(case: Case, talked: Talked) -> Score:
    """1 when exactly the expected rows are new or changed, a case of the right reason included; else 0."""
    expected = _expected(case)
    problems = [f"crashed: {talked.crashed.splitlines()[-1]}"] if talked.crashed else []
    for table in sorted({*expected, *talked.changes}):
        missing, surplus = unmatched(expected.get(table, []), talked.changes.get(table, []))
        problems += [f"{table}: no row {_shown(row)}" for row in missing]
        problems += [f"{table}: not expected {_shown(row)}" for row in surplus]
    return Score(name=NAME, value=float(not problems), passed=not problems, problems=problems)


def _expected(case: Case) -> dict[str, list[Row]]:
    """A handover that is due leaves a case; its columns may be written out."""
    end: dict[Changing, list[Row]] = dict(case.expect.end)
    if case.expect.handover is not None:
        end.setdefault("handover_case", [{"reason": [*case.expect.handover.triggers]}])
    return {str(name): rows for name, rows in end.items()}


def _shown(row: Row) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in row.items() if value is not None)


def _value(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)
