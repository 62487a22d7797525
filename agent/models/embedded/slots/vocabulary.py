"""The words of a business's own catalogue: what its attributes may be, and what customers call it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from core.business import Business, CatalogueWords, Product
from tools.catalogue_words import singular, words_of

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Vocabulary:
    """Text attributes and their values, numbers and truth values by name."""

    products: tuple[Product, ...] = ()
    speech: CatalogueWords = field(default_factory=CatalogueWords)

    @classmethod
    def of(cls, business: Business) -> "Vocabulary":
        return cls(business.products, business.catalogue)

    @cached_property
    def values(self) -> dict[tuple[str, ...], str]:
        """The words of a value, or words that take one in → its attribute, the commonest of several."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        for key, value in self._texts():
            found.setdefault(tuple(words_of(value)), Counter())[key] += 1
        for word, meant in self.speech.means.items():
            keys = [found[words] for one in meant if (words := tuple(words_of(one))) in found]
            if keys and tuple(words_of(word)) not in found:
                found[tuple(words_of(word))] = sum(keys, Counter())
        return {words: counts.most_common(1)[0][0] for words, counts in found.items() if words}

    @cached_property
    def numbers(self) -> dict[str, tuple[str, ...]]:
        """Attributes that are numbers → words that name them."""
        return self._named(int | float)

    @cached_property
    def flags(self) -> dict[str, tuple[str, ...]]:
        """Attributes that are true or false → words that name them."""
        return self._named(bool)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Words that say what a thing is, beyond those of names and categories: `couch`."""
        heads = {singular(word) for one in self.products for word in words_of(one.category)}
        heads |= {words[-1] for one in self.products if (words := words_of(one.name.split(",")[0]))}
        return frozenset(
            word
            for word, meant in self.speech.means.items()
            if any((words := words_of(one)) and words[-1] in heads for one in meant)
        )

    def _named(self, kind: object) -> dict[str, tuple[str, ...]]:
        keys: dict[str, None] = {}
        for one in self.products:
            for key, value in one.attributes.items():
                if isinstance(value, bool) == (kind is bool) and isinstance(value, int | float):
                    keys[key] = None
        return {key: self._words_for(key) for key in keys}

    def _words_for(self, key: str) -> tuple[str, ...]:
        written = self.speech.attributes.get(key)
        return (self.speech.name_of(key), *(written.also if written else ()))

    def _texts(self) -> list[tuple[str, str]]:
        found = []
        for one in self.products:
            for key, value in one.attributes.items():
                if isinstance(value, str | tuple):
                    found += [(key, text) for text in ([value] if isinstance(value, str) else value)]
        return found
