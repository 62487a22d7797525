"""What the agent asks the customer for, read from its words and from what its tools missed."""

import re
from functools import cache
from pathlib import Path

from pydantic import field_validator

from core.business_parts import Part
from core.shapes import ToolRun
from core.yaml_lines import read_yaml

FILE = Path(__file__).parent / "asks.yaml"
CONFIRM, OFFER = "confirm", "offer"
"""Two kinds that are also known otherwise: by a tool's refusal, by the turn's decision."""
_SENTENCE = re.compile(r"(?<=[.?!:])\s+|\n+")


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
    kinds: dict[str, Kind]
    rejected: list[str]
    never_says: list[str]


@cache
def asks() -> Asks:
    return read_yaml(FILE).parse(Asks)


def known_kinds() -> list[str]:
    """Every kind that a case may answer."""
    return [*asks().kinds, OFFER]


def asked_in(text: str) -> list[str]:
    """The kinds that an agent's message asks for. "Shall I change your phone number?" asks for a yes."""
    asking = [one for one in _SENTENCE.split(text) if re.search(asks().asking, one.strip(), re.IGNORECASE)]
    found = [kind for one in asking for kind in _kinds_of(one)]
    return list(dict.fromkeys(found))


def _kinds_of(sentence: str) -> list[str]:
    kinds = asks().kinds.items()
    found = [name for name, kind in kinds if re.search(kind.asked, sentence, re.IGNORECASE)]
    return [CONFIRM] if CONFIRM in found else found


def missed_by(tools: list[ToolRun]) -> list[str]:
    """The kinds that the turn's last tool call was refused for."""
    result = tools[-1].result if tools else None
    if not isinstance(result, dict) or result.get("ok"):
        return []
    missing = set(result.get("missing") or [])
    found = [name for name, kind in asks().kinds.items() if missing & set(kind.missing)]
    return [*found, CONFIRM] if result.get("error") == "needs_confirmation" else found


def said_in(text: str) -> list[str]:
    """The kinds whose value a customer's message holds."""
    kinds = asks().kinds.items()
    return [name for name, kind in kinds if kind.said and re.search(kind.said, text, re.IGNORECASE)]
