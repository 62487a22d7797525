"""The customer's yes or no to what was asked, read by plain code: a pure function."""

import re
from enum import StrEnum

from agent.data import for_language
from core.shapes import Json


class Consent(StrEnum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_WORD = re.compile(r"[\w'’]+")


def read_consent(text: str, language: str = "en", about: str = "") -> Consent:
    """Yes when the message is a yes and nothing else; no when it begins as a no; else unclear.

    Words of `about`, what was asked, may be repeated with a yes. "Yes, but to my other card" is unclear:
    who acts on it must have understood all of it.
    """
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    sounds = for_language("consent", language)
    filler = {*sounds["filler"], *_WORD.findall(about.lower())}
    if "?" in text or not words:
        return Consent.UNCLEAR
    if _begins(words, sounds["decline"]) or _begins(_after_filler(words, filler), sounds["decline"]):
        return Consent.NO
    rest = _strip(words, sounds["accept"], filler)
    if rest is None or rest or _only_thanks(words, sounds):
        return Consent.UNCLEAR
    return Consent.YES


def _only_thanks(words: list[str], sounds: Json) -> bool:
    """ "Ok thanks" takes note; it does not ask for anything."""
    thanks = any(word in sounds["thanks"] for word in words)
    return thanks and all(
        word in {*sounds["weak"], *sounds["thanks"], "so", "much", "very"} for word in words
    )


def _begins(words: list[str], phrases: list[str]) -> bool:
    return any(words[: len(parts)] == parts for parts in (_WORD.findall(phrase) for phrase in phrases))


def _after_filler(words: list[str], filler: set[str]) -> list[str]:
    for place, word in enumerate(words):
        if word not in filler:
            return words[place:]
    return []


def _strip(words: list[str], phrases: list[str], filler: set[str]) -> list[str] | None:
    """What is left once every yes and every filler is gone; None when there was no yes."""
    parts = sorted((_WORD.findall(phrase) for phrase in phrases), key=len, reverse=True)
    rest, seen, place = [], False, 0
    while place < len(words):
        phrase = next((one for one in parts if words[place : place + len(one)] == one), None)
        if phrase is not None:
            seen, place = True, place + len(phrase)
            continue
        if words[place] not in filler:
            rest.append(words[place])
        place += 1
    return rest if seen else None
