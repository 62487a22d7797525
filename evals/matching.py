"""Whether a value, a row or a set of rows is what a case expects. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from core.shapes import Json
from evals.case import Expected, Row

_BOUNDS = {"after", "before"}


def fits(expected: Expected, actual: object) -> bool:
    """Text compares without case, numbers by value, a list as any of, `{after, before}` as bounds."""
    if isinstance(expected, list):
        return any(fits(one, actual) for one in expected)
    if isinstance(expected, dict):
        return _within(expected, actual) if expected.keys() <= _BOUNDS else _same_keys(expected, actual)
    if expected is None or isinstance(expected, bool):
        return expected is actual
    number = _number(expected)
    if number is not None and (other := _number(actual)) is not None:
        return number == other
    return _plain(str(expected)) == _plain(str(actual))


def row_fits(expected: Row, actual: Json) -> bool:
    """Every column that is named fits; the others may be anything."""
    return all(name in actual and fits(value, actual[name]) for name, value in expected.items())


def unmatched(expected: Sequence[Row], actual: Sequence[Json]) -> tuple[list[Row], list[Json]]:
    """The expected rows that found none, and the rows that nobody expected. Each row serves once."""
    left, missing = list(actual), []
    for row in expected:
        found = next((one for one in left if row_fits(row, one)), None)
        if found is None:
            missing.append(row)
        else:
            left.remove(found)
    return missing, left


def says(phrase: str | list[str], text: str) -> bool:
    """Whether a text holds a phrase, or one of several."""
    if isinstance(phrase, list):
        return any(says(one, text) for one in phrase)
    if len(phrase) > 2 and phrase.startswith("/") and phrase.endswith("/"):
        return re.search(phrase[1:-1], text, re.IGNORECASE) is not None
    return phrase.casefold() in text.casefold()


def _within(bounds: Mapping[str, object], actual: object) -> bool:
    value = str(actual)
    after, before = bounds.get("after"), bounds.get("before")
    return (after is None or value >= str(after)) and (before is None or value <= str(before))


def _same_keys(expected: Mapping[str, object], actual: object) -> bool:
    if not isinstance(actual, Mapping) or expected.keys() != actual.keys():
        return False
    return all(fits(value, actual[name]) for name, value in expected.items())  # type: ignore[arg-type]


def _plain(text: str) -> str:
    """Without case; a phone number without the blanks that people write into it."""
    text = text.casefold().strip()
    return re.sub(r"[^+\d]", "", text) if re.fullmatch(r"\+[\d ()/.-]+", text) else text


def _number(value: object) -> Decimal | None:
    """The number that a value is; codes such as `+353…` and `01067` are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
