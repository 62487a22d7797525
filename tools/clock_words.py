"""The words for times of day and days: read once from `clock_words.yaml`."""

import re
from collections.abc import Iterable
from datetime import time
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

WORDS_FILE = Path(__file__).parent / "clock_words.yaml"


class ClockWords(BaseModel):
    """Lists of words, and the patterns made of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: dict[str, int]
    minutes: dict[str, int]
    named: dict[str, str]
    parts_of_day: dict[str, tuple[str, str]]
    after: tuple[str, ...]
    before: tuple[str, ...]
    at: tuple[str, ...]
    ranges: dict[str, tuple[str, ...]]
    weekdays: tuple[tuple[str, ...], ...]
    week: dict[str, int]
    weekend: tuple[str, ...]
    filler: tuple[str, ...]
    months: tuple[str, ...]
    first_hour: int
    month_first: tuple[str, ...]

    @cached_property
    def clock(self) -> re.Pattern[str]:
        """A time of day with the word before it that makes it a bound."""
        hour = rf"(?<![\d/.:-])(?P<hour>\d{{1,2}}|{any_of(self.hours)})"
        minute = rf"(?:\s*[:.h]\s*(?P<minute>[0-5]\d)|\s+(?P<spoken>{any_of(self.minutes)}))?"
        half = r"(?:\s*(?P<half>am|pm|a\.m\.?|p\.m\.?)\b)?"
        relative = r"(?:(?P<relative>half past|quarter past|quarter to|half)\s+)?"
        named = rf"\b(?P<named>{any_of(self.named)})"
        oclock = r"(?P<oclock>\s*o'?clock)?"
        bound = rf"(?:\b(?P<bound>{any_of((*self.after, *self.before, *self.at))})\s*)?"
        return re.compile(rf"{bound}(?:{named}|{relative}\b{hour}{minute}{half}{oclock})(?![\w/-]|[.:]\d)")

    @cached_property
    def range_of_clocks(self) -> re.Pattern[str]:
        """The words around the first of two times of day."""
        return re.compile(
            rf"\b(?:{any_of(self.ranges['from'])})\s+(.{{1,12}}?)\s+(?:{any_of(self.ranges['to'])})\s+"
        )

    @cached_property
    def part_of_day(self) -> re.Pattern[str]:
        """A named part of the day."""
        return re.compile(rf"\b(?:in the )?({any_of(self.parts_of_day)})s?\b")

    @cached_property
    def weekday(self) -> re.Pattern[str]:
        """A weekday, and whether a week later is meant."""
        names = any_of(name for names in self.weekdays for name in names)
        return re.compile(rf"(?P<later>a week on |week on )?\b(?P<name>{names})\b(?P<after> week)?")

    def weekday_number(self, name: str) -> int:
        """0 for Monday."""
        return next(number for number, names in enumerate(self.weekdays) if name in names)

    def part(self, name: str) -> tuple[time, time]:
        """From when until when a part of the day lasts; midnight at its end is the last minute."""
        start, end = self.parts_of_day[name]
        return time.fromisoformat(start), time.max if end == "24:00" else time.fromisoformat(end)


def any_of(words: Iterable[str]) -> str:
    """A pattern of alternatives, longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@cache
def clock_words() -> ClockWords:
    """The words as the file has them."""
    return ClockWords.model_validate(yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8")))
