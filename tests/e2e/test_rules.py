"""A business's own rules and guidance, from their file to the turn, the case and the dry run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.settings import SAMPLE_BUSINESS
from tests.support.baton import ServedBaton, served
from tests.support.scripted_answers import content, reply
from tests.support.scripted_server import ScriptedServer

RULES = """\
- id: phones-are-urgent
  version: 2
  about: Whoever writes from the phone app is on the road.
  when: {channel: app}
  then: {decision: handover, reason: wants_person, department: billing, priority: urgent}
"""
GUIDANCE = "- {id: be-brief, version: 4, text: Answer in one sentence.}\n"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules")


@pytest.fixture(scope="module")
def baton(model: ScriptedServer, folder: Path) -> Iterator[ServedBaton]:
    business = folder / "business"
    shutil.copytree(SAMPLE_BUSINESS, business)
    (business / "rules" / "decisions.yaml").write_text(RULES)
    (business / "rules" / "guidance.yaml").write_text(GUIDANCE)
    settings = {"business_dir": business, "baton_demo_force": True}
    with served(folder / "data", model, **settings) as running:
        yield running


def test_a_rule_hands_over_and_is_named_in_the_turn_and_on_the_case(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("At nine."))
    customer = baton.customer(channel="app")
    turn = customer.says("When do you open?")["turn"]
    assert (turn["decision"], turn["reason"]) == ("handover", "wants_person")
    assert turn["rule"] == {"id": "phones-are-urgent", "version": 2}
    case = baton.person().case_of(customer)
    assert (case["department"], case["priority"]) == ("billing", "urgent")
    assert customer.texts("ai")[-1] != "At nine."


def test_guidance_goes_to_the_model_and_what_it_cites_is_named(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("At nine.", sources=["be-brief"]))
    said = baton.customer().says("When do you open?")
    system = model.requests[-1].messages[0]["content"]
    assert "be-brief: Answer in one sentence." in system
    assert said["turn"]["rule"] == {"id": "be-brief", "version": 4}
    assert said["message"]["sources"] == []


def test_a_dry_run_lists_what_would_flip_and_changes_nothing(
    baton: ServedBaton, model: ScriptedServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.play(reply("On the shelf by the door."))
    quiet = baton.customer()
    quiet.says("Where do I find the catalogue?")
    tried = folder / "tried.yaml"
    tried.write_text(RULES.replace("phones-are-urgent", "web-too").replace("channel: app", "channel: web"))
    monkeypatch.setenv("BATON_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("BUSINESS_DIR", str(folder / "business"))
    result = CliRunner().invoke(app, ["rules", "try", str(tried)])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    at = next(place for place, line in enumerate(lines) if "Where do I find the catalogue?" in line)
    assert lines[at + 1] == "- answer"
    assert lines[at + 2].startswith("+ handover wants_person [web-too]")
    # The rule that the tried file lacks no longer hands over.
    assert any(line.startswith("- handover wants_person [phones-are-urgent]") for line in lines)
    assert quiet.view()["mode"] == "ai"
