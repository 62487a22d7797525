"""Days and times in customers' words, on a Tuesday morning in Dublin."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tools.clock import Clock
from tools.when import read_clock, read_when

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Europe/Dublin"))


def day(number: int, month: int = 12, year: int = 2026) -> date:
    return date(year, month, number)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", day(24, 11)),
        ("24 november", day(24, 11)),
        ("tomorrow", day(25, 11)),
        ("the day after tomorrow", day(26, 11)),
        ("Tuesday", day(1)),
        ("next Tuesday", day(1)),
        ("this thursday", day(26, 11)),
        ("on Fri", day(27, 11)),
        ("monday week", day(7)),
        ("in 3 days", day(27, 11)),
        ("in two weeks", day(8)),
        ("4 december", day(4)),
        ("Dec 4th", day(4)),
        ("3rd of Dec", day(3)),
        ("27/11", day(27, 11)),
        ("12/1", day(12, 1, 2027)),
        ("the 30th", day(30, 11)),
        ("Tues 1st December", day(1)),
        ("2026-12-01", day(1)),
        ("may 5", day(5, 5, 2027)),
    ],
)
def test_words_for_a_day(words: str, expected: date) -> None:
    period = read_when(words, NOW, "IE")

    assert period is not None
    assert (period.first, period.last, period.clock) == (expected, expected, Clock())


@pytest.mark.parametrize(
    ("words", "first", "clock"),
    [
        ("next Tuesday after four", day(1), Clock(after=time(16))),
        ("tuesday at 4pm", day(1), Clock(at=time(16))),
        ("half past three tomorrow", day(25, 11), Clock(at=time(15, 30))),
        ("quarter to five on monday", day(30, 11), Clock(at=time(16, 45))),
        ("on friday afternoon", day(27, 11), Clock(after=time(12), before=time(17))),
        ("friday before noon", day(27, 11), Clock(before=time(12))),
        ("wednesday 9.30", day(25, 11), Clock(at=time(9, 30))),
        ("thursday four thirty", day(26, 11), Clock(at=time(16, 30))),
        ("between 2 and 4 tomorrow", day(25, 11), Clock(after=time(14), before=time(16))),
        ("Dec 4th at 2:30 pm", day(4), Clock(at=time(14, 30))),
        ("1.12.2026 at 10:30", day(1), Clock(at=time(10, 30))),
        ("2026-12-01T16:00", day(1), Clock(at=time(16))),
        ("2026-12-01T16:00:00+01:00", day(1), Clock(at=time(15))),
        ("the 30th at 4", day(30, 11), Clock(at=time(16))),
        ("4 o'clock on friday", day(27, 11), Clock(at=time(16))),
    ],
)
def test_words_for_a_day_and_a_time(words: str, first: date, clock: Clock) -> None:
    period = read_when(words, NOW, "IE")

    assert period is not None
    assert (period.first, period.clock) == (first, clock)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("next week", day(30, 11), day(6)),
        ("this week", day(24, 11), day(29, 11)),
        ("this weekend", day(28, 11), day(29, 11)),
    ],
)
def test_words_for_several_days(words: str, first: date, last: date) -> None:
    period = read_when(words, NOW, "IE")

    assert period is not None
    assert (period.first, period.last) == (first, last)


def test_where_the_month_comes_first_it_is_read_first() -> None:
    period = read_when("12/1", NOW, "US")

    assert period is not None
    assert period.first == day(1)


@pytest.mark.parametrize("words", ["", "blah", "the blue lamp please"])
def test_words_without_a_time_are_none(words: str) -> None:
    assert read_when(words, NOW, "IE") is None


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("four", Clock(after=time(16))),
        ("16:00", Clock(after=time(16))),
        ("after four", Clock(after=time(16))),
        ("10", Clock(after=time(10))),
        ("noon", Clock(after=time(12))),
        ("before 11 am", Clock(before=time(11))),
    ],
)
def test_a_time_alone_is_a_bound(words: str, clock: Clock) -> None:
    assert read_clock(words, "after") == clock
