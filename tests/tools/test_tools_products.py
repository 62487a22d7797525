"""Recommending: filtered by what was said, ranked with reasons, in stock only; why none fits; compared."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from core.business import load_business
from core.shapes import Json
from store.seed import seed_shop
from store.shop_tables import product
from tests.support.shop import BOTH, Shop, a_shop

TINY = Path(__file__).parents[1] / "businesses" / "tiny"


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def bicycles(tmp_path: Path) -> Iterator[Shop]:
    """A shop of another trade, with attributes of its own and no `catalogue.yaml`."""
    with a_shop("sqlite", tmp_path) as opened:
        opened.business = load_business(TINY)
        opened.database.write(lambda uow: seed_shop(uow, opened.business))
        yield opened


def found(shop: Shop, **wishes: object) -> Json:
    return shop.talk().call("find_products", **wishes)


def names(result: Json) -> list[str]:
    return [one["name"] for one in result["products"]]


def test_every_preference_filters_and_is_named_as_a_reason(shop: Shop) -> None:
    colour = {"name": "colour", "value": "black"}
    result = found(shop, category="dining chair", max_price=200, attributes=[colour], exclude=["velvet"])

    assert names(result) == ["Brandon spindle chair, black"]
    reasons = result["products"][0]["reasons"]
    assert reasons == ["up to €200.00", "colour black", "without velvet", "18 in stock"]
    assert result["products"][0]["price"] == "€199.00"


def test_what_is_not_in_stock_is_not_recommended_but_told(shop: Shop) -> None:
    before = found(shop, category="rug")
    shop.database.write(
        lambda uow: uow.connection.execute(
            update(product).where(product.c.name == before["products"][0]["name"]).values(stock=0)
        )
    )

    after = found(shop, category="rug")

    assert names(before) == ["Burren wool rug 200 x 300"]
    assert (after["found"], after["products"]) == (0, [])
    assert after["sold_out_words"] == "Burren wool rug 200 x 300 (€590.00)"


def test_where_none_fits_the_preference_that_rules_everything_out_is_named(shop: Shop) -> None:
    eight = {"name": "seats", "at_least": 8}
    result = found(shop, category="dining table", attributes=[eight], max_price=500)

    assert (result["found"], result["products"]) == (0, [])
    assert result["blocking"] == [{"preference": "up to €500.00", "would_leave": 1}]
    nearest = result["nearest"][0]
    assert (nearest["name"], nearest["misses"]) == (
        "Brandon oak dining table 200",
        [{"preference": "up to €500.00", "has": "€1090.00"}],
    )


def test_a_kind_of_thing_that_is_not_sold_has_no_nearest(shop: Shop) -> None:
    result = found(shop, category="hammock", max_price=100)

    assert (result["found"], result["nearest"], result["blocking_words"]) == (0, [], "hammock")
    assert "lamps" in result["kinds_words"]


def test_a_customers_word_takes_in_words_of_the_catalogue(shop: Shop) -> None:
    blue = {"name": "color", "value": "blue"}

    assert names(found(shop, category="couch", attributes=[blue])) == ["Lodger sofa bed, navy"]


def test_a_mistyped_word_is_understood_and_an_unknown_one_said(shop: Shop) -> None:
    result = found(shop, category="walnutt sideboard", query="antigravity")

    assert names(result) == ["Sligo walnut sideboard"]
    assert result["unknown_words"] == "antigravity"


def test_a_desk_is_no_desk_lamp(shop: Shop) -> None:
    assert all("desk" in one or "bureau" in one for one in names(found(shop, category="desk")))
    assert all("lamp" in one.lower() for one in names(found(shop, category="desk lamp")))


def test_measures_are_bounds(shop: Shop) -> None:
    narrow = {"name": "width", "at_most": 120}

    assert names(found(shop, category="desk", attributes=[narrow])) == ["Sligo writing bureau"]


def test_where_many_fit_it_says_what_tells_them_apart(shop: Shop) -> None:
    result = found(shop, category="lamp")

    assert result["found"] > len(result["products"]) == 3
    assert {one["name"] for one in result["narrow_by"]} <= {"colour", "material", "room", "style", "bulb"}
    assert all(len(one["options"]) > 1 for one in result["narrow_by"])


def test_without_any_preference_it_asks_what_is_looked_for(shop: Shop) -> None:
    result = found(shop)

    assert (result["error"], result["missing"]) == ("missing", ["category"])


def test_two_are_compared_by_what_the_database_says_of_both(shop: Shop) -> None:
    result = shop.talk().call("compare_products", products=["Heron arc floor lamp", "LMP-FLO-TRI"])

    rows = {row["name"]: row["values"] for row in result["differences"]}
    assert rows["price"] == ["€389.00", "€289.00"]
    assert rows["height"] == ["205 cm", "152 cm"]
    assert (result["cheaper"], result["price_difference"]) == ("Tripod floor lamp, oak", "€100.00")
    assert "dimmable yes" in result["same_words"]


def test_a_product_that_does_not_exist_is_never_compared(shop: Shop) -> None:
    unknown = shop.talk().call("compare_products", products=["Zeppelin lamp 3000", "Heron arc floor lamp"])
    alone = shop.talk().call("compare_products", products=["Heron arc floor lamp", "heron arc floor lamp"])

    assert (unknown["error"], unknown["named"]) == ("unknown", "Zeppelin lamp 3000")
    assert alone["error"] == "two_products"


def test_a_business_of_another_trade_recommends_from_its_own_attributes(bicycles: Shop) -> None:
    medium = found(bicycles, attributes=[{"name": "size", "value": "M"}])
    geared = found(bicycles, category="chain", attributes=[{"name": "gears", "value": "11"}], max_price=60)
    none = found(bicycles, category="helmet", attributes=[{"name": "colour", "value": "blue"}])

    assert names(medium) == ["Helmet"]
    assert names(geared) == ["Chain for 11 gears"]
    assert "gears 11" in geared["products"][0]["reasons"]
    assert (none["found"], none["blocking_words"]) == (0, "colour blue")
    assert none["nearest_words"] == "Helmet (129.00 NZD), but not colour blue"
