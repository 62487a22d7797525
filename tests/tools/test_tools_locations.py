"""Locations: open now, on named days, at a time, the nearest, whose clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.business import load_business
from core.shapes import Json
from tests.support.shop import Shop, a_shop
from tools.named_days import named_day
from tools.towns import kilometres, town_named, town_of_postcode

TINY = Path(__file__).parents[1] / "businesses" / "tiny"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as opened:
        yield opened


def found(shop: Shop, customer: str | None = None, **arguments: object) -> list[Json]:
    result = shop.talk(customer).call("find_locations", **arguments)
    assert result["ok"], result
    locations: list[Json] = result["locations"]
    return locations


def test_open_now_is_told_on_each_places_own_clock(shop: Shop) -> None:
    """Half past nine in Dublin, an hour later in Rotterdam."""
    by_id = {one["id"]: one for one in found(shop)}

    assert (by_id["dublin"]["open_now"], by_id["dublin"]["now_words"]) == (
        False,
        "closed now, opens today at 10:00",
    )
    assert (by_id["rotterdam"]["open_now"], by_id["rotterdam"]["local_time"]) == (True, "10:30")
    assert by_id["rotterdam"]["now_words"] == "open now, until 12:30"


def test_in_the_lunch_break_it_is_closed_until_the_second_span(shop: Shop) -> None:
    shop.clock.now = datetime(2026, 11, 24, 11, 45, tzinfo=UTC)

    (rotterdam,) = found(shop, location="rotterdam")

    assert rotterdam["now_words"] == "closed now, opens today at 13:00"


@pytest.mark.parametrize(
    ("words", "day", "hours"),
    [
        ("Boxing Day", "2026-12-26", "closed"),
        ("st stephen's day", "2026-12-26", "closed"),
        ("St. Patrick’s Day", "2027-03-17", "closed"),
        ("Christmas Eve", "2026-12-24", "10:00 to 14:00"),
        ("Easter Monday", "2027-03-29", "10:00 to 18:00"),
        ("tomorrow", "2026-11-25", "10:00 to 18:00"),
        ("2026-11-29", "2026-11-29", "12:00 to 17:00"),
    ],
)
def test_a_day_is_read_by_its_name_or_its_date(shop: Shop, words: str, day: str, hours: str) -> None:
    (dublin,) = found(shop, location="dublin", date=words)

    assert [(one["day_iso"], one["hours"]) for one in dublin["days"]] == [(day, hours)]


def test_several_days_are_told_one_by_one(shop: Shop) -> None:
    (cork,) = found(shop, location="cork", date="this weekend")

    assert cork["days_words"] == "Saturday 28 November: 09:30 to 17:30, Sunday 29 November: 13:00 to 17:00"


def test_a_time_without_a_day_gives_the_weekdays_on_which_it_is_open_then(shop: Shop) -> None:
    (rotterdam,) = found(shop, location="rotterdam", at="eight in the evening")

    assert (rotterdam["open_at"], rotterdam["open_at_words"]) == (True, "Thursday")


def test_a_time_with_a_day_is_open_or_not(shop: Shop) -> None:
    (late,) = found(shop, location="dublin", date="Thursday", at="19:00")
    (early,) = found(shop, location="dublin", date="Friday", at="19:00")

    assert (late["open_at"], early["open_at"]) == (True, False)


@pytest.mark.parametrize(
    ("near", "nearest"),
    [("Utrecht", "rotterdam"), ("V94 X2F8", "cork"), ("BT1 5GS", "dublin"), ("I live in Galway", "cork"),
     ("3584 CS", "rotterdam"), ("Den Haag", "rotterdam"), ("Kinsale", "cork")],
)  # fmt: skip
def test_the_nearest_to_a_town_or_postcode_comes_first(shop: Shop, near: str, nearest: str) -> None:
    assert found(shop, near=near)[0]["id"] == nearest


def test_a_place_that_nobody_knows_is_said_to_be_unknown(shop: Shop) -> None:
    result = shop.talk().call("find_locations", near="Xyzzyburg")

    assert (result["error"], result["what"]) == ("unknown", "place")
    assert "Cork showroom" in result["options_words"]


def test_another_clock_of_the_customers_is_told(shop: Shop) -> None:
    (dublin,) = found(shop, near="New York", location="dublin")
    (own,) = found(shop, "C-1001", location="rotterdam")

    assert dublin["clock_note"] == "New York City is 5 h behind Dublin"
    assert own["clock_note"] == "Dublin is 1 h behind Rotterdam"
    assert found(shop, "C-1001", location="dublin")[0]["clock_note"] is None


def test_words_without_a_day_are_asked_for_again(shop: Shop) -> None:
    result = shop.talk().call("find_locations", date="when the cows come home")

    assert (result["error"], list(result["fields"])) == ("bad_arguments", ["date"])


def test_another_business_on_the_other_side_of_the_world_is_found_by_its_own_postcode(shop: Shop) -> None:
    shop.business = load_business(TINY)

    (newtown,) = found(shop, near="6021", date="Waitangi Day")

    assert newtown["distance_km"] is not None
    assert newtown["distance_km"] < 10
    assert newtown["days"][0]["hours"] == "closed"


def test_of_two_towns_with_one_name_the_one_in_the_shops_countries_is_meant() -> None:
    dublin, elsewhere = town_named("Dublin", ["IE"]), town_named("Dublin", ["US"])

    assert dublin is not None
    assert elsewhere is not None
    assert (dublin.country, elsewhere.country) == ("IE", "US")
    assert town_of_postcode("not a code", ["IE"]) is None


def test_distances_are_great_circles() -> None:
    """Dublin to Rotterdam is 762 km by any map."""
    assert kilometres((53.35, -6.26), (51.92, 4.48)) == pytest.approx(747, abs=20)
    assert kilometres((0, 0), (0, 180)) == pytest.approx(20015, abs=1)


def test_a_feast_is_the_next_one_today_included() -> None:
    christmas = named_day("christmas", date(2026, 12, 25), ["IE"])
    after = named_day("christmas", date(2026, 12, 26), ["IE"])

    assert christmas is not None
    assert after is not None
    assert (christmas.day.year, after.day.year) == (2026, 2027)
    assert named_day("next tuesday", date(2026, 12, 26), ["IE"]) is None


def test_a_day_that_differs_by_country_is_that_of_the_first_country() -> None:
    irish = named_day("mother's day", date(2027, 1, 1), ["IE"])
    dutch = named_day("mother's day", date(2027, 1, 1), ["NL"])

    assert irish is not None
    assert dutch is not None
    assert (irish.day, dutch.day) == (date(2027, 3, 7), date(2027, 5, 9))
