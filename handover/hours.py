"""Opening hours of a department: whether it is open, when it opens, and open time counted from a moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.business import WEEKDAYS, Department
from core.opening import moment_on

LOOK_AHEAD_DAYS = 400


def is_open(department: Department, timezone: str, now: datetime) -> bool:
    """Whether the department's hours cover `now`."""
    return next_open(department, timezone, now) == now


def next_open(department: Department, timezone: str, now: datetime) -> datetime | None:
    """`now` while it is open, else its next opening; None for a department that never opens."""
    if department.hours == "always":
        return now
    for opening, closing in _spans(department, timezone, now):
        if closing > now:
            return max(opening, now)
    return None


def after_open_time(department: Department, timezone: str, start: datetime, seconds: int) -> datetime:
    """The moment at which the department will have been open for `seconds` since `start`.

    Where it is not open that long within the next year, plain time counts.
    """
    left = timedelta(seconds=seconds)
    if department.hours == "always":
        return start + left
    for opening, closing in _spans(department, timezone, start):
        opening = max(opening, start)
        if closing <= opening:
            continue
        if closing - opening >= left:
            return opening + left
        left -= closing - opening
    return start + timedelta(seconds=seconds)


def _spans(department: Department, timezone: str, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Openings and closings in UTC, from the local day of `start` on."""
    assert department.hours != "always"
    zone = ZoneInfo(timezone)
    today = start.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        for opens, closes in department.hours[WEEKDAYS[day.weekday()]]:
            yield moment_on(day, opens, zone).astimezone(UTC), moment_on(day, closes, zone).astimezone(UTC)
