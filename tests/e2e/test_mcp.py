"""Tools of a real MCP server over stdio: offered with their schema, guarded like Baton's own, done once."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from core.errors import OperatorError
from core.settings import SAMPLE_BUSINESS
from tests.support.baton import Body, ServedBaton, settings_for
from tests.support.house import ROOT
from tests.support.process import SECRET
from tests.support.scripted_answers import calls, content, reply
from tests.support.scripted_server import ScriptedServer

MAEVE = "C-1001"
LEVEL = {"name": "stock_level", "effect": "none"}
RESERVE = {
    "name": "reserve",
    "effect": "change",
    "level": "account",
    "confirm": True,
    "summary": "set {units} of {sku} aside for three days",
    "fill": {"customer": "customer_id", "key": "business_key"},
    "capability": "recommend",
}
SLOW = {"name": "slow_reserve", "effect": "change"}
CRASH = {"name": "crash", "effect": "change"}


def business_with(folder: Path, *tools: Body, **server: object) -> Path:
    """The sample business, with the warehouse's server."""
    business = folder / "business"
    shutil.copytree(SAMPLE_BUSINESS, business)
    script = str(ROOT / "tests" / "support" / "mcp_stock.py")
    stock = {"name": "stock", "command": "python", "args": [script, str(folder / "done.jsonl")]}
    named = {**stock, "seconds": 5, **server, "tools": list(tools)}
    (business / "extensions.yaml").write_text(yaml.safe_dump({"mcp": [named]}))
    return business


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp")


@pytest.fixture(scope="module")
def shop(folder: Path, model: ScriptedServer) -> Iterator[ServedBaton]:
    business = business_with(folder, LEVEL, RESERVE, SLOW, CRASH)
    settings = settings_for(
        folder / "data",
        model,
        business_dir=business,
        baton_demo_force=True,
        baton_identity_secret=SECRET,
    )
    with ServedBaton(settings) as running:
        yield running


def done_in(folder: Path) -> list[Body]:
    file = folder / "done.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture(autouse=True)
def _nothing_done_yet(folder: Path) -> None:
    (folder / "done.jsonl").unlink(missing_ok=True)


def test_a_model_is_given_the_tools_with_strict_schemas_and_without_what_the_run_fills_in(
    shop: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello."))
    shop.customer().says("Hi there")
    given = {one["function"]["name"]: one["function"] for one in model.requests[-1].body["tools"]}

    reserve, level = given["stock_reserve"], given["stock_stock_level"]

    assert reserve["description"] == "Set an article aside for a customer for three days."
    assert sorted(reserve["parameters"]["properties"]) == ["sku", "units"]
    assert reserve["parameters"]["required"] == ["sku", "units"]
    assert reserve["parameters"]["additionalProperties"] is False
    assert level["parameters"]["required"] == ["sku", "warehouse"]
    assert {"type": "null"} in level["parameters"]["properties"]["warehouse"]["anyOf"]


def test_what_a_server_answers_is_a_result_and_its_defaults_hold(
    shop: ServedBaton, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.play([calls(("stock_stock_level", {"sku": "LMP-01", "warehouse": None})), reply("Seven.")])

    [run] = shop.customer().says("How many of LMP-01 are there?")["turn"]["tools"]

    assert run["ok"]
    assert "'units': 7" in run["result"]["content"]
    assert "'warehouse': 'any'" in run["result"]["content"]


def test_a_change_needs_the_level_that_the_configuration_names(
    shop: ServedBaton, model: ScriptedServer, folder: Path
) -> None:
    wanted = {"sku": "LMP-01", "units": 1, "customer": MAEVE}
    model.play([calls(("stock_reserve", wanted)), reply("Please show who you are.")])

    [run] = shop.customer().says("Set one aside for C-1001")["turn"]["tools"]

    assert run["result"]["error"] == "level_needed"
    assert done_in(folder) == []


def test_a_change_is_made_after_a_yes_once_for_the_customer_of_the_run_and_with_its_key(
    shop: ServedBaton, model: ScriptedServer, folder: Path
) -> None:
    customer = shop.customer(MAEVE)
    wanted = {"sku": "LMP-01", "units": 2, "customer": "C-9999", "key": "mine"}
    model.play([calls(("stock_reserve", wanted)), reply("Shall I set 2 of LMP-01 aside for three days?")])
    asked = customer.says("Please set two LMP-01 aside")
    before = done_in(folder)

    model.play(reply("They are set aside."))
    answered = customer.says("yes please")
    model.play([calls(("stock_reserve", {"sku": "LMP-01", "units": 2})), reply("They are set aside.")])
    again = customer.says("And did you set the two LMP-01 aside?")

    assert asked["turn"]["tools"][0]["result"]["error"] == "needs_confirmation"
    assert before == []
    [done] = done_in(folder)
    assert (done["customer"], done["units"]) == (MAEVE, 2)
    assert done["key"].startswith("mcp:stock:reserve:")
    assert answered["turn"]["tools"][0]["result"]["content"]
    assert again["turn"]["tools"][0]["result"] == answered["turn"]["tools"][0]["result"]


def test_what_the_server_refuses_is_told_as_refused(
    shop: ServedBaton, model: ScriptedServer, folder: Path
) -> None:
    customer = shop.customer(MAEVE)
    model.play([calls(("stock_reserve", {"sku": "LMP-01", "units": 9})), reply("Shall I?")])
    customer.says("nine of LMP-01 please")
    model.play(reply("There are too few."))

    [run] = customer.says("yes")["turn"]["tools"]

    assert run["result"]["error"] == "refused_there"
    assert "only 7" in run["result"]["content"]
    assert done_in(folder) == []


@pytest.mark.parametrize("tool", ["stock_slow_reserve", "stock_crash"])
def test_a_change_that_is_cut_off_is_not_made_again_and_goes_to_a_person(
    shop: ServedBaton, model: ScriptedServer, folder: Path, tool: str
) -> None:
    customer = shop.customer()
    model.play([calls((tool, {"sku": "LMP-02"})), reply("I cannot say yet.")])
    first = customer.says(f"Set LMP-02 aside by {tool}")

    assert first["turn"]["tools"][0]["result"]["error"] == "unknown_outcome"
    assert (first["turn"]["decision"], first["turn"]["reason"]) == ("handover", "policy_exception")
    assert len(done_in(folder)) == 1
    model.play([calls(("stock_stock_level", {"sku": "LMP-01"})), reply("Seven.")])
    [run] = shop.customer().says("And how many of LMP-01?")["turn"]["tools"]
    assert run["ok"]


@pytest.mark.parametrize(
    ("tools", "server", "words"),
    [
        ([{"name": "stock_lvl", "effect": "none"}], {}, "stock_level"),
        ([{**RESERVE, "fill": {"who": "customer_id"}}], {}, "`fill: who`"),
        ([{"name": "anything", "effect": "none"}], {}, "open dict"),
        ([{**RESERVE, "summary": None}], {}, "summary"),
        ([LEVEL], {"command": "no-such-program"}, "does not answer"),
        ([LEVEL], {"url": "http://127.0.0.1:9"}, "either `command` or `url`"),
        ([LEVEL], {"env": ["NOT_SET_ANYWHERE"]}, "NOT_SET_ANYWHERE"),
    ],
)
def test_a_wrong_configuration_stops_the_start_and_says_what_is_expected(
    tmp_path: Path, tools: list[Body], server: Body, words: str
) -> None:
    business = business_with(tmp_path, *tools, **server)

    with pytest.raises(OperatorError, match=words):
        ServedBaton(settings_for(tmp_path / "data", business_dir=business)).close()
