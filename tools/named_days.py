"""Days that have a name: a business's own holidays, then those of `named_days.yaml`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from dateutil.easter import easter  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.business_facts import HoursException
from core.business_parts import WEEKDAYS, Weekday
from tools.towns import folded

FILE = Path(__file__).parent / "named_days.yaml"
_WEEK = 7


class _Rule(BaseModel):
    """One day of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    also: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    yearly: str | None = None
    easter: int | None = None
    nth: int | None = None
    weekday: Weekday | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    plus: int = 0

    def day(self, year: int) -> date:
        """Its date in a year."""
        if self.yearly is not None:
            return date.fromisoformat(f"{year}-{self.yearly}")
        if self.easter is not None:
            return date.fromisoformat(easter(year).isoformat()) + timedelta(days=self.easter)
        return self._weekday_of(year) + timedelta(days=self.plus)

    def _weekday_of(self, year: int) -> date:
        nth, month, weekday = self.nth or 1, self.month or 1, WEEKDAYS.index(self.weekday or "mon")
        if nth > 0:
            first = date(year, month, 1)
            return first + timedelta(days=(weekday - first.weekday()) % _WEEK + (nth - 1) * _WEEK)
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % _WEEK - (nth + 1) * _WEEK)


@dataclass(frozen=True)
class NamedDay:
    """A day with the name that it goes by."""

    name: str
    day: date


def named_day(
    text: str, today: date, countries: Sequence[str], own: Iterable[HoursException] = ()
) -> NamedDay | None:
    """The next day, today included, that a text names: the longest name in it, `own` days first.

    A name that is another day elsewhere is that of the first of `countries` which has one of its own.
    """
    said = _plain(text)
    mine = [NamedDay(one.name, _next_of(one, today)) for one in own if _is_in(one.name, said)]
    if mine:
        return max(mine, key=lambda one: len(one.name))
    rules = [(len(name), rule) for rule in _rules() for name in _names(rule) if _is_in(name, said)]
    if not rules:
        return None
    longest = max(length for length, _ in rules)
    rule = _of_country([rule for length, rule in rules if length == longest], countries)
    return None if rule is None else NamedDay(rule.name, _next(rule, today))


def name_of(day: date, countries: Sequence[str]) -> str | None:
    """What a day is called in the first of `countries`; None for a plain one."""
    for rule in _rules():
        if rule.day(day.year) == day and (not rule.countries or set(rule.countries) & set(countries[:1])):
            return rule.name
    return None


def _of_country(rules: Sequence[_Rule], countries: Sequence[str]) -> _Rule | None:
    for country in countries:
        for rule in rules:
            if country in rule.countries:
                return rule
    return next((rule for rule in rules if not rule.countries), rules[0] if rules else None)


def _names(rule: _Rule) -> tuple[str, ...]:
    return rule.name, *rule.also


def _next(rule: _Rule, today: date) -> date:
    return next(day for year in (today.year, today.year + 1) if (day := rule.day(year)) >= today)


def _next_of(one: HoursException, today: date) -> date:
    if len(one.date) > len("12-25"):
        return date.fromisoformat(one.date)
    days = (date.fromisoformat(f"{year}-{one.date}") for year in _leap_safe(one.date, today.year))
    return next(day for day in days if day >= today)


def _leap_safe(written: str, year: int) -> Iterable[int]:
    """Years from `year` on in which that date exists."""
    leap = written == "02-29"
    return (one for one in range(year, year + 9) if not leap or (one % 4 == 0 and one % 100 != 0))


def _is_in(name: str, said: str) -> bool:
    return re.search(rf"\b{re.escape(_plain(name))}\b", said) is not None


def _plain(text: str) -> str:
    """Small letters and no apostrophes: `st stephens day`."""
    return folded(re.sub(r"['’`]", "", text))


@cache
def _rules() -> tuple[_Rule, ...]:
    return TypeAdapter(tuple[_Rule, ...]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))
