"""Recommending: articles in stock that fit a customer's preferences, with reasons; and some compared."""

from collections.abc import Sequence
from typing import Annotated

from langchain.tools import ToolRuntime, tool
from pydantic import BaseModel, ConfigDict, Field

from core.shapes import Json
from core.vocabulary import Capability
from store.shop_records import ProductRecord
from tools import show
from tools.catalogue_words import Lexicon, attribute_named, words_of
from tools.context import ToolContext
from tools.limits import limits
from tools.matching import matches
from tools.preferences import (
    AttributeWish,
    Preference,
    known_parts,
    of_attribute,
    of_kind,
    of_price,
    of_use,
    of_word,
    without,
)
from tools.product_view import (
    differences,
    differences_words,
    fit_view,
    names_words,
    near_view,
    product_view,
)
from tools.recommending import Found, find, narrowing
from tools.refusals import Refusal
from tools.spec import Effect, ToolSpec
from tools.words import words


class Wish(BaseModel):
    """One attribute that the customer named."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(description='What it is: "colour", "material", "width", "seats", "size".')]
    value: Annotated[str | None, Field(description='What it should be, in words: "black", "oak", "M".')] = (
        None
    )
    at_least: Annotated[float | None, Field(description="The least a number may be.")] = None
    at_most: Annotated[float | None, Field(description="The most a number may be.")] = None


@tool(parse_docstring=True)
def find_products(
    runtime: ToolRuntime[ToolContext],
    category: str | None = None,
    use: str | None = None,
    max_price: float | None = None,
    min_price: float | None = None,
    attributes: list[Wish] | None = None,
    exclude: list[str] | None = None,
    query: str | None = None,
) -> Json:
    """Find products in stock that fit the customer's preferences, best first, with reasons. Changes nothing.

    When none fits, it says which preference rules all out and what comes nearest. Name only what it returned.

    Args:
        category: The kind of thing: "floor lamp", "dining table".
        use: What or where it is for: "kitchen", "reading".
        max_price: The most it may cost.
        min_price: The least it should cost.
        attributes: Colour, material, size and the like.
        exclude: What it must not be or be made of.
        query: Other wishes, in the customer's words.
    """
    context = runtime.context
    products = context.ports.products.all(context.uow)
    if not products:
        raise Refusal("no_products")
    wishes = attributes or []
    if not any((category, use, query, wishes, exclude)) and max_price is None and min_price is None:
        raise _ask_kind(products)
    lexicon = Lexicon.of(context.business.catalogue, products)
    must = _musts(lexicon, products, (category, use), (min_price, max_price), wishes, exclude or [])
    known, unknown = known_parts(lexicon, query or "")
    if use and not any(of_use(lexicon, use).holds(one) for one in products):
        unknown = [use, *unknown]
    found = find(products, must, [of_word(lexicon, word) for word in known])
    open_kind = [] if category else [one.product.category for one in found.fitting]
    settled = [key for wish in wishes for key in attribute_named(wish.name, lexicon.speech, _keys(products))]
    return {
        "ok": True,
        "preferences_words": ", ".join(one.words for one in must),
        "unknown_words": ", ".join(unknown) or None,
        **_result(lexicon, products, found, frozenset([*settled, *(lexicon.speech.use if use else ())])),
        "kind_open": len(set(open_kind)) > 1,
    }


@tool(parse_docstring=True)
def compare_products(runtime: ToolRuntime[ToolContext], products: list[str]) -> Json:
    """Compare two or three products: what sets them apart, what they share. Changes nothing.

    Args:
        products: Two or three products, by sku or by name.
    """
    context = runtime.context
    everything = context.ports.products.all(context.uow)
    chosen = list({one.sku: one for one in (_meant(everything, text) for text in products)}.values())
    if not 2 <= len(chosen) <= limits().compared:
        raise Refusal("two_products", missing=["products"])
    apart, alike = differences(chosen, context.business.catalogue)
    cheaper = min(chosen, key=lambda one: one.price_cents)
    dearest = max(chosen, key=lambda one: one.price_cents)
    between = dearest.price_cents - cheaper.price_cents
    return {
        "ok": True,
        "products": [product_view(one, context.business.catalogue) for one in chosen],
        "products_words": names_words(chosen),
        "differences": apart,
        "differences_words": differences_words(chosen, apart),
        "same_words": ", ".join(f"{row['name']} {row['values'][0]}" for row in alike) or None,
        "cheaper": cheaper.name if between else None,
        "price_difference": show.amount(between, cheaper.currency) if between else None,
    }


def _ask_kind(products: Sequence[ProductRecord]) -> Refusal:
    """Nothing is known yet: what there is to choose from."""
    return Refusal("missing", missing=["category"], kinds_words=", ".join(_kinds(products)))


def _musts(
    lexicon: Lexicon,
    products: Sequence[ProductRecord],
    what: tuple[str | None, str | None],
    price: tuple[float | None, float | None],
    wishes: Sequence[Wish],
    exclude: Sequence[str],
) -> list[Preference]:
    """What an article has to meet; a use that the catalogue says nothing of is not among it."""
    category, use = what
    keys = _keys(products)
    must = [of_kind(lexicon, category, products)] if category else []
    must += of_price(*price, products[0].currency)
    must += [
        of_attribute(lexicon, AttributeWish(one.name, one.value, one.at_least, one.at_most), keys)
        for one in wishes
    ]
    must += [without(lexicon, one) for one in exclude]
    for_it = of_use(lexicon, use) if use else None
    return [*must, for_it] if for_it and any(for_it.holds(one) for one in products) else must


def _result(
    lexicon: Lexicon, everything: Sequence[ProductRecord], found: Found, settled: frozenset[str]
) -> Json:
    shown = found.fitting[: limits().products_shown]
    products = [fit_view(one, lexicon.speech) for one in shown]
    nearest = [near_view(one, lexicon.speech) for one in found.nearest[: limits().products_shown]]
    prices = [one.product.price_cents for one in found.fitting]
    currency = found.fitting[0].product.currency if found.fitting else ""
    return {
        "found": len(found.fitting),
        "products": products,
        "products_words": "; ".join(one["reasons_words"] for one in products),
        "more": len(found.fitting) > len(shown),
        "prices_words": [show.amount(one, currency) for one in (min(prices), max(prices))]
        if prices
        else None,
        "narrow_by": _narrow(lexicon, found, settled),
        "blocking": [
            {"preference": one.words, "would_leave": count or None} for one, count in found.blocking
        ],
        "blocking_words": ", ".join(one.words for one, _ in found.blocking) or None,
        "nearest": nearest,
        "nearest_words": "; ".join(one["misses_words"] for one in nearest) or None,
        "kinds_words": ", ".join(_kinds(everything)),
        "sold_out_words": names_words(found.sold_out[: limits().products_shown]) or None,
    }


def _narrow(lexicon: Lexicon, found: Found, settled: frozenset[str]) -> list[Json]:
    """What to ask next, when more fit than are shown."""
    if len(found.fitting) <= limits().products_shown:
        return []
    products = [one.product for one in found.fitting]
    return [
        {
            "attribute": key,
            "name": lexicon.speech.name_of(key),
            "options": values[: limits().options_shown],
            "options_words": ", ".join(values[: limits().options_shown]),
        }
        for key, values in narrowing(products, lexicon, settled, limits().narrow_by)
    ]


def _meant(products: Sequence[ProductRecord], text: str) -> ProductRecord:
    """The article that the words name. Refusal with those that they leave open, or with none."""
    by_sku = {one.sku: one for one in products}
    exact = [one for one in products if text.strip().casefold() in (one.sku.casefold(), one.name.casefold())]
    if exact:
        return exact[0]
    found = _all_words(products, text) or matches(text, {one.sku: one.name for one in products})
    if len(found) != 1 and not _are_variants([by_sku[sku] for sku in found]):
        few = [by_sku[sku] for sku in found[: limits().options_shown]]
        listed = [{"sku": one.sku, "name": one.name} for one in few]
        raise Refusal(
            "unknown", words_key="unknown_product", what="product", named=text, options=listed,
            options_words=names_words(few),
        )  # fmt: skip
    return by_sku[found[0]]


def _all_words(products: Sequence[ProductRecord], text: str) -> list[str]:
    """Articles whose name has every word of the text, those in stock first."""
    wanted = set(words_of(text))
    fitting = [one for one in products if wanted and wanted <= set(words_of(one.name))]
    return [one.sku for one in sorted(fitting, key=lambda one: one.stock <= 0)]


def _are_variants(products: Sequence[ProductRecord]) -> bool:
    """Whether they are one article in several colours: only what stands behind a comma sets them apart."""
    return len({(one.name.split(",")[0], one.price_cents) for one in products}) == 1


def _kinds(products: Sequence[ProductRecord]) -> list[str]:
    return sorted({one.category for one in products if one.stock > 0})


def _keys(products: Sequence[ProductRecord]) -> list[str]:
    return list(dict.fromkeys(key for one in products for key in one.attributes))


def _tried_find(arguments: Json, result: Json) -> str:
    return words().tried("find_products", result, str(result.get("preferences_words") or ""), "products")


def _tried_compare(arguments: Json, result: Json) -> str:
    return words().tried("compare_products", result, str(result.get("products_words") or ""))


SPECS = (
    ToolSpec(find_products, Capability.RECOMMEND, Effect.NONE, tried=_tried_find),
    ToolSpec(compare_products, Capability.RECOMMEND, Effect.NONE, tried=_tried_compare),
)
