"""Times of day in words: `after four`, `half past two`, `16:30`, `in the morning`."""

import re
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from tools.clock_words import ClockWords, clock_words

Bound = Literal["at", "after", "before"]
_NOON = 12
_RELATIVE = {"half past": 30, "half": 30, "quarter past": 15, "quarter to": -15}


@dataclass(frozen=True)
class Clock:
    """Times of day that were named: exactly, or as bounds."""

    at: time | None = None
    after: time | None = None
    before: time | None = None


def take_clock(text: str, otherwise: Bound = "at") -> tuple[Clock, str]:
    """The times of day in a text, and the text without them. A time without a bound is one of `otherwise`."""
    words = clock_words()
    clock = Clock()
    text = words.range_of_clocks.sub(rf"{words.after[0]} \1 {words.before[0]} ", text)
    part = words.part_of_day.search(text)
    if part:
        start, end = words.part(part[1])
        clock = Clock(after=start, before=end)
        text = _without(text, part)
    for match in list(words.clock.finditer(text)):
        if _is_time(words, match, text):
            clock = _with(clock, _bound(words, match, otherwise), _time(words, match, clock))
            text = text.replace(match[0], " ", 1)
    return clock, text


def _is_time(words: ClockWords, match: re.Match[str], text: str) -> bool:
    """A bare number is a time only after a word such as `at`, and not before a month."""
    if any(match[name] for name in ("named", "minute", "spoken", "half", "oclock", "relative")):
        return True
    return bool(match["bound"]) and not text[match.end() :].strip().startswith(words.months)


def _bound(words: ClockWords, match: re.Match[str], otherwise: Bound) -> Bound:
    said = match["bound"]
    if said in words.after:
        return "after"
    if said in words.before:
        return "before"
    return otherwise


def _time(words: ClockWords, match: re.Match[str], clock: Clock) -> time:
    if match["named"]:
        return time.fromisoformat(words.named[match["named"]])
    minutes = _hour(words, match, clock) * 60 + _minute(words, match)
    return time(minutes // 60 % 24, minutes % 60)


def _hour(words: ClockWords, match: re.Match[str], clock: Clock) -> int:
    said = match["hour"]
    hour = words.hours.get(said) or int(said)
    half = (match["half"] or "").replace(".", "")
    if half:
        return hour % _NOON + (_NOON if half == "pm" else 0)
    written_out = bool(match["minute"]) and (len(said) > 1 or hour > _NOON)
    later_part = clock.after is not None and clock.after.hour >= _NOON
    if hour < _NOON and not written_out and (hour < words.first_hour or later_part):
        return hour + _NOON
    return min(hour, 23)


def _minute(words: ClockWords, match: re.Match[str]) -> int:
    if match["relative"]:
        return _RELATIVE[match["relative"]]
    if match["spoken"]:
        return words.minutes[match["spoken"]]
    return int(match["minute"] or 0)


def _with(clock: Clock, bound: Bound, value: time) -> Clock:
    if bound == "at":
        return replace(clock, at=value)
    return replace(clock, after=value) if bound == "after" else replace(clock, before=value)


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " + text[match.end() :]
