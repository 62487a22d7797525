"""Products, services and locations by the names that the business uses."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz, process, utils

from agent.models.embedded.slots.heard import Catalogue, Heard, singular
from core.business import Location, Service
from knowledge.embedding import plain

_WORD = re.compile(r"[^\W\d_]+")
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_COUNT = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_COUNTS)})\s+(?:of\s+(?:the|my|them)\s+)?(?:[a-z]+\s+){{0,3}}$")
_BACK = re.compile(
    rf"\b(?:return|refund|give|send|bring|take|get rid of)\s+(?:back\s+)?(?:only\s+|just\s+)?"
    rf"(\d{{1,2}}|{'|'.join(_COUNTS)})\s+(?:back\b|of\s+(?:them|those|these|the\s+\w+)\b|only\b|again\b)"
)
"""How many go back, where that is said apart from how many were ordered."""
_MEANS_OF_PAYMENT = frozenset({"card", "account"})
"""No article, unless the words before it make it one: `gift card`."""
_ALL = re.compile(r"\b(?:all(?!\s+right\b)|everything|whole|entire|complete|both|full)\b")
_SAME_NAME = 90
_ALIKE = 82
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the a an of for and at in on to my your our with visit appointment booking service drop off home "
        "shop store showroom office branch",
    )
)
"""Words of names that tell little."""
_COMMON_SHARE = 0.2
_LEAST_SCORE = 0.38
"""One telling word, or two that tell little."""


def product(heard: Heard, catalogue: Catalogue) -> str | None:
    """The product's name where it is named, else the customer's own words for it (`floor lamp`)."""
    named = process.extractOne(
        heard.plain, catalogue.product_names, scorer=fuzz.partial_ratio, processor=utils.default_process,
        score_cutoff=_SAME_NAME,
    )  # fmt: skip
    if named and len(named[0]) <= len(heard.plain) + 2:
        return str(named[0])
    words = _WORD.findall(heard.plain)
    for place in range(len(words) - 1, -1, -1):
        if words[place] in catalogue.product_words:
            before = _qualifiers(words, place, catalogue)
            if before or singular(words[place]) not in _MEANS_OF_PAYMENT:
                return " ".join([*before, words[place]])
    return None


def items(heard: Heard, catalogue: Catalogue) -> object | None:
    """`list`: the product named as `{sku, quantity}`, `product`: its name; `all`: everything.

    A plural without a number has no quantity: all of it. None when nothing is said.
    """
    found = product(heard, catalogue)
    if found is not None:
        count = _back(heard.plain) or _quantity(heard.plain, found)
        if count is None and singular(found.split()[-1].lower()) != found.split()[-1].lower():
            return {"product": found, "list": [{"sku": found}]}
        return {"product": found, "list": [{"sku": found, "quantity": count or 1}]}
    return {"all": True} if _ALL.search(heard.plain) else None


def service(heard: Heard, catalogue: Catalogue) -> str | None:
    """The id of the service named."""
    found = _best(heard.plain, catalogue.services, [_texts(one) for one in catalogue.services])
    return found.id if found else None


def location(heard: Heard, catalogue: Catalogue) -> str | None:
    """The id of the location named, by its name or its town."""
    found = _best(heard.plain, catalogue.locations, [_place_texts(one) for one in catalogue.locations])
    return found.id if found else None


def without_towns(text: str, towns: Iterable[str]) -> str:
    """The text without these towns."""
    names = "|".join(re.escape(town) for town in towns)
    shorter = re.sub(rf"\b(?:in |at |near )?(?:{names})\b", " ", text, flags=re.IGNORECASE) if names else text
    return " ".join(shorter.split())


_Named = TypeVar("_Named", Service, Location)


def _best(text: str, ones: Sequence[_Named], names: Sequence[Sequence[str]]) -> _Named | None:
    """The one of which the most telling words occur; None when none does or two do equally."""
    words = [singular(word) for word in _WORD.findall(text)]
    scores = [_score(words, texts) for texts in names]
    best = max(scores, default=0.0)
    if best < _LEAST_SCORE or scores.count(best) > 1:
        return None
    return ones[scores.index(best)]


def _score(words: Sequence[str], texts: Sequence[str]) -> float:
    """Words of the name found in the text, a mistyped one at a discount; over 1 for each further one."""
    known = {singular(word) for text in texts for word in _WORD.findall(plain(text))}
    total = 0.0
    for name in known:
        near = process.extractOne(
            name, words, scorer=fuzz.ratio, score_cutoff=_ALIKE if len(name) > 4 else 100
        )
        if near:
            total += near[1] / 100 * (_COMMON_SHARE if name in _COMMON else 1)
    return total


def _texts(one: Service) -> tuple[str, ...]:
    return one.name, one.id.replace("_", " ")


def _place_texts(one: Location) -> tuple[str, ...]:
    return one.town, one.name


def _qualifiers(words: Sequence[str], place: int, catalogue: Catalogue) -> list[str]:
    """The words before a product's that belong to names of the catalogue: `arc floor` of `arc floor lamp`."""
    names = {word for name in catalogue.product_names for word in _WORD.findall(plain(name))}
    kept: list[str] = []
    for word in reversed(words[:place]):
        if word not in names or word in _COMMON or word in _COUNTS:
            break
        kept.insert(0, word)
    return kept


def _back(text: str) -> int | None:
    count = _BACK.search(text)
    if count is None or count[1] in ("a", "an", "both"):
        return None
    return _COUNTS.get(count[1]) or int(count[1])


def _quantity(text: str, found: str) -> int | None:
    place = text.find(plain(found))
    count = _COUNT.search(text[:place]) if place >= 0 else None
    if count is None or count[1] in ("a", "an"):
        return None
    return _COUNTS.get(count[1]) or int(count[1])
