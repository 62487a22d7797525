"""What a slot parser hears, and the names it may find in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from agent.models.embedded.slots.vocabulary import Vocabulary
from core.business import Business, Enquiries, LeadCard, Location, Service, Shop
from knowledge.embedding import plain

_WORD = re.compile(r"[^\W_]+")
_ADDITION = re.compile(r"[,(\d]|\b(?:made|with|for|in|of|to|and)\b")
_NOT = re.compile(
    r"\b(?:not|isn't|instead of|rather than|no longer|old one (?:is|was))\s+(?:\w+\s+){0,2}$", re.I
)


@dataclass(frozen=True)
class Heard:
    """One message of the customer, with what a parser needs to know around it."""

    text: str
    now: datetime
    """Local time of the shop."""
    asked: bool = False
    """The last answer asked for this very slot."""
    before: str = ""
    """The last answer."""
    intent: str = ""
    """What the message wants."""
    ticket_prefix: str = ""
    """How ticket numbers begin: they are no order numbers."""
    mends: bool = False
    """The customer takes something back: these are the words behind `no, I meant`."""

    @cached_property
    def plain(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class Catalogue:
    """Names that the business uses."""

    shop: Shop
    country: str
    services: tuple[Service, ...]
    locations: tuple[Location, ...]
    product_names: tuple[str, ...]
    product_words: frozenset[str]
    enquiries: Enquiries | None = None
    leads: LeadCard | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    ticket_prefix: str = ""

    @property
    def countries(self) -> list[str]:
        """The shop's country, then those of its locations."""
        return list(dict.fromkeys([self.country, *(place.country for place in self.locations)]))

    @classmethod
    def of(cls, business: Business) -> "Catalogue":
        names = tuple(product.name for product in business.products)
        categories = [product.category for product in business.products]
        return cls(
            business.shop,
            business.shop.country,
            business.services,
            business.locations,
            names,
            frozenset(_heads([*names, *categories])),
            business.enquiries,
            business.leads,
            Vocabulary.of(business),
            business.tickets.prefix,
        )


def denied(text: str, start: int) -> bool:
    """Whether what begins at `start` is named only to be ruled out: `not 10428 but 10429`."""
    return _NOT.search(text[:start]) is not None


def _heads(names: Iterable[str]) -> Iterable[str]:
    """Words that name a thing: the last word of a name before any addition, in singular and plural."""
    for name in names:
        words = _WORD.findall(_ADDITION.split(plain(name))[0])
        if words and len(words[-1]) > 2:
            yield from (words[-1], singular(words[-1]), singular(words[-1]) + "s")


def singular(word: str) -> str:
    """The word without a plural's ending, where it plainly has one."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
