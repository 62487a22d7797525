"""Two reports side by side: which cases flipped, and how the figures moved."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.record import CaseResult, Report
from evals.summary import Group, groups


@dataclass(frozen=True)
class Flip:
    """A case that passes in one report and not in the other; `problems` are those of the failing one."""

    name: str
    now_passes: bool
    problems: tuple[str, ...]


def flips(before: Report, after: Report) -> list[Flip]:
    """Cases of both reports whose outcome changed: what broke first."""
    old = {one.name: one for one in before.results}
    found = [_flip(old[one.name], one) for one in after.results if one.name in old]
    return sorted((one for one in found if one), key=lambda flip: flip.now_passes)


def show(console: Console, before: Report, after: Report) -> None:
    """The flips, the cases that only one report has, and both reports' figures."""
    for flip in flips(before, after):
        sign = "[green]mended[/]" if flip.now_passes else "[red]broken[/]"
        console.print(f"{sign}  {flip.name}")
        for problem in flip.problems:
            console.print(f"        {escape(problem)}", style="dim")
    names = [{one.name for one in report.results} for report in (before, after)]
    for word, only in (("gone", names[0] - names[1]), ("new", names[1] - names[0])):
        if only:
            console.print(f"{word}: {', '.join(sorted(only))}")
    console.print(_table(before, after))


def _flip(old: CaseResult, new: CaseResult) -> Flip | None:
    if old.passed == new.passed:
        return None
    return Flip(new.name, new.passed, tuple((old if new.passed else new).problems))


def _table(before: Report, after: Report) -> Table:
    table = Table(title=f"{escape(before.model)} → {escape(after.model)}", title_justify="left")
    table.add_column("group")
    for name in ("cases", "pass", "task", "handover"):
        table.add_column(name, justify="right")
    old = {row.name: row for row in groups(before.results)}
    for row in groups(after.results):
        table.add_row(row.name, *_moved(old.get(row.name), row))
    return table


def _moved(old: Group | None, new: Group) -> Sequence[str]:
    pairs = [(getattr(old, name, None), getattr(new, name)) for name in ("passed", "success", "handovers")]
    return [str(new.cases), *(f"{'–' if was is None else f'{was:.0%}'} → {now:.0%}" for was, now in pairs)]
