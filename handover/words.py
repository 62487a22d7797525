"""Words that `handover` puts together itself, read once from `words.yaml`: times, places, desk lines."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import yaml

from core.business import WEEKDAYS
from core.wordings import BASE_LANGUAGE

WORDS_FILE = Path(__file__).parent / "words.yaml"
Words = Mapping[str, Mapping[str, str]]


@cache
def _file() -> Mapping[str, Words]:
    return cast(Mapping[str, Words], yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8")))


def _language(locale: str) -> Words:
    language = _file()["customer"].get(locale.partition("-")[0])
    return cast(Words, language or _file()["customer"][BASE_LANGUAGE])


def desk(section: str, key: str | None, **values: object) -> str:
    """A line for people at the desk: `key` of a section, or its `default`."""
    texts = _file()["desk"][section]
    return texts.get(key or "default", texts["default"]).format_map(
        {"comma_customer": f", {values['customer']}" if values.get("customer") else "", **values}
    )


def place(position: int, locale: str) -> str:
    """A place in the queue: `1st`."""
    places = _language(locale)["place"]
    return places.get(str(position), places["other"]).format(position=position)


def moment(when: datetime, now: datetime, timezone: str, locale: str) -> str:
    """A time to come, in the shop's time zone: `today at 16:00`, `Tuesday 24 November at 10:00`."""
    texts = _language(locale)
    zone = ZoneInfo(timezone)
    local = when.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    key = {0: "today", 1: "tomorrow"}.get(days, "day")
    return texts["moment"][key].format(
        clock=f"{local:%H:%M}",
        day=local.day,
        weekday=texts["weekday"][WEEKDAYS[local.weekday()]],
        month=texts["month"][str(local.month)],
    )
