"""Order numbers and booking references."""

import re

from agent.models.embedded.slots.heard import Heard, denied
from agent.models.embedded.slots.places import POSTCODE
from agent.models.embedded.slots.tickets import without_tickets

_ORDER = re.compile(r"(?<![\w@.+-])([A-Za-z]{0,3}-?\d{3,})(?![\w@]|[.,:/-]\d)")
_SPACED = re.compile(r"(?<!\w)([A-Za-z]{1,3})\s(\d{4,})(?!\w)")
_CUE = re.compile(
    r"\b(?:order|orders|number|numbers|nr|no|purchase|parcel|package|delivery)\b|#", re.IGNORECASE
)
_MONEY = re.compile(r"[€$£]\s?$|\b(?:eur|usd|gbp|euro|euros)\s$", re.IGNORECASE)
_UNIT = re.compile(
    r"^\s?(?:[€$£%]|(?:eur|euro|euros|usd|gbp|pounds|dollars|days|weeks|years|cm|mm|km)\b)", re.I
)
_BOOKING = re.compile(
    r"\b(BK-\d{3,}|[A-Z]{2,3}-(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6,})\b", re.IGNORECASE
)
_POSTAL = re.compile(
    r"\b(?:near(?:est)?(?: \w+){0,2}(?: to)?|close(?:st)?(?: \w+){0,2} to|around"
    r"|zip(?: code)?|post\s?code|plz|liv(?:e|ing) (?:in|at)"
    r"|(?:deliver(?:y|ies)?|ships?|shipping|send|sent|post|parcels?)(?: \w+){0,2} to)\W*$",
    re.IGNORECASE,
)
"""Before digits that are a postcode."""
_TOWN = re.compile(r"^,? +[A-Z][a-z\u00df-\u00ff]{2,}")
"""A town's name behind its postcode."""
_POSTAL_DIGITS = (4, 5)
_PHONE_LIKE = re.compile(r"\+?\d[\d ()/-]{8,}\d")
_CUE_REACH = 10
"""So many letters before a number a word may stand that says what it is."""
_CERTAIN_DIGITS = 5
"""A bare number this long is an order number also where nothing says so."""


def order_numbers(heard: Heard) -> tuple[str, ...]:
    """All order numbers of the message, in order, in capitals."""
    plain = without_tickets(heard.text, heard.ticket_prefix)
    text = _SPACED.sub(_join_prefix, _without_phones(POSTCODE.sub(" ", plain)))
    cued = heard.asked or _CUE.search(text) is not None
    found: list[str] = []
    for match in _ORDER.finditer(text):
        number = match.group(1)
        if _is_order(number, cued) and not _other_use(text, match) and not denied(text, match.start()):
            found.append(number.upper())
    return tuple(dict.fromkeys(found))


def booking_reference(heard: Heard) -> str | None:
    """The last booking reference of the message, in capitals."""
    found = booking_references(heard)
    return found[-1] if found else None


def booking_references(heard: Heard) -> tuple[str, ...]:
    """All booking references of the message, in order, in capitals."""
    return tuple(dict.fromkeys(found.upper() for found in _BOOKING.findall(heard.text)))


def _is_order(number: str, cued: bool) -> bool:
    digits = re.sub(r"\D", "", number)
    return number[0].isalpha() or cued or len(digits) >= _CERTAIN_DIGITS


def _other_use(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    number = match.group(1)
    if _BOOKING.fullmatch(number) or (number.isdigit() and _is_postcode(number, before, after)):
        return True
    return _MONEY.search(before) is not None or _UNIT.search(after) is not None


def _is_postcode(digits: str, before: str, after: str) -> bool:
    called = _CUE.search(before[-_CUE_REACH:]) is not None
    placed = _POSTAL.search(before) is not None or _TOWN.match(after) is not None
    return len(digits) in _POSTAL_DIGITS and placed and not called


def _join_prefix(match: re.Match[str]) -> str:
    prefix, digits = match.groups()
    return f"{prefix}-{digits}" if prefix.isupper() else match.group(0)


def _without_phones(text: str) -> str:
    return _PHONE_LIKE.sub(
        lambda match: " " if " " in match.group(0) or "+" in match.group(0) else match.group(0), text
    )
