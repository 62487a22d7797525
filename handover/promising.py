"""What a reply promises, and by when: a pure reading of a person's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import yaml

from core.wordings import BASE_LANGUAGE

FILE = Path(__file__).parent / "promises.yaml"
WEEK, NOON = 7, 12
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Promised:
    """One promise, in the words in which it was made. `due` None: no time was named."""

    text: str
    due: datetime | None


@dataclass(frozen=True)
class _Language:
    contact: re.Pattern[str]
    act: re.Pattern[str]
    due_you: re.Pattern[str]
    span: re.Pattern[str]
    clock: re.Pattern[str]
    numbers: Mapping[str, float]
    units: Mapping[str, int]
    days: Mapping[str, int]
    weekdays: tuple[str, ...]
    parts: Mapping[str, str]
    ends: str


def promises_in(text: str, now: datetime, timezone: str, locale: str = BASE_LANGUAGE) -> list[Promised]:
    """The sentences that promise something. A question promises nothing, nor does what is done now."""
    language, local = _language(locale.partition("-")[0]), now.astimezone(ZoneInfo(timezone))
    found = []
    for sentence in _SENTENCE.split(text):
        plain = sentence.replace("’", "'").strip()
        if not plain or plain.endswith("?"):
            continue
        due = _due(plain.lower(), local, language)
        timed = due is not None and (language.act.search(plain) or language.due_you.search(plain))
        if language.contact.search(plain) or timed:
            found.append(Promised(plain, due))
    return found


def _due(words: str, now: datetime, language: _Language) -> datetime | None:
    """The moment by which the words say that it is done."""
    if (span := language.span.search(words)) is not None:
        said = span["number"]
        number = float(said) if said.isdigit() else language.numbers[said]
        return now + timedelta(seconds=number * language.units[span["unit"]])
    days = _days(words, now, language)
    clock = _clock(words, language)
    if days is None and clock is None:
        return None
    due = datetime.combine(
        now.date() + timedelta(days=days or 0), clock or _part(words, language), now.tzinfo
    )
    if due > now:
        return due
    return due + timedelta(days=1) if days is None else now + timedelta(hours=1)


def _days(words: str, now: datetime, language: _Language) -> int | None:
    named = [name for name in language.days if re.search(rf"\b{name}\b", words)]
    if named:
        return language.days[max(named, key=len)]
    for number, name in enumerate(language.weekdays):
        if re.search(rf"\b{name}\b", words):
            return (number - now.weekday() - 1) % WEEK + 1
    return None


def _clock(words: str, language: _Language) -> time | None:
    match = language.clock.search(words)
    if match is None or int(match["hour"]) > 23 or int(match["minute"] or 0) > 59:
        return None
    hour = int(match["hour"])
    if match["half"] == "pm" and hour < NOON:
        hour += NOON
    return time(hour, int(match["minute"] or 0))


def _part(words: str, language: _Language) -> time:
    part = next(
        (at for name, at in language.parts.items() if re.search(rf"\b{name}\b", words)), language.ends
    )
    return time.fromisoformat(part)


@cache
def _language(name: str) -> _Language:
    tables = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    table = cast(dict[str, object], tables.get(name) or tables[BASE_LANGUAGE])
    patterns = ("contact", "act", "due_you", "span", "clock")
    read = {key: re.compile(str(table[key]), re.IGNORECASE) for key in patterns}
    return _Language(**{**table, **read, "weekdays": tuple(cast(list[str], table["weekdays"]))})  # type: ignore[arg-type]
