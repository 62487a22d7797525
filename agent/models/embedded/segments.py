"""A message cut into the clauses that may each want something of their own."""

import re

_ENDS = re.compile(r"(?<=[.?!;])\s+|\n+|(?<=\S)[?!;]+(?=\S)")
_JOINS = re.compile(
    r"\s*,?\s+(?:and also|and then|and|also|plus|but|by the way|btw|oh and|another thing|as well as)\s+",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")
LEAST_WORDS = 2
MOST = 12


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text."""
    return [part.strip() for part in _ENDS.split(text) if part.strip()]


def clauses(text: str) -> list[str]:
    """The clauses of a text, at most MOST; one of fewer than LEAST_WORDS words stays with its neighbour."""
    found: list[str] = []
    for sentence in sentences(text):
        parts = [part for part in _JOINS.split(sentence) if part.strip()]
        for part in parts:
            if found and len(_WORDS.findall(part)) < LEAST_WORDS and len(parts) > 1:
                found[-1] = f"{found[-1]} {part}"
            else:
                found.append(part.strip(" ,"))
    return found[:MOST]
