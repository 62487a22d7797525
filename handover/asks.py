"""What a customer is asked for, and what they have said: read from words, by the patterns of `asks.yaml`."""

import re
from functools import cache, lru_cache
from pathlib import Path

from pydantic import field_validator

from core.business import Business
from core.business_parts import Part
from core.shapes import Json, ToolRun
from core.yaml_lines import read_yaml

FILE = Path(__file__).parent / "asks.yaml"
CONFIRM = "confirm"
"""A question for a yes: it asks for nothing that could have been said before."""
Places = tuple[str, ...]
_SENTENCE = re.compile(r"(?<=[.?!:])\s+|\n+")
_NOWHERE = r"(?!)"


class Kind(Part):
    """One thing that may be asked for."""

    asked: str
    said: str | None = None
    missing: tuple[str, ...] = ()

    @field_validator("asked", "said")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        re.compile(value or "")
        return value


class Asks(Part):
    """The file's content."""

    asking: str
    not_told: str
    kinds: dict[str, Kind]
    rejected: list[str]


@cache
def asks() -> Asks:
    return read_yaml(FILE).parse(Asks)


def places_of(business: Business) -> Places:
    """The names by which a business's locations are called."""
    return tuple(dict.fromkeys(name for one in business.locations for name in (one.town, one.name)))


def asked_in(text: str, places: Places = ()) -> list[str]:
    """The kinds that a message asks for. "Shall I change your phone number?" asks for a yes."""
    asking = [one for one in _SENTENCE.split(text) if _pattern(asks().asking).search(one.strip())]
    return list(dict.fromkeys(kind for one in asking for kind in _kinds_of(one, places)))


def said_in(text: str, places: Places = ()) -> list[str]:
    """The kinds whose value a customer's message holds."""
    kinds = asks().kinds.items()
    return [name for name, kind in kinds if kind.said and _pattern(kind.said, places).search(text)]


def answered_in(text: str, asked: list[str]) -> list[str]:
    """Of what was asked last, the kinds that a message answers, though no pattern sees the value."""
    if _pattern(asks().not_told).search(text):
        return []
    return [kind for kind in asked if kind in asks().kinds and asks().kinds[kind].said is None]


def missed_by(tools: list[ToolRun]) -> list[str]:
    """The kinds that the turn's last tool call was refused for."""
    result = tools[-1].result if tools else None
    if not isinstance(result, dict) or result.get("ok"):
        return []
    missing = set(result.get("missing") or [])
    found = [name for name, kind in asks().kinds.items() if missing & set(kind.missing)]
    return [*found, CONFIRM] if result.get("error") == "needs_confirmation" else found


def taken_from(arguments: Json, words: str) -> list[str]:
    """The kinds that a tool was given and that stand in the customer's own words."""
    said = words.casefold()
    texts = {name: one.casefold() for name, one in arguments.items() if isinstance(one, str) and one}
    given = {name for name, one in texts.items() if one in said}
    return [name for name, kind in asks().kinds.items() if given & set(kind.missing)]


def _kinds_of(sentence: str, places: Places) -> list[str]:
    kinds = asks().kinds.items()
    found = [name for name, kind in kinds if _pattern(kind.asked, places).search(sentence)]
    return [CONFIRM] if CONFIRM in found else found


@lru_cache(maxsize=256)
def _pattern(pattern: str, places: Places = ()) -> re.Pattern[str]:
    named = "|".join(map(re.escape, places)) or _NOWHERE
    return re.compile(pattern.replace("{places}", named), re.IGNORECASE)
