"""Products that are to be compared: named in the message, or those of the last answer."""

import re

from agent.models.embedded.slots.heard import Catalogue, Heard
from knowledge.embedding import plain

_POINTS = re.compile(
    r"\b(?:two|both|them|these|those|first|second|third|last|ones|either|three)\b|\bcompare\b|\bdifference\b"
)
_PAIR = re.compile(
    r"\b(?:compare|between|comparing)\s+(?:the\s+|your\s+)?([^,.?!]{3,40}?)\s+(?:and|with|to|or|vs\.?|versus)\s+"
    r"(?:the\s+|your\s+)?([^,.?!]{3,40})"
)
_POINTER = re.compile(
    r"(?:these|those|the )?(?:two|both|them|three|first|second|third|last|ones?|that|this)(?: one)?"
    r"(?: of them)?"
)
"""A piece of a pair that names nothing by itself."""
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
_MOST = 3


def read_products(heard: Heard, catalogue: Catalogue) -> list[str] | None:
    """Names of the catalogue, at least two; None when there are not so many."""
    named = _names_in(heard.text, catalogue)
    pair = _PAIR.search(heard.plain)
    if len(named) < 2 and pair and not any(_POINTER.fullmatch(pair[place]) for place in (1, 2)):
        return [pair[1], pair[2]]
    if len(named) < 2 and (heard.asked or _POINTS.search(heard.plain)):
        told = [one for one in _names_in(heard.before, catalogue) if one not in named]
        places = [place for word, place in _ORDINALS.items() if re.search(rf"\b{word}\b", heard.plain)]
        pointed = [told[place] for place in places if -len(told) <= place < len(told)]
        named += pointed or told[: (_MOST if "three" in heard.plain else 2) - len(named)]
    return named[:_MOST] if len(named) >= 2 else None


def _names_in(text: str, catalogue: Catalogue) -> list[str]:
    """Names in the order in which they stand; one that is part of a longer one there does not count."""
    there = plain(text)
    found = [
        (there.find(written), name)
        for name in catalogue.product_names
        if (written := _written(name, there, catalogue)) is not None
    ]
    longest = [
        (place, name)
        for place, name in found
        if not any(name != other and plain(name) in plain(other) and start <= place for start, other in found)
    ]
    return [name for _, name in sorted(longest)]


def _written(name: str, there: str, catalogue: Catalogue) -> str | None:
    """How the text writes the name: whole, or without what follows a comma where that is no other's too."""
    short = name.split(",")[0]
    alone = sum(other.split(",")[0] == short for other in catalogue.product_names) == 1
    return next((one for one in (plain(name), plain(short) if alone else plain(name)) if one in there), None)
