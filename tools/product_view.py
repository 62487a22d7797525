"""Articles as people read them: price, stock, attributes, and why they were chosen."""

from collections.abc import Sequence

from core.business import CatalogueWords
from core.shapes import Json
from store.shop_records import ProductRecord
from tools import show
from tools.catalogue_words import shown, shown_all
from tools.preferences import Preference
from tools.recommending import Fit
from tools.words import words

TO_ORDER = "made_to_order"


def product_view(product: ProductRecord, speech: CatalogueWords) -> Json:
    """One article; every value is the database's."""
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "price": show.amount(product.price_cents, product.currency),
        "price_cents": product.price_cents,
        "in_stock": product.stock > 0,
        "stock_words": stock_words(product),
        "about": product.about,
        "attributes": shown_all(product.attributes, speech),
    }


def fit_view(fit: Fit, speech: CatalogueWords) -> Json:
    """An article that fits, with the reasons."""
    told = [one.tells(fit.product) if one.reason is None else one.reason for one in fit.meets]
    reasons = list(dict.fromkeys(one for one in (*told, stock_words(fit.product)) if one))
    view = product_view(fit.product, speech)
    said = words().fill("form", "reason", {**view, "reasons": ", ".join(reasons)})
    return {**view, "reasons": reasons, "reasons_words": said}


def near_view(fit: Fit, speech: CatalogueWords) -> Json:
    """An article that almost fits, with what it has instead."""
    misses = [{"preference": one.words, "has": one.tells(fit.product)} for one in fit.misses]
    view = product_view(fit.product, speech)
    said = words().fill("form", "miss", {**view, "misses": _missed(fit.misses)})
    return {**view, "misses": misses, "misses_words": said}


def stock_words(product: ProductRecord) -> str:
    """`14 in stock`, `made to order`, `not in stock`."""
    if product.stock > 0:
        return words().fill("form", "stock", {"count": product.stock})
    return words().fill("form", "to_order" if product.item_type == TO_ORDER else "sold_out")


def names_words(products: Sequence[ProductRecord]) -> str:
    """`Arc lamp (€189.00), Tripod lamp (€259.00)`."""
    return ", ".join(
        words().fill(
            "form", "product", {"name": one.name, "price": show.amount(one.price_cents, one.currency)}
        )
        for one in products
    )


def differences(products: Sequence[ProductRecord], speech: CatalogueWords) -> tuple[list[Json], list[Json]]:
    """What sets these articles apart, and what they share: `{name, values}` in the order of the articles."""
    rows: list[Json] = [
        {"name": words().fill("form", "price"), "values": [_price(one) for one in products]},
        {"name": words().fill("form", "availability"), "values": [stock_words(one) for one in products]},
    ]
    for key in dict.fromkeys(key for one in products for key in one.attributes):
        values = [
            shown(key, one.attributes[key], speech)
            if key in one.attributes
            else words().fill("form", "nothing_known")
            for one in products
        ]
        rows.append({"name": speech.name_of(key), "values": values})
    apart = [row for row in rows if len(set(row["values"])) > 1]
    return apart, [row for row in rows if len(set(row["values"])) == 1]


def differences_words(products: Sequence[ProductRecord], apart: Sequence[Json]) -> str:
    """`price: €890.00 for the Brandon 160, €1090.00 for the Brandon 200; width: …`."""
    said = []
    for row in apart:
        each = (
            words().fill("form", "in_each", {"value": value, "product": one.name})
            for value, one in zip(row["values"], products, strict=True)
        )
        said.append(words().fill("form", "difference", {"name": row["name"], "values": ", ".join(each)}))
    return "; ".join(said)


def _missed(misses: Sequence[Preference]) -> str:
    return ", ".join(words().fill("preference", "missed", {"preference": one.words}) for one in misses)


def _price(product: ProductRecord) -> str:
    return show.amount(product.price_cents, product.currency)
