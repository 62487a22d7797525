"""Which articles fit a customer's preferences, in which order and why; or which preference leaves none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from store.shop_records import ProductRecord
from tools.catalogue_words import Lexicon
from tools.preferences import KIND, Preference


@dataclass(frozen=True)
class Fit:
    """An article with the preferences that it meets and those that it misses."""

    product: ProductRecord
    meets: tuple[Preference, ...]
    misses: tuple[Preference, ...]
    liked: int
    """How many of the softer wishes it meets."""


@dataclass(frozen=True)
class Found:
    """What there is."""

    fitting: tuple[Fit, ...]
    """In stock and as wished, the best first."""
    sold_out: tuple[ProductRecord, ...]
    """As wished, but not in stock."""
    blocking: tuple[tuple[Preference, int], ...]
    """Where nothing fits: each preference without which something would, and how much; else those that the
    nearest miss."""
    nearest: tuple[Fit, ...]
    """Where nothing fits: what is in stock and misses least."""


def find(products: Sequence[ProductRecord], must: Sequence[Preference], soft: Sequence[Preference]) -> Found:
    """Articles that meet all of `must` and, of `soft`, as much as any does; by price."""
    fits = [_fit(one, must, soft) for one in products]
    in_stock = [one for one in fits if one.product.stock > 0]
    most = max((one.liked for one in in_stock if not one.misses), default=0)
    fitting = sorted((one for one in in_stock if not one.misses and one.liked == most), key=_best_first)
    sold_out = [
        one.product for one in fits if not one.misses and one.liked >= most and one.product.stock <= 0
    ]
    if fitting:
        return Found(tuple(fitting), tuple(sold_out), (), ())
    of_kind = [one for one in in_stock if all(miss.weight < KIND for miss in one.misses)]
    nearest = sorted(of_kind, key=lambda one: (len(one.misses), *_best_first(one)))
    nearest = [one for one in nearest if len(one.misses) == len(nearest[0].misses)]
    return Found((), tuple(sold_out), tuple(_blocking(in_stock, must, nearest)), tuple(nearest))


def narrowing(
    products: Sequence[ProductRecord], lexicon: Lexicon, settled: frozenset[str], most: int
) -> list[tuple[str, list[str]]]:
    """Up to `most` attributes that tell these articles apart best, each with its values, the commonest first.

    How well: the entropy of the values, over the share of articles that have one. `settled`: not these.
    """
    scored = []
    for key in {key for one in products for key in one.attributes} - settled:
        counts = Counter(value for one in products for value in _values(one, key))
        having = sum(key in one.attributes for one in products)
        if len(counts) > 1:
            scored.append((_entropy(counts) * having / len(products), key, counts))
    scored.sort(key=lambda one: (-one[0], one[1]))
    return [(key, [value for value, _ in counts.most_common()]) for _, key, counts in scored[:most]]


def _fit(product: ProductRecord, must: Sequence[Preference], soft: Sequence[Preference]) -> Fit:
    met = [one for one in (*must, *soft) if one.holds(product)]
    missed = tuple(one for one in must if one not in met)
    return Fit(product, tuple(met), missed, sum(one in met for one in soft))


def _best_first(one: Fit) -> tuple[int, int, str]:
    return -one.liked, one.product.price_cents, one.product.sku


def _blocking(
    in_stock: Sequence[Fit], must: Sequence[Preference], nearest: Sequence[Fit]
) -> list[tuple[Preference, int]]:
    if not nearest:
        return [(one, 0) for one in must if one.weight >= KIND]
    others = [one for one in must if one.weight < KIND]
    alone = [(one, sum(fit.misses == (one,) for fit in in_stock)) for one in others]
    return [(one, count) for one, count in alone if count] or [(one, 0) for one in nearest[0].misses]


def _values(product: ProductRecord, key: str) -> list[str]:
    """Words that can be chosen from: measures and truth values are no choice."""
    value = product.attributes.get(key)
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []


def _entropy(counts: Counter[str]) -> float:
    total = counts.total()
    return -sum(count / total * log2(count / total) for count in counts.values())
