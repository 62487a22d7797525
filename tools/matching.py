"""Finding what customers mean by their words: an article, a service, a location."""

import re
from collections.abc import Mapping
from statistics import fmean

from rapidfuzz import fuzz

from tools.limits import limits

_WORD = re.compile(r"\w+")
_SHORTEST = 3
"""Shorter words than this tell nothing, unless there are no others."""


def matches(wanted: str, choices: Mapping[str, str]) -> list[str]:
    """Keys of the choices (key → name) that the words may mean, best first; several: they leave it open.

    A key itself, in any case, is always meant alone.
    """
    for key in choices:
        if key.casefold() == wanted.strip().casefold():
            return [key]
    scored = sorted(((_score(wanted, name), key) for key, name in choices.items()), reverse=True)
    best = scored[0][0] if scored else 0.0
    if best < limits().match:
        return []
    return [key for score, key in scored if score >= best - limits().match_lead]


def _score(wanted: str, name: str) -> float:
    """0..100: the best word counts most, since people name one word and add others around it."""
    names = _WORD.findall(name.casefold())
    words = _WORD.findall(wanted.casefold())
    words = [word for word in words if len(word) >= _SHORTEST] or words
    if not names or not words:
        return 0.0
    each = [max(fuzz.ratio(word, other) for other in names) for word in words]
    named = [score for score in each if score >= limits().match]
    return 0.75 * max(each) + 0.25 * fmean(named or [0.0]) * len(named) / len(words)
