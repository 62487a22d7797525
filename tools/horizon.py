"""Amounts of money and distances in time, as customers name them roughly: pure functions over data."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml
from text_to_num import alpha2digit

from tools.when import read_when

WORDS_FILE = Path(__file__).parent / "horizon_words.yaml"
_RANGE = re.compile(r"\s*(?:-|–|to|and|or)\s*")
_LONGEST = 4
"""Words of a date: `the 3rd of March`."""


@dataclass(frozen=True)
class _Words:
    month_day: dict[str, str]
    days: dict[str, int]
    span: re.Pattern[str]
    single: re.Pattern[str]
    dated: re.Pattern[str]
    units: dict[str, int]
    amount: re.Pattern[str]
    many: dict[str, int]
    joined: re.Pattern[str]
    money: re.Pattern[str]


@cache
def _words() -> _Words:
    data = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    signs = [re.escape(word) for word in data["money"] if not word.isalpha()]
    named = [word for word in data["money"] if word.isalpha()]
    many = "|".join(sorted(data["many"], key=len, reverse=True))
    return _Words(
        data["month_day"],
        data["days"],
        re.compile(rf"(\d+)(?:\s*(?:-|to|or)\s*(\d+))?\s*({'|'.join(data['units'])})s?\b"),
        re.compile(rf"\ban? ({'|'.join(data['units'])})\b"),
        re.compile(data["dated"]),
        data["units"],
        re.compile(rf"(\d{{1,3}}(?:[,. ]\d{{3}})+|\d+)(?:[.,](\d{{1,2}}))?(?!\d)\s*({many})?\b"),
        data["many"],
        re.compile(rf"(\d)\s+({many})\b"),
        re.compile(rf"{'|'.join(signs)}|\b(?:{'|'.join(named)})\b|\d\s*(?:{many})\b"),
    )


def in_digits(text: str, language: str) -> str:
    """The text with its number words as digits: `two months` is `2 months`."""
    return str(alpha2digit(text, language, 0))


def read_amount(text: str, language: str, *, marked: bool = False) -> int | None:
    """The largest amount that a text names, in cents: `between 5 and 10k` is ten thousand. None for none.

    `marked`: only where a currency or a word such as `thousand` says that it is money.
    """
    words = _words()
    plain = in_digits(words.joined.sub(r"\1\2", text.casefold()), language)
    if marked and not words.money.search(plain):
        return None
    found = list(words.amount.finditer(plain))
    amounts = [_cents(words, one, _shared(plain, one, after)) for one, after in pairwise([*found, None])]
    return max(amounts, default=None)


def _shared(plain: str, one: re.Match[str] | None, after: re.Match[str] | None) -> str | None:
    """The unit of the number that ends the same range: `5 to 10k` begins at five thousand."""
    if one is None or after is None or not _RANGE.fullmatch(plain, one.end(), after.start()):
        return None
    return after[3]


def _cents(words: _Words, found: re.Match[str] | None, shared: str | None) -> int:
    assert found is not None
    whole = int(re.sub(r"\D", "", found[1]))
    share = int((found[2] or "0").ljust(2, "0"))
    return (whole * 100 + share) * words.many.get(found[3] or shared or "", 1)


def read_days_ahead(text: str, now: datetime, country: str, language: str) -> int | None:
    """How many days ahead the last day lies that a text names: `within six weeks` is 42. None for none.

    `now` stands on the shop's clock. A time that is past counts as none.
    """
    words = _words()
    plain = in_digits(words.single.sub(r"1 \1", text.casefold()), language)
    span = words.span.search(plain)
    if span is not None:
        return int(span[2] or span[1]) * words.units[span[3]]
    for phrase, days in sorted(words.days.items(), key=lambda one: -len(one[0])):
        if re.search(rf"\b{re.escape(phrase)}\b", plain):
            return days
    for phrase, day in sorted(words.month_day.items(), key=lambda one: -len(one[0])):
        if re.search(rf"\b{re.escape(phrase)}\b", plain):
            return (_next(day, now.date()) - now.date()).days
    return _by_date(plain, now, country)


def _next(month_day: str, today: date) -> date:
    month, day = map(int, month_day.split("-"))
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _by_date(plain: str, now: datetime, country: str) -> int | None:
    """A date by the longest run of words that is one: the sentence around it tells none."""
    parts = plain.replace(",", " ").split()
    for size in range(min(_LONGEST, len(parts)), 0, -1):
        for start in range(len(parts) - size + 1):
            phrase = " ".join(parts[start : start + size]).strip(".!?")
            if not _words().dated.search(phrase):
                continue
            period = read_when(phrase, now, country)
            if period is not None and period.last is not None:
                ahead = (period.last - now.date()).days
                return ahead if ahead >= 0 else None
    return None
