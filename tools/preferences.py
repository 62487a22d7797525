"""What a customer prefers, as conditions on an article that say themselves in words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.shop_records import AttributeValue, ProductRecord
from tools import show
from tools.catalogue_words import (
    Lexicon,
    all_text,
    attribute_named,
    head_text,
    kind_text,
    shown,
    value_text,
    words_of,
)
from tools.words import words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_ABOUT = 0.05
"""How far a measure may be from the one that was named."""
KIND = 100
"""The weight of the kind: missing the kind of thing is worse than missing everything else."""


@dataclass(frozen=True)
class Preference:
    """One condition. `words` names it, `tells` says what an article has there."""

    words: str
    holds: Callable[[ProductRecord], bool]
    tells: Callable[[ProductRecord], str]
    reason: str | None = None
    """What is said of an article that meets it; None: what `tells` says."""
    weight: int = 1


@dataclass(frozen=True)
class AttributeWish:
    """An attribute with what it should be: words, or bounds of a number."""

    name: str
    value: str | None
    at_least: float | None
    at_most: float | None


def of_kind(lexicon: Lexicon, kind: str, products: Sequence[ProductRecord]) -> Preference:
    """The kind of thing: its last word says what it is, those before which sort.

    The sort is looked for in name and attributes, else in all that is written; else the thing counts.
    """
    parts = words_of(kind) or (kind,)
    sort, thing = " ".join(parts[:-1]), parts[-1]
    tests: tuple[tuple[str, Callable[[ProductRecord], bool]], ...] = (
        (kind, lambda one: lexicon.fits(kind, head_text(one))),
        (kind, lambda one: _is_a(lexicon, thing, one) and lexicon.fits(sort, _of_itself(one))),
        (kind, lambda one: _is_a(lexicon, thing, one) and lexicon.fits(sort, all_text(one))),
        (thing, lambda one: _is_a(lexicon, thing, one)),
    )
    for said, holds in tests:
        if any(holds(one) for one in products):
            return Preference(said, holds, lambda one: one.name, "", KIND)
    return Preference(kind, lambda one: False, lambda one: one.name, "", KIND)


def of_price(lowest: float | None, highest: float | None, currency: str) -> list[Preference]:
    """Bounds on the price, in whole units."""
    found = []
    if highest is not None:
        said = words().fill("preference", "at_most", {"value": show.amount(round(highest * 100), currency)})
        found.append(Preference(said, lambda one: one.price_cents <= round(highest * 100), _price, said))
    if lowest is not None:
        said = words().fill("preference", "at_least", {"value": show.amount(round(lowest * 100), currency)})
        found.append(Preference(said, lambda one: one.price_cents >= round(lowest * 100), _price, said))
    return found


def of_attribute(lexicon: Lexicon, wish: AttributeWish, keys: Sequence[str]) -> Preference:
    """One attribute; a name that no article knows means any of them."""
    named = attribute_named(wish.name, lexicon.speech, keys)
    said = _wish_words(lexicon, wish, named)

    def holds(product: ProductRecord) -> bool:
        if not named:
            return lexicon.fits(wish.value or wish.name, all_text(product))
        have = [product.attributes[key] for key in named if key in product.attributes]
        return any(_is_so(lexicon, wish, value) for value in have)

    def tells(product: ProductRecord) -> str:
        have = [
            f"{lexicon.speech.name_of(key)} {shown(key, product.attributes[key], lexicon.speech)}"
            for key in named
            if key in product.attributes
        ]
        return ", ".join(have) or words().fill("preference", "not_known", {"name": wish.name})

    return Preference(said, holds, tells, None if named else said)


def of_word(lexicon: Lexicon, word: str) -> Preference:
    """A word that is to be found somewhere in what is written of the article."""
    return Preference(word, lambda one: lexicon.fits(word, all_text(one)), lambda one: one.about, word)


def of_use(lexicon: Lexicon, use: str) -> Preference:
    """What it is for: by the attributes that say so, else by all that is written."""
    keys = lexicon.speech.use
    said = words().fill("preference", "use", {"value": use})

    def holds(product: ProductRecord) -> bool:
        by_use = " ".join(value_text(product.attributes[key]) for key in keys if key in product.attributes)
        return lexicon.fits(use, by_use) or lexicon.fits(use, f"{product.about} {product.name}")

    return Preference(said, holds, lambda one: one.about, said)


def without(lexicon: Lexicon, excluded: str) -> Preference:
    """What it must not be."""
    said = words().fill("preference", "without", {"value": excluded})

    def tells(product: ProductRecord) -> str:
        for key, value in product.attributes.items():
            if lexicon.fits(excluded, value_text(value)):
                return f"{lexicon.speech.name_of(key)} {shown(key, value, lexicon.speech)}"
        return product.name

    return Preference(said, lambda one: not lexicon.fits(excluded, _of_itself(one)), tells, said)


def known_parts(lexicon: Lexicon, text: str) -> tuple[list[str], list[str]]:
    """Words of a free text that the catalogue knows, longest runs first, and those that it does not."""
    left = list(words_of(text))
    known: list[str] = []
    unknown: list[str] = []
    while left:
        for length in range(min(3, len(left)), 0, -1):
            run = " ".join(left[:length])
            if length == 1 or " ".join(words_of(run)) in _phrases(lexicon):
                (known if lexicon.knows(run) else unknown).append(run)
                left = left[length:]
                break
    return known, unknown


def _phrases(lexicon: Lexicon) -> set[str]:
    return {" ".join(words_of(key)) for key in lexicon.speech.means}


def _of_itself(product: ProductRecord) -> str:
    """What an article is, without the prose that may name what goes with it."""
    values = " ".join(value_text(value) for value in product.attributes.values())
    return f"{kind_text(product)} {values}"


def _is_a(lexicon: Lexicon, thing: str, product: ProductRecord) -> bool:
    return lexicon.fits(thing, head_text(product))


def _price(product: ProductRecord) -> str:
    return show.amount(product.price_cents, product.currency)


def _is_so(lexicon: Lexicon, wish: AttributeWish, value: AttributeValue) -> bool:
    if isinstance(value, bool):
        return value != (wish.value is not None and wish.value.casefold() in _nos())
    if isinstance(value, int | float):
        return _in_bounds(wish, float(value))
    each = value if isinstance(value, list) else [value]
    return wish.value is None or any(lexicon.fits(wish.value, one) for one in each)


def _in_bounds(wish: AttributeWish, value: float) -> bool:
    lowest, highest = wish.at_least, wish.at_most
    number = _NUMBER.search(wish.value or "") if lowest is None and highest is None else None
    if number is not None:
        about = float(number[0].replace(",", "."))
        lowest, highest = about * (1 - _ABOUT), about * (1 + _ABOUT)
    return (lowest is None or value >= lowest) and (highest is None or value <= highest)


def _wish_words(lexicon: Lexicon, wish: AttributeWish, named: Sequence[str]) -> str:
    """`colour black`, `width at most 160 cm`."""
    name = lexicon.speech.name_of(named[0]) if named else wish.name
    unit = lexicon.speech.unit_of(named[0]) if named else ""
    parts = [wish.value] if wish.value else []
    for key, bound in (("at_least", wish.at_least), ("at_most", wish.at_most)):
        if bound is not None:
            parts.append(words().fill("preference", key, {"value": f"{bound:g} {unit}".strip()}))
    return f"{name} {' '.join(parts)}".strip()


def _nos() -> frozenset[str]:
    return frozenset((words().get("catalogue", "no") or "").split())
