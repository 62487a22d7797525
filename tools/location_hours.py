"""When a location is open: at a moment, on a day, and when that changes next. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.business import WEEKDAYS, Location, Span, Weekday
from core.opening import moment_on, spans_on

_LOOK_AHEAD_DAYS = 60


@dataclass(frozen=True)
class Standing:
    """How a location stands at a moment; both times on its own clock."""

    open: bool
    closes: datetime | None
    """When it closes, while it is open."""
    opens: datetime | None
    """When it opens next; None: not within sixty days."""


def standing(location: Location, moment: datetime) -> Standing:
    """Whether it is open at a moment, until when, and when it opens next."""
    there = moment.astimezone(ZoneInfo(location.timezone))
    for opening, closing in _spans_from(location, there.date() - timedelta(days=1)):
        if opening <= there < closing:
            return Standing(True, closing, None)
        if opening > there:
            return Standing(False, None, opening)
    return Standing(False, None, None)


def open_at(location: Location, day: date, clock: time) -> bool:
    """Whether it is open at a time of a local day."""
    moment = datetime.combine(day, clock, ZoneInfo(location.timezone))
    return standing(location, moment).open


def weekdays_open_at(location: Location, clock: time) -> list[Weekday]:
    """The weekdays on which it is open at a time of day, by its usual hours."""
    said = f"{clock:%H:%M}"
    return [
        day
        for day in WEEKDAYS
        if any(opens <= said < closes for opens, closes in location.hours.get(day, ()))
    ]


def hours_of(location: Location, day: date) -> tuple[Span, ...]:
    """Its hours on a day, exceptions counted."""
    return spans_on(location.hours, day, location.exceptions)


def _spans_from(location: Location, day: date) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(location.timezone)
    for one in (day + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS)):
        for opens, closes in hours_of(location, one):
            yield moment_on(one, opens, zone), moment_on(one, closes, zone)
