"""Solving thresholds from costs: the line moves with the prices and the base rate, and never by itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.evals import app
from core.business_policy import Cost
from core.errors import OperatorError
from core.vocabulary import Trigger
from evals.labelled import read_labelled
from evals.tune import Sample, curve, sketch

OVERLAPPING = [Sample(score / 20, wanted=score > 12) for score in range(20)] + [
    Sample(0.45, wanted=True),
    Sample(0.75, wanted=False),
]


def best(price: Cost, base_rate: float | None = None) -> float:
    found = curve(OVERLAPPING, price, base_rate)
    assert found is not None
    return found.best


def test_the_line_separates_what_can_be_separated_at_no_cost() -> None:
    samples = [Sample(0.2, wanted=False)] * 6 + [Sample(0.8, wanted=True)] * 6
    found = curve(samples, Cost(missed=10, needless=1), None)
    assert found is not None
    assert found.cost_at(found.best) == 0
    assert 0.3 < found.best < 0.7


def test_dearer_misses_lower_the_line_and_dearer_false_alarms_raise_it() -> None:
    even = best(Cost(missed=1, needless=1))
    assert best(Cost(missed=50, needless=1)) < even
    assert best(Cost(missed=1, needless=50)) > even


def test_what_is_rare_needs_a_higher_line() -> None:
    price = Cost(missed=5, needless=1)
    assert best(price, base_rate=0.01) > best(price, base_rate=0.5)


def test_the_cost_is_that_of_a_thousand_messages() -> None:
    samples = [Sample(0.1, wanted=True)] * 5 + [Sample(0.9, wanted=False)] * 5
    found = curve(samples, Cost(missed=20, needless=4), base_rate=0.1)
    assert found is not None
    # At 0.5 all are missed and all others are false alarms: 1000 * (0.1 * 20 + 0.9 * 4).
    assert found.cost_at(0.5) == pytest.approx(5600)


def test_too_few_messages_solve_nothing() -> None:
    assert (
        curve(
            [Sample(0.9, wanted=True)] * 4 + [Sample(0.1, wanted=False)] * 90,
            Cost(missed=1, needless=1),
            None,
        )
        is None
    )


def test_the_sketch_is_lowest_where_the_cost_is() -> None:
    found = curve(OVERLAPPING, Cost(missed=1, needless=1), None)
    assert found is not None
    drawn = sketch(found, 21)
    assert drawn[round(found.best * 20)] == "▁"
    assert "█" in drawn


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "x", "labels": ["furious"]}', "furious"),
        ('{"labels": []}', "text"),
        ("no json", "line is one message"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"text": "fine", "labels": []}\n' + line + "\n")
    with pytest.raises(OperatorError, match=f"{file}:2: .*{says}"):
        read_labelled(file)


def test_labels_that_refine_count_for_their_trigger(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"text": "x", "labels": ["anger_strong", "legal_threat", "pr_social"]}\n')
    [message] = read_labelled(file)
    assert message.triggers == {Trigger.ANGER, Trigger.BILLING_LEGAL, Trigger.PR_SOCIAL}


def test_the_command_solves_a_line_for_each_trigger_that_the_file_tells_of(tmp_path: Path) -> None:
    person = ["can I talk to a human", "get me a person please", "is there somebody I can speak to",
              "I want to speak to an agent", "put me through to a real person"]  # fmt: skip
    plain = ["where is my order", "when do you open", "do you have this in blue", "thanks", "is it in stock"]
    file = tmp_path / "labelled.jsonl"
    rows = [{"text": one, "labels": ["wants_person"]} for one in person] + [
        {"text": one, "labels": []} for one in plain
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows))
    result = CliRunner().invoke(app, ["tune", str(file), "--base-rate", "0.05"])
    assert result.exit_code == 0, result.output
    assert "wants_person:\n  threshold: 0." in result.output
    assert "anger:" not in result.output
