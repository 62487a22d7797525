"""Rows and phrases: what counts as the expected one."""

import pytest

from evals.case import Expected
from evals.matching import fits, says, unmatched


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("dublin", "Dublin"),
        (189.0, "189.00"),
        (None, None),
        (True, True),
        ("+353875550199", "+353 87 555 0199"),
        (["anger", "distress"], "distress"),
        ({"after": "2026-12-01 16:00"}, "2026-12-01 17:00"),
        ({"after": "2026-12-01 16:00", "before": "2026-12-01 17:00"}, "2026-12-01 16:00"),
        ({"LMP-BAT-CAN": 1}, {"LMP-BAT-CAN": 1}),
    ],
)
def test_a_value_fits(expected: Expected, actual: object) -> None:
    assert fits(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("dublin", "cork"),
        (189.0, "198.00"),
        (None, ""),
        (True, 1),
        ("+353875550199", "+353875550198"),
        ("01067", 1067),
        (["anger", "distress"], "wants_person"),
        ({"after": "2026-12-01 16:00"}, "2026-12-01 15:30"),
        ({"LMP-BAT-CAN": 1}, {"LMP-BAT-CAN": 1, "ACC-OIL-500": 1}),
        ({"LMP-BAT-CAN": 1}, {"LMP-BAT-CAN": 2}),
    ],
)
def test_a_value_does_not_fit(expected: Expected, actual: object) -> None:
    assert not fits(expected, actual)


def test_each_row_serves_one_expectation_and_what_is_left_is_told() -> None:
    made = [{"order": "HL-1", "amount": "10.00"}, {"order": "HL-2", "amount": "5.00"}]
    missing, surplus = unmatched([{"order": "HL-1"}, {"order": "HL-1"}], made)
    assert missing == [{"order": "HL-1"}]
    assert surplus == [{"order": "HL-2", "amount": "5.00"}]


def test_a_column_that_no_row_has_is_no_match() -> None:
    assert unmatched([{"total": 10}], [{"amount": "10.00"}])[0] == [{"total": 10}]


def test_a_phrase_is_a_text_a_pattern_or_one_of_several() -> None:
    text = "Open from 10:00, closed on Monday."
    assert says("CLOSED", text)
    assert says(r"/\b1[01]:00/", text)
    assert says(["shut", "closed"], text)
    assert not says(r"/\b1[23]:00/", text)
    assert not says(["shut", "away"], text)
