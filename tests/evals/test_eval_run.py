"""Whole runs: real graph, embedded model, a fresh store for each case."""

from io import StringIO
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

from agent.graph import Graph
from cli.evals import app
from core.errors import OperatorError
from core.settings import Settings
from evals import compare, tables
from evals.case import Case
from evals.record import Report
from evals.runner import Ran, read_report, run, write_report
from evals.talk import play
from evals.world import open_world

CASES = """
- id: once
  about: An order that the customer has.
  customer: C-1001
  says: ["Where is my order HL-10485?"]
  expect: {tells: [25 November], tools: [{name: find_order, ok: true}]}
- id: refund-one
  about: A refund.
  customer: C-1001
  says: ["I want to return the brass pendant from HL-10432"]
  if_asked: {confirm: "yes", reason: I changed my mind}
  expect: {end: {refund: [{order: HL-10432, amount: 189.00}]}}
- id: refund-again
  about: The same refund, in a store that knows nothing of the first.
  customer: C-1001
  says: ["I want to return the brass pendant from HL-10432"]
  if_asked: {confirm: "yes", reason: I changed my mind}
  expect: {end: {refund: [{order: HL-10432, amount: 189.00}]}}
- id: person
  about: A person is asked for; what follows is not the agent's.
  says: ["I want to talk to a human being", "hello?"]
  expect: {handover: {trigger: wants_person, turn: 1}}
- id: wrong
  about: Fails, since nothing is refunded.
  says: [hello]
  expect: {end: {refund: [{order: HL-10432}]}}
"""


def quietly(_: int) -> Ran:
    return lambda result: None


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("cases")
    (folder / "mine.yaml").write_text(CASES)
    settings = Settings(_env_file=None, baton_data_dir=folder / "data")
    ran = run(settings, quietly, folder=folder, jobs=2)
    assert not (folder / "data").exists(), "a run touches nothing of the operator's data"
    return ran


def test_each_case_runs_in_a_store_of_its_own(report: Report) -> None:
    outcome = {one.name: one.passed for one in report.results}
    assert outcome == {
        "mine/once": True,
        "mine/refund-one": True,
        "mine/refund-again": True,
        "mine/person": True,
        "mine/wrong": False,
    }


def test_a_conversation_ends_for_the_agent_where_a_person_takes_over(report: Report) -> None:
    person = next(one for one in report.results if one.name == "mine/person")
    assert [one.turn for one in person.talked.exchanges] == [1]


def test_a_report_is_kept_and_read_again(report: Report, tmp_path: Path) -> None:
    assert read_report(write_report(report, tmp_path / "evals")) == report


def test_a_file_that_is_no_report_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(OperatorError, match="no report of `baton eval run`"):
        read_report(tmp_path / "x.json")


def test_the_table_names_groups_triggers_and_failures_with_their_conversation(report: Report) -> None:
    console = Console(width=120, record=True, file=StringIO())
    tables.show(console, report)
    text = console.export_text()
    assert "✗ mine/wrong" in text
    assert "refund: no row order=HL-10432" in text
    assert "customer  hello" in text
    assert "wants_person" in text
    assert "4 of 5 cases pass (80%) with the model embedded" in text


def test_a_comparison_tells_what_broke_and_what_was_mended(report: Report) -> None:
    broken = report.results[0].scores[0].model_copy(update={"passed": False, "problems": ("it broke",)})
    worse = report.results[0].model_copy(update={"scores": (broken, *report.results[0].scores[1:])})
    after = report.model_copy(update={"results": (worse, *report.results[1:])})
    assert [(one.name, one.now_passes, one.problems) for one in compare.flips(report, after)] == [
        ("mine/once", False, ("it broke",))
    ]
    assert [one.now_passes for one in compare.flips(after, report)] == [True]
    assert compare.flips(report, report) == []


def test_the_command_prints_keeps_and_fails_only_below_the_share_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATON_DATA_DIR", str(tmp_path))
    chosen = ["run", "--cases", "hours_locations/hl-cork-sunday", "--model", "embedded"]
    passed = CliRunner().invoke(app, chosen)
    assert passed.exit_code == 0, passed.output
    assert "1 of 1 cases pass" in passed.output
    kept = list((tmp_path / "evals").glob("*.json"))
    assert len(kept) == 1
    shown = CliRunner().invoke(app, ["report", str(kept[0])])
    assert "1 of 1 cases pass" in shown.output
    same = CliRunner().invoke(app, ["compare", str(kept[0]), str(kept[0])])
    assert "hours_locations" in same.output


def test_a_share_below_the_one_asked_for_is_exit_code_one(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATON_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("evals.runner.run", lambda settings, begin, *, pattern, jobs: report)
    assert CliRunner().invoke(app, ["run", "--at-least", "0.8"]).exit_code == 0
    assert CliRunner().invoke(app, ["run", "--at-least", "0.9"]).exit_code == 1


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Broken:
    """A graph that crashes."""

    async def ainvoke(self, *_: object, **__: object) -> None:
        raise RuntimeError("the graph broke")


@pytest.mark.anyio
async def test_a_crash_ends_the_case_and_is_told(tmp_path: Path) -> None:
    with open_world(Settings(_env_file=None), tmp_path) as world:
        world.baton.graph = cast(Graph, Broken())
        talked = await play(world, Case(id="a", about="x", says=["hello"]))
    assert talked.exchanges == ()
    assert talked.crashed is not None
    assert talked.crashed.endswith("RuntimeError: the graph broke\n")
