"""Details that a customer does not want to give, or does not have."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from agent.data import for_language
from agent.models.embedded.slots.heard import Heard
from core.wordings import BASE_LANGUAGE

_GIVES = re.compile(r"\S+@\S+|\d{5,}")
_PARTS = re.compile(r"(?<=[.!?;])\s+|,\s*|\bbut\b|\n", re.IGNORECASE)


@dataclass(frozen=True)
class Refused:
    """What a message refuses."""

    named: tuple[str, ...] = ()
    """Details that the refusal names."""
    asked: tuple[str, ...] = ()
    """Details that were asked for, where it names none."""

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.named, *self.asked)


def refused(
    heard: Heard, words: Mapping[str, Iterable[str]], asked: Iterable[str], *, lacking: bool = True
) -> Refused:
    """The details that a message refuses. `words`: detail → how customers speak of it.

    `lacking`: what somebody does not have counts as refused: `no phone`.
    """
    named: list[str] = []
    vague = False
    for part in _PARTS.split(heard.text.replace("’", "'")):
        unwilling = sounds("unwilling").search(part) is not None
        if not (unwilling or (lacking and sounds("lacking").search(part))) or _GIVES.search(part):
            continue
        about = [detail for detail, spoken in words.items() if _speaks_of(part, spoken)]
        named += about
        vague = vague or (unwilling and not about)
    return Refused(tuple(dict.fromkeys(named)), tuple(asked) if vague else ())


@cache
def sounds(kind: str) -> re.Pattern[str]:
    """How customers put one `kind` of refusal, as `refusing.yaml` writes it."""
    written = for_language("refusing", BASE_LANGUAGE)[kind]
    return re.compile("|".join(written) if isinstance(written, list) else written, re.IGNORECASE)


def _speaks_of(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words)
