"""What a customer would spend: `under 200`, `between 50 and 80 euros`, `around 150`."""

import re

from agent.models.embedded.slots.heard import Heard

_NUMBER = r"(\d{1,3}(?:[ ,.]\d{3})+(?![\d])|\d{1,6}(?:[.,]\d{1,2})?)(\s?k\b)?"
_SIGN = r"(?:[€$£]|eur\b|euros?\b|usd\b|dollars?\b|gbp\b|pounds?\b|quid\b|bucks?\b|nzd\b)"
_UP_TO = (
    r"(?:under|below|less than|up to|at most|max(?:imum)?(?: of)?|no more than|not more than|within"
    r"|cheaper than"
    r"|budget(?: is| of|:)?(?: about| around| roughly)?|(?:can|could|want to|to) (?:spend|pay)"
    r"(?: up to| about)?"
    r"|afford|not over"
    r"|not above)"
)
_FROM = r"(?:over|above|more than|at least|min(?:imum)?(?: of)?|starting (?:at|from))"
_ABOUT = r"(?:around|about|roughly|approx(?:imately)?|circa|~)"
_BETWEEN = re.compile(
    rf"(?:between|from)?\s*{_SIGN}?\s*{_NUMBER}\s*{_SIGN}?\s*(?:and|to|-|–)\s*{_SIGN}?\s*{_NUMBER}\s*({_SIGN})?"
)
_BOUNDED = re.compile(rf"\b({_UP_TO}|{_FROM}|{_ABOUT})\s+(?:{_SIGN}\s*)?{_NUMBER}\s*({_SIGN})?")
_CAPPED = re.compile(
    rf"(?:{_SIGN}\s*)?{_NUMBER}\s*(?:{_SIGN})?\s*(?:at (?:the )?most|max(?:imum)?|tops"
    r"|or (?:less|under|below)|is my limit)\b"
)
_PLAIN = re.compile(rf"{_SIGN}\s*{_NUMBER}|{_NUMBER}\s*{_SIGN}")
_BARE = re.compile(_NUMBER)
_UNIT = re.compile(
    r"^\s*(?:-|x\b|×)?\s*(?:cm|mm|m|kg|g|ml|l|km|inch(?:es)?|in|people|persons?|seats?|seater|pieces?|days?|weeks?"
    r"|months?|years?|hours?|minutes?|%|watts?|of\b)\b"
)
_ANY = re.compile(
    r"\b(?:any(?:thing)?|no (?:limit|budget|maximum)|doesn'?t matter|does not matter|no object|don'?t mind"
    r"|don'?t care|flexible"
    r"|whatever|not important|no preference|open)\b"
)
_MONEY_WORDS = re.compile(r"\b(?:between|budget|spend|pay|price|cost|costs|euros?|pounds?|dollars?)\b|[€$£]")
_LESS = re.compile(
    r"\b(?:cheaper|less expensive|lower(?:-| )priced?|costs? less|too (?:expensive|dear|much))\b"
)
_WHICH = re.compile(r"\bwhich\b")
_CENT = 0.01
_ROOM = 1.15
"""`About 150` takes in what costs so much more."""


def read_budget(heard: Heard) -> dict[str, object] | None:
    """`max` and `min` in whole units, or `any` where it was asked and does not matter; None: nothing said."""
    text = heard.plain
    between = _BETWEEN.search(text)
    if between and (heard.asked or _MONEY_WORDS.search(text)) and not _UNIT.match(text[between.end() :]):
        low, high = sorted((_value(between[1], between[2]), _value(between[3], between[4])))
        return {"min": low, "max": high}
    found: dict[str, object] = {}
    capped = _CAPPED.search(text)
    if capped:
        found["max"] = _value(capped[1], capped[2])
    for match in _BOUNDED.finditer(text):
        if not match[4] and _UNIT.match(text[match.end() :]):
            continue
        value = _value(match[2], match[3])
        if re.fullmatch(_FROM, match[1]):
            found["min"] = value
        else:
            found["max"] = round(value * _ROOM, 2) if re.fullmatch(_ABOUT, match[1]) else value
    return found or _cheaper(heard, text) or _unbounded(heard, text)


def _cheaper(heard: Heard, text: str) -> dict[str, object] | None:
    """Less than the cheapest that was just named."""
    if not _LESS.search(text) or _WHICH.search(text):
        return None
    told = [_value(match[1], match[2]) for match in re.finditer(rf"{_SIGN}\s*{_NUMBER}", heard.before)]
    return {"max": round(min(told) - _CENT, 2)} if told else None


def _unbounded(heard: Heard, text: str) -> dict[str, object] | None:
    plain = _PLAIN.search(text)
    if plain:
        number = next(part for part in (plain[1], plain[3]) if part)
        return {"max": _value(number, plain[2] or plain[4])}
    if not heard.asked:
        return None
    bare = _BARE.search(text)
    if bare and not _UNIT.match(text[bare.end() :]):
        return {"max": _value(bare[1], bare[2])}
    return {"any": True} if _ANY.search(text) else None


def _value(number: str, thousand: str | None) -> float:
    plain = re.sub(r"[ ,.](?=\d{3}(?:\D|$))", "", number).replace(",", ".")
    return float(plain) * (1000 if thousand else 1)
