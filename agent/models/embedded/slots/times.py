"""Times of day in the customer's words, and moments that were offered and are chosen from."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from agent.models.embedded.slots.days import read_days, without_dates
from agent.models.embedded.slots.heard import Heard, denied

_HOURS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_HOUR = rf"(?:\d{{1,2}}|{'|'.join(_HOURS)})"
_CLOCK = re.compile(
    rf"\b(?P<lead>make (?:it|that|this)|after|from|since|past|before|until|till|by|at|around|about|between"
    rf"|and|to|@|-)?\s*"
    rf"(?:(?P<part>half past|quarter past|quarter to)\s+)?"
    rf"(?P<hour>{_HOUR})(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>a\.?m\b\.?|p\.?m\b\.?|o'?clock)?"
    rf"(?P<of_day>\s*(?:o'?clock\s*)?(?:in the (?:morning|afternoon|evening)|at night|tonight))?",
    re.IGNORECASE,
)
_PARTS = {
    "morning": ("00:00", "12:00"),
    "afternoon": ("12:00", "18:00"),
    "evening": ("17:00", "23:59"),
    "lunch": ("12:00", "14:00"),
    "after work": ("17:00", "23:59"),
}
_NOON = re.compile(r"\b(after|before|at)?\s*(?:noon|midday)\b")
_ORDINALS = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "last": -1,
    "earliest": 0,
    "earlier": 0,
    "later": -1,
    "latest": -1,
}
_OFFERED = re.compile(r"(\d{1,2} [A-Z][a-z]+(?: \d{4})?),? at (\d{1,2}:\d\d)")
_FIRST_AFTERNOON, _LAST_AFTERNOON = 1, 7
"""Hours that mean the afternoon where neither a.m. nor p.m. is said."""


@dataclass(frozen=True)
class Times:
    """A time of day: exact, or not before and not after."""

    at: time | None = None
    after: time | None = None
    before: time | None = None

    @property
    def named(self) -> bool:
        return self != Times()


def read_times(text: str, asked: bool = False) -> Times:
    """The times of a lower-case text; empty when it names none. `asked`: a bare hour is a time, too."""
    found, text = Times(), without_dates(text)
    for words, (after, before) in _PARTS.items():
        if words in text:
            found = Times(after=time.fromisoformat(after), before=time.fromisoformat(before))
    noon = _NOON.search(text)
    if noon:
        found = _placed(found, noon.group(1) or "at", time(12))
    for match in _CLOCK.finditer(text):
        ends_a_span = match["lead"] in ("and", "to", "-") and found.after is not None and found.at is None
        moment = _clock(match, asked or ends_a_span)
        if moment and not denied(text, match.start("hour")):
            found = _placed(found, _lead(match, text), moment)
    return found


def read_start(heard: Heard) -> str | None:
    """The chosen moment as local ISO text: one of those just offered, else the day and hour given."""
    offers = offered(heard.before, heard.now) if heard.asked else []
    place = _ordinal(heard.plain) if offers else None
    days, times = read_days(heard.plain, heard.now), read_times(heard.plain, heard.asked and place is None)
    if offers:
        if place is not None and not times.named:
            return _iso(offers[place]) if -len(offers) <= place < len(offers) else None
        fitting = [
            one
            for one in offers
            if (days is None or days.first <= one.date() <= days.last) and _fits(one.time(), times)
        ]
        if (days or times.named) and len(fitting) == 1:
            return _iso(fitting[0])
        number = int(heard.plain) if heard.plain.strip().isdecimal() else 0
        if not fitting and 0 < number <= len(offers):
            return _iso(offers[number - 1])
    if days and days.single and times.at:
        return _iso(datetime.combine(days.first, times.at))
    return None


def offered(answer: str, now: datetime) -> list[datetime]:
    """The moments that an answer names, in order: `Tuesday 24 November at 16:00`."""
    moments = []
    for words, clock in _OFFERED.findall(answer):
        day = _day(words, now.date())
        if day:
            moments.append(datetime.combine(day, time.fromisoformat(clock.zfill(5))))
    return moments


def _day(words: str, today: date) -> date | None:
    """`24 November`, in the year given or else the next one to come."""
    for year in ("", f" {today.year}", f" {today.year + 1}"):
        try:
            day = datetime.strptime(words + year, "%d %B %Y").date()
        except ValueError:
            continue
        if year == "" or day >= today:
            return day
    return None


def _fits(moment: time, times: Times) -> bool:
    if times.at:
        return moment == times.at
    return (times.after or time.min) <= moment <= (times.before or time.max)


def _placed(found: Times, lead: str, moment: time) -> Times:
    if lead in ("after", "from", "since", "past", "between"):
        return replace(found, at=None, after=moment, before=found.before if found.before != moment else None)
    if lead in ("before", "until", "till", "by"):
        return replace(found, at=None, before=moment)
    if lead in ("and", "to", "-") and found.after and not found.at:
        return replace(found, before=moment)
    return Times(at=moment)


def _lead(match: re.Match[str], text: str) -> str:
    if match["part"]:
        return (match["lead"] or "at").lower()
    follows = text[match.end() :].lstrip()
    if not match["lead"] and follows.startswith(("or later", "onwards", "or after")):
        return "after"
    if not match["lead"] and re.match(r"(?:-|to|and)\s*\d", follows):
        return "after"
    return (match["lead"] or "at").lower()


def _clock(match: re.Match[str], asked: bool) -> time | None:
    """The moment of a match that is surely a time; None for a bare number."""
    sure = (
        match["minute"]
        or match["half"]
        or match["of_day"]
        or match["part"]
        or (match["lead"] or "") not in ("", "and", "to", "-", "about")
    )
    if not (sure or asked):
        return None
    hour = _HOURS.get(match["hour"].lower()) or int(match["hour"])
    minute = int(match["minute"] or 0)
    half = (match["half"] or "").lower().replace(".", "")
    if match["of_day"]:
        half = "am" if "morning" in match["of_day"] else "pm"
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am":
        hour %= 12
    elif _FIRST_AFTERNOON <= hour <= _LAST_AFTERNOON and not match["hour"].startswith("0"):
        hour += 12
    if hour > 23:
        return None
    return _with_part(hour, minute, (match["part"] or "").lower())


def _with_part(hour: int, minute: int, part: str) -> time:
    if part == "half past":
        return time(hour, 30)
    if part == "quarter past":
        return time(hour, 15)
    if part == "quarter to":
        return time((hour - 1) % 24, 45)
    return time(hour, minute)


def _ordinal(text: str) -> int | None:
    for word, place in _ORDINALS.items():
        if re.search(rf"\b{word}\b", text):
            return place
    number = re.search(r"\b(?:option|number|slot)\s+(\d)\b", text)
    return int(number[1]) - 1 if number else None


def _iso(moment: datetime | date) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
