"""The case files: read, checked against the business, and told with file and line when wrong."""

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from core.business import Business
from core.errors import OperatorError
from core.yaml_lines import YamlFile, read_yaml
from evals.asks import known_kinds
from evals.case import Case
from tools.registry import ALL

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Placed:
    """A case and where it stands."""

    case: Case
    group: str
    """The file's name: a capability, a trigger, or `ordinary`."""
    file: Path
    line: int

    @property
    def name(self) -> str:
        return f"{self.group}/{self.case.id}"


def load_cases(business: Business, folder: Path = FOLDER, pattern: str = "*") -> list[Placed]:
    """The cases whose `group/id`, or id, fits the pattern, in the order of the files.

    BusinessFileError names file and line of what is wrong; OperatorError when nothing is left to run.
    """
    placed = [one for path in sorted(folder.rglob("*.yaml")) for one in _file(path, business)]
    _refuse_doubles(placed)
    chosen = [one for one in placed if fnmatch(one.name, pattern) or fnmatch(one.case.id, pattern)]
    if not chosen:
        groups = ", ".join(sorted({one.group for one in placed})) or "none"
        raise OperatorError(
            f"No case in {folder} fits `{pattern}`. Groups: {groups}. Name cases as `refund/*` or `*late*`."
        )
    return chosen


def _file(path: Path, business: Business) -> list[Placed]:
    file = read_yaml(path)
    cases = file.parse_list(Case)
    for at, case in enumerate(cases):
        _check(file, at, case, business)
    return [Placed(case, path.stem, path, file.line((at,))) for at, case in enumerate(cases)]


def _check(file: YamlFile, at: int, case: Case, business: Business) -> None:
    """Whatever a case names has to be there."""
    if case.customer is not None:
        known = [one.id for one in business.seed.customers]
        file.check((at, "customer"), case.customer, known, "a customer's id")
    kinds, tools = known_kinds(), [spec.name for spec in ALL]
    for kind in case.if_asked:
        file.check((at, "if_asked", kind), kind, kinds, f"one of {', '.join(kinds)}")
    for place, call in enumerate(case.expect.tools):
        file.check((at, "expect", "tools", place, "name"), call.name, tools, "a tool's name")
    for place, name in enumerate(case.expect.never_tools):
        file.check((at, "expect", "never_tools", place), name, tools, "a tool's name")
    for at_turn in (case.expect.handover, case.expect.offer):
        turn = getattr(at_turn, "turn", 1)
        if turn > len(case.says):
            raise file.error((at, "expect"), f"turn {turn}", f"a turn of 1 to {len(case.says)}, as in `says`")


def _refuse_doubles(placed: list[Placed]) -> None:
    seen: dict[str, Placed] = {}
    for one in placed:
        before = seen.setdefault(one.case.id, one)
        if before is not one:
            raise OperatorError(
                f"{one.file}:{one.line}: found the case `{one.case.id}` a second time (first in "
                f"{before.file}:{before.line}); expected ids of their own"
            )
