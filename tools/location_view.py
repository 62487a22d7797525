"""Locations as people read them: address, hours, open or closed, distance, and whose clock counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.business import WEEKDAYS, Location, Span, Weekday
from core.shapes import Json
from tools import show
from tools.context import ToolContext
from tools.location_hours import Standing, hours_of, open_at, standing, weekdays_open_at
from tools.named_days import name_of
from tools.towns import Town
from tools.words import words

_MOST_DAYS = 7


@dataclass(frozen=True)
class Asked:
    """The days and the time of day that are asked about."""

    first: date
    last: date
    clock: time | None
    named: bool
    """The customer named a day; else it is today."""
    holiday: str | None
    """The name that they called it by."""


def location_view(
    context: ToolContext, location: Location, asked: Asked, distance: int | None, town: Town | None
) -> Json:
    """One location with its hours on the asked days; `today` and `open_now` whatever was asked."""
    now = context.uow.now.astimezone(ZoneInfo(location.timezone))
    stands = standing(location, now)
    days = [_day(location, day, now.date(), asked.holiday) for day in _days(asked)]
    return {
        "id": location.id,
        "name": location.name,
        "address": words().fill(
            "form", "place", location.model_dump(include={"address", "postcode", "town"})
        ),
        "town": location.town,
        "country": location.country,
        "phone": location.phone,
        "about": location.about or None,
        "timezone": location.timezone,
        "local_time": f"{now:%H:%M}",
        "open_now": stands.open,
        "now_words": _now_words(stands, now),
        "today": _spans(hours_of(location, now.date())),
        "days": days,
        "days_words": ", ".join(words().fill("form", "day_hours", day) for day in days),
        "open_that_day": any(day["open"] for day in days),
        **_at(location, asked),
        "week": week_words(location),
        "distance_km": distance,
        "clock_note": clock_note(location, town, now),
    }


def clock_note(location: Location, town: Town | None, now: datetime) -> str | None:
    """`New York City is 5 hours behind Dublin` where the customer's clock shows another time."""
    if town is None:
        return None
    apart = _offset(town.timezone, now) - _offset(location.timezone, now)
    if not apart:
        return None
    hours = f"{abs(apart) / timedelta(hours=1):g}"
    key = "clock_ahead" if apart > timedelta() else "clock_behind"
    return words().fill("form", key, {"there": town.name, "here": location.town, "hours": hours})


def week_words(location: Location) -> str:
    """Seven days, equal neighbours together: `Monday to Friday 10:00 to 18:00, Sunday closed`."""
    runs: list[list[Weekday]] = []
    for day in WEEKDAYS:
        if runs and location.hours.get(runs[-1][0], ()) == location.hours.get(day, ()):
            runs[-1].append(day)
        else:
            runs.append([day])
    said = []
    for run in runs:
        first, last = weekday_words(run[0]), weekday_words(run[-1])
        days = first if len(run) == 1 else words().fill("form", "days", {"first": first, "last": last})
        said.append(f"{days} {_spans(location.hours.get(run[0], ()))}")
    return ", ".join(said)


def weekday_words(day: Weekday) -> str:
    """`Monday`."""
    monday = date(2024, 1, 1)
    return f"{monday + timedelta(days=WEEKDAYS.index(day)):%A}"


def _days(asked: Asked) -> list[date]:
    length = (asked.last - asked.first).days + 1
    return [asked.first + timedelta(days=ahead) for ahead in range(min(length, _MOST_DAYS))]


def _day(location: Location, day: date, today: date, called: str | None) -> Json:
    spans = hours_of(location, day)
    own = next((one.name for one in location.exceptions if one.date in (f"{day}", f"{day:%m-%d}")), None)
    return {
        "day": show.day(day, today),
        "day_iso": day.isoformat(),
        "holiday": own or called or name_of(day, [location.country]),
        "special": own is not None,
        "open": bool(spans),
        "hours": _spans(spans),
    }


def _at(location: Location, asked: Asked) -> Json:
    """Whether it is open at the asked time: on the asked days, or else on which weekdays."""
    if asked.clock is None:
        return {"at": None, "open_at": None, "open_at_words": None}
    clock = f"{asked.clock:%H:%M}"
    if asked.named:
        fitting = [day for day in _days(asked) if open_at(location, day, asked.clock)]
        return {"at": clock, "open_at": bool(fitting), "open_at_words": ", ".join(f"{d:%A}" for d in fitting)}
    days = weekdays_open_at(location, asked.clock)
    return {"at": clock, "open_at": bool(days), "open_at_words": ", ".join(map(weekday_words, days))}


def _now_words(stands: Standing, now: datetime) -> str:
    """`open now, until 18:00`, `closed now, opens today at 10:00`."""
    if stands.closes is not None:
        return words().fill("form", "open_until", {"time": _clock(stands.closes)})
    if stands.opens is None:
        return words().fill("form", "closed_now")
    if stands.opens.date() == now.date():
        return words().fill("form", "opens_today", {"time": _clock(stands.opens)})
    return words().fill("form", "opens_on", {"moment": show.moment(stands.opens, now)})


def _clock(moment: datetime) -> str:
    """A day's end is said as 24:00."""
    return "24:00" if moment.time() == time() else f"{moment:%H:%M}"


def _spans(spans: Sequence[Span]) -> str:
    if not spans:
        return words().fill("form", "closed")
    said = [words().fill("form", "span", {"opens": opens, "closes": closes}) for opens, closes in spans]
    return words().fill("form", "and").join(said)


def _offset(timezone: str, now: datetime) -> timedelta:
    return now.astimezone(ZoneInfo(timezone)).utcoffset() or timedelta()
