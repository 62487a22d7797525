"""Preferences, budgets, places and ticket numbers in customers' words; those of another trade too."""

from datetime import datetime
from pathlib import Path

import pytest

from agent.models.embedded.slots import Catalogue, Heard, added, read_slot
from core.business import load_business
from core.flows import Slot, SlotType
from core.shapes import Json
from tests.agent.embedded.talking import Chat, model_of
from tests.support.shop import sample_business

TINY = Path(__file__).parents[2] / "businesses" / "tiny"
NOW = datetime(2026, 11, 24, 9, 30)
SHOP = Catalogue.of(sample_business())


def heard(
    kind: SlotType, text: str, *, asked: bool = False, before: str = "", shop: Catalogue = SHOP
) -> object:
    return read_slot(Heard(text, NOW, asked=asked, before=before, ticket_prefix="T"), Slot(type=kind), shop)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under 200 please", {"max": 200.0}),
        ("not more than €1,200", {"max": 1200.0}),
        ("between 50 and 80 euros", {"min": 50.0, "max": 80.0}),
        ("at least 300 euro", {"min": 300.0}),
        ("300 at most", {"max": 300.0}),
        ("my budget is 1.5k", {"max": 1500.0}),
        ("max 120 cm wide", None),
        ("for 6 people", None),
        ("order 10428", None),
    ],
)
def test_a_budget_is_an_amount_and_no_measure(text: str, expected: Json | None) -> None:
    assert heard("budget", text) == expected


def test_asked_for_a_budget_a_bare_number_or_no_preference_will_do() -> None:
    assert heard("budget", "250", asked=True) == {"max": 250.0}
    assert heard("budget", "doesn't matter", asked=True) == {"any": True}
    assert heard("budget", "250") is None


def test_cheaper_means_less_than_what_was_just_named() -> None:
    assert heard("budget", "anything cheaper?", before="That would be the lamp (€289.00).") == {"max": 288.99}


def test_attributes_and_exclusions_are_words_of_the_catalogue() -> None:
    found = heard("taste", "black or rather something in oak, but no leather, at most 80 cm wide")

    assert isinstance(found, dict)
    assert {"name": "material", "value": "oak"} in found["attributes"]
    assert {"name": "width", "at_most": 80.0} in found["attributes"]
    assert found["exclude"] == ["leather"]


def test_preferences_gather_and_a_newer_one_takes_the_older_ones_place() -> None:
    slot = Slot(type="taste", adds=True)
    value: object = None
    for text in (
        "in black",
        "made of steel, no glass",
        "hmm, white instead",
        "glass is fine after all, so glass",
    ):
        told = heard("taste", text)
        assert told is not None
        value = added(slot, value, told)

    assert isinstance(value, dict)
    assert {one["name"]: one["value"] for one in value["attributes"]} == {
        "colour": "white",
        "material": "glass",
    }
    assert value["exclude"] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I'm looking for a floor lamp", "floor lamp"),
        ("any walnutt sidebord?", "walnutt sidebord"),
        ("do you have hammocks?", "hammocks"),
        ("we need a new couch", "couch"),
        ("what about in oak?", None),
    ],
)
def test_the_kind_of_thing_is_named_whether_it_is_sold_or_not(text: str, kind: str | None) -> None:
    assert heard("product_kind", text) == kind


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I live in Utrecht, which is nearest?", "Utrecht"),
        ("nearest shop to galway", "galway"),
        ("I'm calling from New York", "New York"),
        ("V94 X2F8", "V94 X2F8"),
        ("are you open in Dublin", None),
        ("can I come in the morning", None),
    ],
)
def test_where_the_customer_is_is_a_town_or_a_postcode(text: str, place: str | None) -> None:
    assert heard("near", text) == place


def test_a_ticket_number_is_no_order_number() -> None:
    assert heard("ticket", "any news on T-3001?") == "T-3001"
    assert heard("ticket", "it is ticket number 48213") == "T-48213"
    assert heard("order_number", "any news on T-3001?") is None
    assert heard("order_number", "order HL-10428 and ticket T-3001") == "HL-10428"


def test_two_products_of_the_last_answer_are_the_two_that_are_compared() -> None:
    answer = (
        "2 fit: Tripod floor lamp, oak (€289.00): 9 in stock; Heron arc floor lamp (€389.00): 5 in stock."
    )

    assert heard("products", "compare the two", before=answer) == [
        "Tripod floor lamp, oak",
        "Heron arc floor lamp",
    ]
    assert heard("products", "hello", before=answer) is None


def test_another_trade_is_asked_and_recommended_by_its_own_attributes() -> None:
    calls: list[Json] = []

    def tools(name: str, args: Json) -> Json:
        calls.append(args)
        one = {"name": "Helmet", "about": "Medium."}
        return {
            "ok": True,
            "found": 1,
            "products": [one],
            "products_words": "Helmet (129.00 NZD): 5 in stock",
        }

    chat = Chat(tools, model_of(TINY))
    said = chat.says("I'm looking for a red helmet, size M, under 150 dollars")

    assert calls[-1]["category"].lower() == "helmet"
    assert calls[-1]["max_price"] == 150.0
    assert {"name": "colour", "value": "red"} in calls[-1]["attributes"]
    assert "Helmet (129.00 NZD)" in said["text"]


def test_the_vocabulary_of_another_trade_is_its_own() -> None:
    shop = Catalogue.of(load_business(TINY))
    found = heard("taste", "with a presta valve, 11 gears", shop=shop)

    assert isinstance(found, dict)
    assert {"name": "valve", "value": "presta"} in found["attributes"]
    assert {"name": "gears", "value": "11"} in found["attributes"]
