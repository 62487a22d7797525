"""Hours of a department: open, next opening, and open time counted."""

from datetime import UTC, datetime

from core.business import Department
from handover.hours import after_open_time, is_open, next_open

ZONE = "Europe/Berlin"


def weekdays(**hours: str) -> Department:
    return Department.model_validate(
        {"id": "desk", "name": "Desk", "hours": hours or {"mon-fri": "09:00-17:00"}}
    )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 in UTC; the 2nd is a Monday. Berlin is an hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_always_is_always() -> None:
    department = Department.model_validate({"id": "desk", "name": "Desk", "hours": "always"})
    assert is_open(department, ZONE, at(1, 3))
    assert after_open_time(department, ZONE, at(1, 3), 60) == at(1, 3, 1)


def test_it_is_open_from_its_opening_until_before_its_closing() -> None:
    assert not is_open(weekdays(), ZONE, at(2, 7, 59))
    assert is_open(weekdays(), ZONE, at(2, 8))
    assert is_open(weekdays(), ZONE, at(2, 15, 59))
    assert not is_open(weekdays(), ZONE, at(2, 16))


def test_the_next_opening_skips_the_weekend() -> None:
    assert next_open(weekdays(), ZONE, at(6, 18)) == at(9, 8)
    assert next_open(weekdays(), ZONE, at(2, 10)) == at(2, 10)


def test_a_department_without_hours_never_opens() -> None:
    assert next_open(weekdays(mon="closed"), ZONE, at(2, 10)) is None
    assert after_open_time(weekdays(mon="closed"), ZONE, at(2, 10), 3600) == at(2, 11)


def test_open_time_runs_only_while_it_is_open() -> None:
    assert after_open_time(weekdays(), ZONE, at(6, 15, 30), 3600) == at(9, 8, 30)
    assert after_open_time(weekdays(), ZONE, at(7, 12), 3600) == at(9, 9)


def test_a_lunch_break_does_not_count() -> None:
    department = weekdays(mon="09:00-12:00, 13:00-17:00")
    assert after_open_time(department, ZONE, at(2, 10, 30), 3600) == at(2, 12, 30)


def test_midnight_ends_a_day() -> None:
    department = weekdays(mon="20:00-24:00")
    assert is_open(department, ZONE, at(2, 22, 59))
    assert not is_open(department, ZONE, at(2, 23))


def test_open_time_is_local_when_the_clocks_change() -> None:
    department = weekdays(**{"mon-sun": "09:00-10:00"})
    saturday = datetime(2026, 10, 24, 7, 30, tzinfo=UTC)
    assert after_open_time(department, ZONE, saturday, 3600) == datetime(2026, 10, 25, 8, 30, tzinfo=UTC)
