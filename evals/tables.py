"""A report for the terminal: two tables, the figures in one line, and each failure with its conversation."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evals.record import CaseResult, Exchange, Report, ToolMade
from evals.summary import ByTrigger, by_trigger, groups
from evals.summary import Group as Row


def show(console: Console, report: Report, *, talks: bool = True) -> None:
    """The whole report. `talks`: failures with their conversations, else by name and problem."""
    failed = [one for one in report.results if not one.passed]
    for one in failed:
        console.print(_failure(one) if talks else _short(one))
    console.print(_by_group(groups(report.results)))
    console.print(_by_trigger(by_trigger(report.results)))
    right = len(report.results) - len(failed)
    console.print(
        f"{right} of {len(report.results)} cases pass ({report.passed_share:.0%}) with the model "
        f"{escape(report.model)}, in {report.seconds:.0f} s."
    )


def _by_group(rows: Sequence[Row]) -> Table:
    table = _table("Cases")
    table.add_column("group")
    for name in ("cases", "pass", "task", "tools", "handover", "repeats", "offers", "turns", "tokens", "ms"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_section() if row.name == "all" else None
        table.add_row(
            row.name,
            str(row.cases),
            _share(row.passed),
            _share(row.success),
            _share(row.tools),
            _share(row.handovers),
            f"{row.repeats:.2f}",
            str(row.needless_offers or "–"),
            f"{row.turns:.1f}",
            f"{row.tokens:,.0f}",
            "–" if row.ms is None else f"{row.ms:.0f}",
        )
    return table


def _by_trigger(rows: Sequence[ByTrigger]) -> Table:
    table = _table("Handovers")
    table.add_column("trigger")
    for name in ("due", "happened", "right", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_section() if row.trigger is None else None
        counts = (str(row.due), str(row.happened), str(row.right))
        table.add_row(row.trigger or "all", *counts, *map(_two, (row.precision, row.recall, row.f1)))
    return table


def _table(title: str) -> Table:
    """Narrow enough for 80 columns."""
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0, pad_edge=False)


def _failure(result: CaseResult) -> RenderableType:
    lines = [_line(one) for one in result.talked.exchanges]
    crash = [Text(result.talked.crashed, "red")] if result.talked.crashed else []
    return Group(_short(result), Padding(Group(*lines, *crash), (0, 0, 1, 2), expand=False))


def _short(result: CaseResult) -> Text:
    who = result.customer or "anonymous"
    text = Text.assemble((f"✗ {result.name}", "bold red"), f"  {result.about}  ({result.where}, {who})")
    for problem in result.problems:
        text.append(f"\n  {problem}", "yellow")
    return text


def _line(one: Exchange) -> Text:
    text = Text.assemble(("customer  ", "cyan"), one.customer)
    for call in one.tools:
        text.append(f"\n          {_call(call)}", "dim")
    for said in one.agent:
        text.append("\nagent     ", "green").append(said.replace("\n", "\n          "))
    if one.reason:
        text.append(f"\n          → {one.decision} ({one.reason})", "magenta")
    return text


def _call(call: ToolMade) -> str:
    given = ", ".join(f"{name}={value}" for name, value in call.args.items() if value is not None)
    return f"{call.name}({given}) → {'ok' if call.ok else call.error or 'refused'}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
