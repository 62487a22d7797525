"""Days and times in customers' words, read on the clock of a place.

ISO is read as it stands. Else times of day and weekdays are taken by the words of `clock_words.yaml`, and
what is left is a date for dateparser. A weekday is its next occurrence after today.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import dateparser

from tools.clock import Bound, Clock, take_clock
from tools.clock_words import clock_words

_WEEK = timedelta(days=7)
_SATURDAY = 5


@dataclass(frozen=True)
class Period:
    """What words say: days from `first` to `last`, and times of day on them."""

    first: date | None
    last: date | None
    clock: Clock


def read_when(text: str, now: datetime, country: str, otherwise: Bound = "at") -> Period | None:
    """What the words mean at `now` (aware, on the place's clock). None when they say no time at all.

    `otherwise`: what a time of day without a word such as `after` means.
    """
    iso = _iso(text.strip(), now)
    if iso:
        return iso
    clock, rest = take_clock(text.casefold(), otherwise)
    days = _days(" ".join(rest.split()), now, country)
    if days is None:
        return Period(None, None, clock) if clock != Clock() and not _words(rest) else None
    return Period(*days, clock)


def read_clock(text: str, otherwise: Bound) -> Clock | None:
    """A time of day alone: `16:00`, `four`, `after four`."""
    clock, _ = take_clock(text.casefold(), otherwise)
    if clock == Clock():
        clock, _ = take_clock(f"{clock_words().at[0]} {text.casefold()}", otherwise)
    return None if clock == Clock() else clock


def _iso(text: str, now: datetime) -> Period | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    there = moment.astimezone(now.tzinfo) if moment.tzinfo else moment
    clock = Clock(at=there.time().replace(tzinfo=None)) if re.search(r"[T ]\d", text) else Clock()
    return Period(there.date(), there.date(), clock)


def _days(text: str, now: datetime, country: str) -> tuple[date, date] | None:
    """The first and the last day that the words name."""
    words, today = clock_words(), now.date()
    if any(word in text for word in words.weekend):
        saturday = max(today, today + timedelta(days=_SATURDAY - today.weekday()))
        return saturday, saturday + timedelta(days=6 - saturday.weekday())
    for phrase, weeks in words.week.items():
        if phrase in text and not words.weekday.search(text):
            monday = today - timedelta(days=today.weekday()) + weeks * _WEEK
            return max(monday, today), monday + _WEEK - timedelta(days=1)
    weekday = words.weekday.search(text)
    if weekday and not re.search(r"\d", text):
        ahead = (words.weekday_number(weekday["name"]) - today.weekday() - 1) % 7 + 1
        day = today + timedelta(days=ahead) + (_WEEK if weekday["later"] or weekday["after"] else timedelta())
        return day, day
    return _by_dateparser(text, now, country)


def _by_dateparser(text: str, now: datetime, country: str) -> tuple[date, date] | None:
    rest = " ".join(_words(text))
    if not rest:
        return None
    found = dateparser.parse(
        rest,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(now.date(), time()),
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "MDY" if country in clock_words().month_first else "DMY",
        },
    )
    if found is None:
        return None
    # A date without a year is never today to dateparser, but in a year.
    same_day = (found.month, found.day) == (now.month, now.day) and str(found.year) not in rest
    day = now.date() if same_day else found.date()
    return day, day


def _words(text: str) -> list[str]:
    """What is left without words that say nothing, and without weekdays, which a date does not need."""
    words = clock_words()
    plain = words.weekday.sub(" ", text) if re.search(r"\d", text) else text
    return [word for word in re.split(r"[\s,]+", plain) if word and word not in words.filler]
