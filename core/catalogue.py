"""How a business speaks of its catalogue: attributes' names and units, words that take in others."""

from pydantic import Field

from core.business_parts import Part


class AttributeWords(Part):
    """How one attribute of `products.yaml` is called."""

    name: str | None = None
    """In an answer; absent: its key with blanks, without the unit."""
    unit: str | None = None
    """Behind a number; absent: what the key ends in, such as `_cm`."""
    also: tuple[str, ...] = ()
    """Other words that customers use for it: `shade` for `colour`."""


class CatalogueWords(Part):
    """`catalogue.yaml`. All of it may be absent: attributes then go by their keys."""

    attributes: dict[str, AttributeWords] = Field(default_factory=dict)
    means: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """A customer's word → words of the catalogue that it takes in: `blue` → `navy`, `sky blue`."""
    use: tuple[str, ...] = ()
    """Attributes that say what a thing is for; absent: any text of the article."""

    def name_of(self, key: str) -> str:
        """What an attribute is called in an answer: `width` for `width_cm`."""
        words = self.attributes.get(key)
        if words is not None and words.name:
            return words.name
        unit = self.unit_of(key)
        return key.removesuffix(f"_{unit}").replace("_", " ") if unit else key.replace("_", " ")

    def unit_of(self, key: str) -> str:
        """The unit of its numbers; empty where it has none."""
        words = self.attributes.get(key)
        if words is not None and words.unit is not None:
            return words.unit
        last = key.rpartition("_")[2]
        return last if "_" in key and last in UNITS else ""


UNITS = ("cm", "mm", "m", "ml", "l", "g", "kg", "km", "in", "inch", "watt", "w", "kw", "v", "gb", "mb")
"""Endings of an attribute's key that are its unit."""
