"""The documentation's example: a business with a tool and a trigger of its own, added by configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import BusinessFileError
from runtime.extensions import load_extensions
from tests.support.baton import ServedBaton, settings_for
from tests.support.house import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "plugin"
MOST_LINES = 60


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    folder = tmp_path_factory.mktemp("plugin")
    with ServedBaton(settings_for(folder, business_dir=EXAMPLE, baton_demo_force=True)) as running:
        yield running


def test_the_example_is_short() -> None:
    files = [one for one in EXAMPLE.rglob("*") if one.suffix in (".yaml", ".md", ".py")]
    lines = [line for one in files for line in one.read_text().splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES


def test_its_tool_is_called_and_worded_by_its_own_flow(shop: ServedBaton) -> None:
    answered = shop.customer().says("Hello, is my bike recalled? It's VB-1934")

    [run] = answered["turn"]["tools"]

    assert (run["name"], run["result"]["recalled"]) == ("check_recall", True)
    assert "VB-1934 is recalled" in answered["message"]["text"]


def test_its_tool_asks_for_what_it_needs(shop: ServedBaton) -> None:
    customer = shop.customer()

    asked = customer.says("is there a recall of my bicycle?")
    answered = customer.says("VB-2210")

    assert "serial number" in asked["message"]["text"]
    assert "VB-2210 is not recalled" in answered["message"]["text"]


def test_its_trigger_hands_over_where_ours_hears_nothing(shop: ServedBaton) -> None:
    turn = shop.customer().says("there are sparks and the battery is swollen")["turn"]

    assert (turn["decision"], turn["reason"]) == ("handover", "distress")
    assert {"sparks", "swollen"} <= set(turn["evidence"][0]["words"])


def test_what_its_trigger_does_not_hear_stays_as_it_is(shop: ServedBaton) -> None:
    turn = shop.customer().says("is VB-2210 one of the recalled bicycles?")["turn"]

    assert turn["decision"] == "answer"
    assert turn["triggers"]["distress"] < 0.99


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("ports:\n  refund: x:Y\n", 1, "`refund`"),
        ("ports:\n  refunds: nowhere:Y\n", 2, "nowhere"),
        ("ports:\n  refunds: volt_bikes:Plugin\n", 2, "of_order"),
        ("plugins:\n  - volt_bikes:DANGER\n", 2, "runtime.extensions.Plugin"),
        ("tools: []\n", 1, "unknown key"),
    ],
)
def test_a_wrong_name_says_file_line_and_what_is_expected(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    (tmp_path / "extensions.yaml").write_text(text)
    load_extensions(EXAMPLE)

    with pytest.raises(BusinessFileError, match=words) as raised:
        load_extensions(tmp_path)

    assert raised.value.line == line
