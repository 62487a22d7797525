"""Days in the customer's words: weekdays, dates, `next week`, `in three days`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import dateparser
from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.models.embedded.slots.heard import denied

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?(?![\d:]))\b"
)
_NAMED_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}\b"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?![:.]\d)(?:,?\s+\d{{4}}\b)?)"
)
_ORDINAL = re.compile(
    r"\b(?:on\s+)?the\s+(\d{1,2})(?:st|nd|rd|th)\b|\b(\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:floor|one|slot))"
)
_IN = re.compile(r"\bin\s+(an?|one|two|three|four|five|six|\d{1,2})\s+(day|week|month)s?\b")
_COUNT = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WORD = re.compile(r"[a-z]+")
_WEEKDAY = re.compile(r"\b(next|this|coming|last)?\s*([a-z]{3,10})\b")
_ORDINAL_WEEK = 7
_TYPO = 0.8


@dataclass(frozen=True)
class Days:
    """A day, or the days from one to another, both included."""

    first: date
    last: date

    @property
    def single(self) -> bool:
        return self.first == self.last


def read_days(text: str, now: datetime) -> Days | None:
    """The last days named in a lower-case text that lie today or later; None when none is."""
    today = now.date()
    found = [
        (place, days)
        for place, days in _mentions(text, today)
        if days.last >= today and not denied(text, place)
    ]
    if not found:
        return None
    days = max(found, key=lambda one: one[0])[1]
    return Days(max(days.first, today), days.last)


def without_days(text: str) -> str:
    """The text without the names of weekdays and dates."""
    kept = [word for word in text.split() if _weekday(re.sub(r"\W", "", word.lower())) is None]
    return _DATE.sub(" ", " ".join(kept))


def without_dates(text: str) -> str:
    """The text without dates, whose numbers are no times of day."""
    return _ORDINAL.sub(" ", _NAMED_DATE.sub(" ", text))


def dated(text: str, now: datetime, names: Mapping[str, str]) -> str:
    """The text with `today`, `now`, `tomorrow` and feast days replaced by a weekday or a date."""
    words = dict(names)
    today, tomorrow = now.weekday(), (now.weekday() + 1) % 7
    words |= dict.fromkeys(("today", "tonight", "right now", "now"), WEEKDAYS[today].title())
    words["tomorrow"] = WEEKDAYS[tomorrow].title()
    for name, day in words.items():
        text = re.sub(rf"\b{re.escape(name)}\b", f"on {day}", text, flags=re.IGNORECASE)
    return re.sub(r"\bon on\b", "on", text)


def _mentions(text: str, today: date) -> list[tuple[int, Days]]:
    """All mentions with their places. A date wins over a weekday beside it."""
    dates = _dates(text, today)
    if dates:
        return dates
    return _weekdays(text, today) or _relative(text, today)


def _dates(text: str, today: date) -> list[tuple[int, Days]]:
    found = []
    for match in _DATE.finditer(text):
        day = _parsed(match.group(0), today)
        if day:
            found.append((match.start(), Days(day, day)))
    if not found:
        for match in _ORDINAL.finditer(text):
            day = _day_of_month(int(match.group(1) or match.group(2)), today)
            if day:
                found.append((match.start(), Days(day, day)))
    return found


@lru_cache(maxsize=1024)
def _parsed(words: str, today: date) -> date | None:
    iso = re.fullmatch(r"\d{4}-\d\d-\d\d", words)
    settings = {
        "RELATIVE_BASE": datetime.combine(today, datetime.min.time()),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "YMD" if iso else "DMY",
    }
    read = dateparser.parse(words.replace(" of ", " "), languages=["en"], settings=settings)
    return read.date() if read else None


def _day_of_month(number: int, today: date) -> date | None:
    """The next day with this number in a month."""
    day = today
    for _ in range(62):
        if day.day == number:
            return day
        day += timedelta(days=1)
    return None


def _weekdays(text: str, today: date) -> list[tuple[int, Days]]:
    found = []
    next_week = "next week" in text
    for match in _WEEKDAY.finditer(text):
        number = _weekday(match.group(2))
        if number is None or match.group(1) == "last":
            continue
        # As the tools read it: a weekday is its next occurrence after today.
        ahead = (number - today.weekday() - 1) % 7 + 1
        if next_week:
            ahead = 7 - today.weekday() + number
        elif match.group(1) == "this" and number == today.weekday():
            ahead = 0
        day = today + timedelta(days=ahead)
        found.append((match.start(), Days(day, day)))
    return found


def _weekday(word: str) -> int | None:
    """0 for Monday; a letter wrong or left out is forgiven in whole names."""
    if word in _SHORT:
        return _SHORT[word]
    if word.endswith("s") and word[:-1] in WEEKDAYS:
        return WEEKDAYS.index(word[:-1])
    if "day" not in word[-4:] and not word.endswith("dy"):
        return None
    near = process.extractOne(word, WEEKDAYS, scorer=OSA.normalized_similarity, score_cutoff=_TYPO)
    return WEEKDAYS.index(near[0]) if near and word != "today" else None


def _relative(text: str, today: date) -> list[tuple[int, Days]]:
    monday = today - timedelta(days=today.weekday())
    spans = {
        "day after tomorrow": (2, 2),
        "tomorrow": (1, 1),
        "tomorow": (1, 1),
        "tommorow": (1, 1),
        "tmrw": (1, 1),
        "today": (0, 0),
        "tonight": (0, 0),
        "this week": (0, 6 - today.weekday()),
        "next week": ((monday - today).days + 7, (monday - today).days + 13),
        "weekend": ((monday - today).days + 5, (monday - today).days + 6),
    }
    found: list[tuple[int, Days]] = []
    for words, (first, last) in spans.items():
        place = text.find(words)
        if place >= 0 and not any(place >= other and place < other + 18 for other, _ in found):
            shift = 7 if words == "weekend" and "next weekend" in text else 0
            found.append((place, _shifted(today, first + shift, last + shift)))
    found += [(match.start(), _in(match, today)) for match in _IN.finditer(text)]
    month = text.find("next month")
    if month >= 0:
        found.append((month, _next_month(today)))
    return found


def _in(match: re.Match[str], today: date) -> Days:
    count = _COUNT.get(match[1]) or int(match[1])
    unit = {"day": 1, "week": 7, "month": 30}[match[2]]
    width = 0 if match[2] == "day" else 6
    return _shifted(today, count * unit, count * unit + width)


def _next_month(today: date) -> Days:
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Days(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def _shifted(today: date, first: int, last: int) -> Days:
    return Days(today + timedelta(days=first), today + timedelta(days=last))
