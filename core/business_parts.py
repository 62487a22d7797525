"""The scalars that business files are written in: amounts, relative days, opening hours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

CENTS = "_cents"
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[str, str]
"""Opening and closing, both `HH:MM` of the local day; `24:00` is the day's end."""


class Part(BaseModel):
    """A frozen value read from a business file.

    A field `x_cents` is written `x` in the file, as an amount in whole units (`price: 189.00`). Unknown
    keys are refused by name, so that the error can propose the right one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _file_keys(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        read: dict[str, object] = {}
        for key, value in data.items():
            if key in cls.model_fields:
                read[key] = value
            elif f"{key}{CENTS}" in cls.model_fields:
                read[f"{key}{CENTS}"] = None if value is None else cents_of(key, value)
            else:
                raise PydanticCustomError(
                    "unknown_key", "unknown key", {"key": str(key), "known": file_keys(cls)}
                )
        return read


def file_keys(model: type[BaseModel]) -> list[str]:
    """The keys that a file may write for this model."""
    return [name.removesuffix(CENTS) for name in model.model_fields]


def cents_of(key: str, value: object) -> int:
    """`189.00` of a file as 18900. PydanticCustomError when it is no amount with at most two decimals."""
    try:
        cents = Decimal(str(value)) * 100
    except InvalidOperation:
        cents = Decimal("0.5")
    if isinstance(value, bool) or not cents.is_finite() or cents != cents.to_integral_value():
        raise PydanticCustomError(
            "amount",
            "an amount with at most two decimals, such as 189.00",
            {"key": key, "found": repr(value)},
        )
    return int(cents)


_WHEN = re.compile(r"([+-]?)(\d{1,5})([dwy])(?: (\d\d):(\d\d))?")
_UNIT_DAYS = {"d": 1, "w": 7, "y": 365}


@dataclass(frozen=True)
class When:
    """A moment relative to the seed day: `-12d`, `-3d 14:20`, `+2d`, `-4y`."""

    days: int
    at_time: time | None = None

    @classmethod
    def parse(cls, value: object) -> "When":
        """The moment that a file writes. ValueError says the form."""
        if isinstance(value, When):
            return value
        match = _WHEN.fullmatch(str(value))
        if match is None:
            raise ValueError("days from the seed day, such as -12d, '-3d 14:20' or +2d")
        sign, count, unit, hour, minute = match.groups()
        days = int(count) * _UNIT_DAYS[unit] * (-1 if sign == "-" else 1)
        return cls(days, time(int(hour), int(minute)) if hour else None)

    def day(self, seed_day: date) -> date:
        """The calendar day."""
        return seed_day + timedelta(days=self.days)

    def at(self, seed_day: date, timezone: str, otherwise: time = time(12)) -> datetime:
        """The moment in UTC; `otherwise` is the local time of day where the file gives none."""
        local = datetime.combine(self.day(seed_day), self.at_time or otherwise, ZoneInfo(timezone))
        return local.astimezone(UTC)


RelativeDay = Annotated[When, BeforeValidator(When.parse)]

_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_HOURS_FORM = "hours such as '10:00-19:00', '09:00-12:30, 13:30-18:00' or closed"


def parse_spans(value: object) -> object:
    """`10:00-13:00, 14:00-19:00` or `closed` as pairs; pairs stay as they are."""
    if not isinstance(value, str):
        return value
    if value == "closed":
        return ()
    spans: list[Span] = []
    for part in value.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise ValueError(_HOURS_FORM)
        opening, closing = part.strip().split("-")
        if opening >= closing or (spans and spans[-1][1] > opening):
            raise ValueError(f"{_HOURS_FORM}, each later than the one before")
        spans.append((opening, closing))
    return tuple(spans)


def days_of(key: str) -> tuple[Weekday, ...]:
    """The days that `sat` or `mon-fri` covers; none when it is neither."""
    first, _, last = key.partition("-")
    covered = WEEKDAYS[WEEKDAYS.index(first) :] if first in WEEKDAYS else ()
    last = last or first
    return covered[: covered.index(last) + 1] if last in covered else ()


def _expand_days(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    days: dict[str, object] = {}
    for key, spans in value.items():
        covered = days_of(str(key))
        if not covered:
            raise PydanticCustomError(
                "unknown_key", "unknown key", {"key": str(key), "known": [*WEEKDAYS, "mon-fri"]}
            )
        days |= dict.fromkeys(covered, spans)
    return {day: days.get(day, ()) for day in WEEKDAYS}


Spans = Annotated[tuple[Span, ...], BeforeValidator(parse_spans)]
Hours = Annotated[dict[Weekday, Spans], BeforeValidator(_expand_days)]
"""All seven days, each with its spans (none: closed). Files may write ranges: `mon-fri: 09:00-18:00`."""


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValueError("a time zone such as Europe/Dublin") from None
    return value


Timezone = Annotated[str, BeforeValidator(lambda value: _known_zone(str(value)))]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
