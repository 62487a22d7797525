"""Words of customers against words of the catalogue: singular, mistyped, or taken in by another word."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from core.business import CatalogueWords
from store.shop_records import AttributeValue, ProductRecord
from tools.words import words

_WORD = re.compile(r"[^\W_]+")
_ADDITION = re.compile(r"[,(\d]|\b(?:made|with|for|in|of|to|and)\b")
"""Behind it a name tells of more than the thing."""
_ALIKE = 88
_LONG_ENOUGH = 5
"""Letters from which on a mistyped word is recognised."""


@dataclass(frozen=True)
class Lexicon:
    """The words of one catalogue."""

    speech: CatalogueWords
    known: frozenset[str]
    """Every word of any article."""

    @classmethod
    def of(cls, speech: CatalogueWords, products: Iterable[ProductRecord]) -> "Lexicon":
        known = {word for one in products for word in words_of(all_text(one))}
        return cls(speech, frozenset(known))

    def meanings(self, wanted: str) -> tuple[frozenset[str], ...]:
        """What the words may mean: each a set of catalogue words that must all be there. The words themselves
        first."""
        own = frozenset(words_of(wanted))
        plain = " ".join(words_of(wanted))
        means = {" ".join(words_of(key)): values for key, values in self.speech.means.items()}
        return (own, *(frozenset(words_of(value)) for value in means.get(plain, ())))

    def fits(self, wanted: str, text: str) -> bool:
        """Whether the text holds all the words, or those that they take in."""
        there = words_of(text)
        return any(_all_in(meaning, there) for meaning in self.meanings(wanted) if meaning)

    def knows(self, wanted: str) -> bool:
        """Whether the words, or what they take in, occur in the catalogue at all."""
        return any(_all_in(meaning, self.known) for meaning in self.meanings(wanted) if meaning)


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """Words in small letters and singular, without those that say nothing."""
    return tuple(word for word in map(singular, _WORD.findall(text.casefold())) if word not in _fillers())


def singular(word: str) -> str:
    """The word without a plural's ending, where it plainly has one."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("lves"):
        return word[:-3] + "f"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3 else word


def all_text(product: ProductRecord) -> str:
    """All that is written of an article."""
    values = (value_text(value) for value in product.attributes.values())
    return " ".join((product.name, product.category, product.about, *values))


def kind_text(product: ProductRecord) -> str:
    """What says which kind of thing it is."""
    return f"{product.name} {product.category}"


def head_text(product: ProductRecord) -> str:
    """What the thing is, without what sort of it: `lamp lamps` for `Banker desk lamp, brass`."""
    name = words_of(_ADDITION.split(product.name)[0])
    return f"{name[-1] if name else ''} {product.category}"


def value_text(value: AttributeValue) -> str:
    """An attribute's value as words; a truth value has none."""
    if isinstance(value, bool):
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def attribute_named(name: str, speech: CatalogueWords, keys: Iterable[str]) -> list[str]:
    """The attributes that a name may mean: `width` → `width_cm`. Empty when none is called so."""
    wanted = set(words_of(name))
    found = []
    for key in keys:
        written = speech.attributes.get(key)
        names = (key, speech.name_of(key), *(written.also if written else ()))
        if any(wanted and wanted == set(words_of(one.replace("_", " "))) for one in names):
            found.append(key)
    return found


def shown(key: str, value: AttributeValue, speech: CatalogueWords) -> str:
    """`160 cm`, `black, sand`, `yes`."""
    if isinstance(value, bool):
        return words().fill("form", "yes" if value else "no")
    if isinstance(value, list):
        return ", ".join(value)
    unit = speech.unit_of(key)
    return f"{value} {unit}" if unit and isinstance(value, int | float) else str(value)


def shown_all(attributes: Mapping[str, AttributeValue], speech: CatalogueWords) -> list[dict[str, str]]:
    """Name and value of each attribute as people read them."""
    return [
        {"name": speech.name_of(key), "value": shown(key, one, speech)} for key, one in attributes.items()
    ]


def _all_in(meaning: Iterable[str], there: Iterable[str]) -> bool:
    """Whether each word is there, a long one mistyped at most."""
    have = set(there)
    return all(word in have or _near(word, have) for word in meaning)


def _near(word: str, have: Iterable[str]) -> bool:
    if len(word) < _LONG_ENOUGH or word.isdigit():
        return False
    return any(len(other) >= _LONG_ENOUGH and fuzz.ratio(word, other) >= _ALIKE for other in have)


@cache
def _fillers() -> frozenset[str]:
    return frozenset((words().get("catalogue", "fillers") or "").split())
