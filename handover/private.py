"""What of a text is somebody's own: addresses, numbers and names are taken out of what may be published."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import phonenumbers
from pydantic import field_validator

from core.business import Business
from core.business_parts import Part
from core.vocabulary import Trigger
from core.yaml_lines import read_yaml

FILE = Path(__file__).with_name("learning.yaml")
_SHORTEST_NAME = 3


class Personal(Part):
    """One kind of personal data, and what stands in its place."""

    found: str
    stands: str

    @field_validator("found")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class Learning(Part):
    """The content of `learning.yaml`."""

    days: int
    most: int
    reasons: list[Trigger]
    together: float
    agree: float
    examples: int
    greeting: str
    signoff: str
    holding: str
    negative: str
    personal: list[Personal]
    phone: str
    name: str


@cache
def learning() -> Learning:
    return read_yaml(FILE).parse(Learning)


def without_personal(text: str, names: Iterable[str], business: Business) -> str:
    """The text without e-mail addresses, phone, order and other numbers, postcodes, addresses and names.

    `names`: of the people concerned. What the business itself publishes (its e-mail address, its phone, its
    locations' addresses) stays.
    """
    kept: dict[str, str] = {}
    for number, own in enumerate(sorted(_published(business), key=len, reverse=True)):
        mark = f"\x00{chr(0xE000 + number)}\x00"
        if own in text:
            kept[mark] = own
            text = text.replace(own, mark)
    text = _without_phones(text, business.shop.country)
    for one in learning().personal:
        text = re.sub(one.found, one.stands, text)
    text = _without_names(text, names)
    for mark, own in kept.items():
        text = text.replace(mark, own)
    return text


def holds_personal(text: str) -> bool:
    """Whether something was taken out of a text: a sentence with a gap in it tells others nothing."""
    how = learning()
    return any(mark in text for mark in (how.phone, how.name, *(one.stands for one in how.personal)))


def _without_phones(text: str, country: str) -> str:
    for found in reversed(list(phonenumbers.PhoneNumberMatcher(text, country))):
        text = f"{text[: found.start]}{learning().phone}{text[found.end :]}"
    return text


def _without_names(text: str, names: Iterable[str]) -> str:
    """Whole names in any case; their parts only as a name is written, so that `will` stays a word."""
    for name in sorted({one.strip() for one in names if one and one.strip()}, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", learning().name, text, flags=re.IGNORECASE)
        for part in name.split():
            if len(part) >= _SHORTEST_NAME:
                text = re.sub(rf"\b{re.escape(part.capitalize())}\b", learning().name, text)
    return text


@lru_cache(maxsize=8)
def _published_of(texts: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(one for one in texts if one)


def _published(business: Business) -> frozenset[str]:
    shop = business.shop
    places = [part for one in business.locations for part in (one.address, one.postcode)]
    return _published_of((shop.email, shop.phone, *places))
