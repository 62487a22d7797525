"""Appointments: real slots, no place twice, moved, cancelled, and only by whose they are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.business import Business
from core.shapes import Json
from store.shop_tables import booking
from store.work_tables import outbox
from tests.support.shop import BOTH, Shop, Talk, a_shop

VISIT = {"service": "showroom_visit", "location": "dublin"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as made:
        yield made


def free_start(talk: Talk, **wanted: object) -> str:
    found = talk.call("find_slots", **{**VISIT, "from_date": "2026-12-01", **wanted})
    return str(found["slots"][0]["start_iso"])


def booked(talk: Talk, **wanted: object) -> Json:
    result = talk.call("book_appointment", **VISIT, start=free_start(talk, **wanted))
    assert result["ok"], result
    return dict(result["booking"])


def test_next_tuesday_after_four_means_the_shops_clock(shop: Shop) -> None:
    found = shop.talk().call(
        "find_slots", service="a showroom visit", location="Dublin", from_date="next Tuesday after four"
    )

    assert [slot["start"] for slot in found["slots"]] == [
        f"Tuesday 1 December at {clock}" for clock in ("16:00", "16:30", "17:00", "17:30")
    ]


def test_slots_lie_within_hours_lead_and_horizon(shop: Shop) -> None:
    talk = shop.talk()
    sunday = talk.call("find_slots", **VISIT, from_date="sunday")
    christmas = talk.call(
        "find_slots", service="design_consultation", location="dublin", from_date="25 December"
    )
    eve = talk.call("find_slots", service="design_consultation", location="dublin", from_date="24 December")
    far = talk.call("find_slots", **VISIT, from_date="2027-06-01")
    today = talk.call("find_slots", **VISIT, from_date="today")

    assert sunday["slots"][0]["start"].endswith("12:00")
    assert (christmas["error"], christmas["reason"]) == ("not_available", "closed")
    assert christmas["alternatives"]
    assert [slot["start"][-5:] for slot in eve["slots"]] == ["10:00", "11:00", "12:00", "13:00"]
    assert far["reason"] == "too_far"
    assert today["slots"][0]["start_iso"] == "2026-11-24T11:30:00+00:00"


def test_without_a_service_the_options_are_named(shop: Shop) -> None:
    missing = shop.talk().call("find_slots")
    unknown = shop.talk().call("find_slots", service="balloon flight")
    elsewhere = shop.talk().call("find_slots", service="lamp repair", location="Berlin")

    assert (missing["error"], missing["missing"]) == ("missing", ["service"])
    assert (unknown["error"], unknown["what"]) == ("unknown", "service")
    assert {one["id"] for one in elsewhere["options"]} == {"dublin", "rotterdam"}


def test_a_day_without_a_time_asks_for_the_hour_with_options(shop: Shop) -> None:
    result = shop.talk("C-1001").call("book_appointment", **VISIT, start="next tuesday")

    assert (result["error"], result["missing"]) == ("missing", ["start"])
    assert result["options"][0]["id"] == "2026-12-01T10:00:00+00:00"


def test_a_signed_in_customer_books_in_words_and_is_reminded(shop: Shop) -> None:
    talk = shop.talk("C-1001")

    result = talk.call("book_appointment", service="showroom visit", location="Cork", start="friday at 2pm")

    assert result["ok"], result
    assert result["booking"]["start"] == "Friday 27 November at 14:00"
    assert result["explain"]
    found = talk.call("find_bookings")
    assert result["booking"]["booking"] in {one["booking"] for one in found["bookings"]}
    row = shop.database.read(
        lambda uow: uow.connection.execute(select(outbox).where(outbox.c.kind == "booking_reminder")).one()
    )
    assert row.due_at == datetime(2026, 11, 26, 14, tzinfo=UTC)


def test_a_stranger_gives_name_and_email_which_are_checked(shop: Shop) -> None:
    talk = shop.talk()
    start = free_start(talk)
    bare = talk.call("book_appointment", **VISIT, start=start)
    wrong = talk.call("book_appointment", **VISIT, start=start, name="Ann", email="ann@")
    unsaid = talk.call("book_appointment", **VISIT, start=start, name="Ann", email="ann@Example.com")
    talk.says("I'm Ann, ann@example.com")
    right = talk.call("book_appointment", **VISIT, start=start, name="Ann", email="ann@Example.com")

    assert (bare["error"], bare["missing"]) == ("missing", ["name", "email"])
    assert "email" in wrong["fields"]
    assert "email" in unsaid["fields"]
    assert right["ok"], right


def test_the_same_wish_twice_has_one_business_key_and_after_a_cancellation_another(shop: Shop) -> None:
    talk = shop.talk("C-1001")
    start = free_start(talk)
    first = talk.key("book_appointment", **VISIT, start=start)
    made = talk.call("book_appointment", **VISIT, start=start)["booking"]
    second = talk.key("book_appointment", service="Showroom visit", location="Dublin showroom", start=start)
    talk.call("cancel_appointment", booking=made["booking"])

    assert first == second
    assert talk.key("book_appointment", **VISIT, start=start) != first


def test_moving_keeps_the_reference_and_frees_the_old_place(shop: Shop) -> None:
    talk = shop.talk("C-1001")
    one = booked(talk)

    moved = talk.call("reschedule_appointment", booking=one["booking"], start="2 December at 11:00")

    assert moved["ok"], moved
    assert moved["booking"]["booking"] == one["booking"]
    assert (moved["booking"]["start"], moved["was"]) == ("Wednesday 2 December at 11:00", one["start"])
    again = talk.call("reschedule_appointment", booking=one["booking"], start="2 December at 11:00")
    assert again["ok"]
    there = talk.call("find_slots", **VISIT, from_date=one["start_iso"])
    assert there["slots"][0]["places"] == 3


def test_moving_to_and_fro_is_two_changes(shop: Shop) -> None:
    talk = shop.talk("C-1001")
    one = booked(talk)
    there, back = {"booking": one["booking"], "start": "2 December at 11:00"}, one["start_iso"]
    first = talk.key("reschedule_appointment", **there)
    talk.call("reschedule_appointment", **there)
    talk.call("reschedule_appointment", booking=one["booking"], start=back)

    assert talk.key("reschedule_appointment", **there) != first
    assert talk.call("reschedule_appointment", **there)["ok"]


def test_a_cancelled_place_is_free_again(shop: Shop) -> None:
    talk = shop.talk("C-1001")
    one = booked(talk, service="design_consultation")

    result = talk.call("cancel_appointment", booking=one["booking"])

    assert result["booking"]["status"] == "cancelled"
    assert talk.call("cancel_appointment", booking=one["booking"])["ok"]
    assert all(other["booking"] != one["booking"] for other in talk.call("find_bookings")["bookings"])


def test_close_to_its_start_only_a_person_changes_it(shop: Shop) -> None:
    talk = shop.talk("C-1001")
    one = booked(talk)
    shop.clock.now = datetime.fromisoformat(one["start_iso"]).astimezone(UTC)
    shop.clock.pass_(hours=-1)

    cancel = talk.call("cancel_appointment", booking=one["booking"])
    move = talk.call("reschedule_appointment", booking=one["booking"], start="4 December at 11:00")

    for refused in (cancel, move):
        assert refused["error"] == "too_late"
        assert "2 hours" in refused["text"]
        assert refused["person_offered"]


def test_somebody_elses_appointment_is_answered_like_none(shop: Shop) -> None:
    talk = shop.talk("C-1002").says("cancel BK-2001")

    for tool, more in (
        ("cancel_appointment", {}),
        ("reschedule_appointment", {"start": "2 December at 11:00"}),
    ):
        theirs = talk.call(tool, booking="BK-2001", **more)
        assert theirs == talk.call(tool, booking="BK-9999", **more)
        assert theirs["error"] == "not_found"


def test_reference_and_email_in_the_customers_words_open_an_appointment(shop: Shop) -> None:
    talk = shop.talk()
    nothing = talk.call("find_bookings", email="maeve.brennan@example.com")
    talk.says("My appointment is BK-2001.", "I wrote as maeve.brennan@example.com")

    found = talk.call("find_bookings", email="maeve.brennan@example.com")

    assert nothing["error"] == "identity_needed"
    assert [one["booking"] for one in found["bookings"]] == ["BK-2001"]
    assert talk.call("cancel_appointment", booking="bk-2001")["ok"]


def test_a_full_slot_offers_the_nearest_free_ones(shop: Shop) -> None:
    start = free_start(shop.talk(), service="design_consultation")
    first = shop.talk("C-1001").call(
        "book_appointment", service="design_consultation", location="dublin", start=start
    )

    second = shop.talk("C-1002").call(
        "book_appointment", service="design_consultation", location="dublin", start=start
    )

    assert first["ok"], first
    assert (second["error"], second["reason"]) == ("not_available", "full")
    assert second["alternatives"][0]["start_iso"][:10] == start[:10]


def test_the_business_may_ask_for_a_yes_first(shop: Shop) -> None:
    asking = shop.business.booking.model_copy(update={"confirm": True})
    shop.business = shop.business.model_copy(update={"booking": asking})
    talk = shop.talk("C-1001")
    start = free_start(talk)

    asked = talk.call("book_appointment", **VISIT, start=start)

    assert asked["error"] == "needs_confirmation"
    assert "Maeve Brennan" in asked["summary"]
    assert talk.call("book_appointment", **VISIT, start=start, confirmed=True)["ok"]


@pytest.mark.parametrize("kind", BOTH)
def test_fifty_bookings_at_once_for_one_slot_give_exactly_its_capacity(kind: str, tmp_path: Path) -> None:
    with a_shop(kind, tmp_path) as shop:
        start = free_start(shop.talk())
        talks = [shop.talk() for _ in range(50)]

        def book(number: int) -> Json:
            guest = {"name": f"Guest {number}", "email": f"guest{number}@example.com"}
            talk = talks[number].says(guest["email"])
            return talk.call("book_appointment", **VISIT, start=start, **guest)

        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(book, range(50)))

        made = [result for result in results if result["ok"]]
        count = select(func.count(func.distinct(booking.c.place))).where(
            booking.c.start_at == datetime.fromisoformat(start), booking.c.location == "dublin"
        )
        assert len(made) == 3
        assert {r["error"] for r in results if not r["ok"]} <= {"not_available", "changed_meanwhile"}
        assert shop.database.read(lambda uow: uow.connection.execute(count).scalar_one()) == 3


def test_slots_stay_on_the_local_clock_over_a_change_of_the_clock(shop: Shop) -> None:
    # The last Sunday of March 2027: Rotterdam's clock goes forward.
    shop.clock.now = datetime(2027, 3, 26, 8, tzinfo=UTC)
    wanted = {
        "service": "showroom_visit",
        "location": "rotterdam",
        "from_date": "26 March",
        "to_date": "30 March",
    }

    starts = [slot["start_iso"] for slot in shop.talk().call("find_slots", **wanted)["slots"]]
    later = shop.talk().call("find_slots", **{**wanted, "from_date": "30 March"})["slots"]

    assert starts[0].endswith("+01:00")
    assert later[0]["start_iso"].endswith("+02:00")
    assert later[0]["start"].endswith(_opening(shop.business, "rotterdam", "tue"))


def _opening(business: Business, location: str, day: str) -> str:
    place = business.location(location)
    assert place is not None
    return place.hours[day][0][0]  # type: ignore[index]


def test_without_a_location_slots_of_all_are_shown_with_their_names_over_several_days(shop: Shop) -> None:
    found = shop.talk().call("find_slots", service="showroom visit")

    assert found["ok"]
    assert found["more"]
    assert len({slot["start"] for slot in found["slots"]}) > 2
    assert len({slot["start_iso"][:10] for slot in found["slots"]}) > 1
    assert found["slots"][0]["location_name"] in found["slots_words"]


def test_a_time_that_is_taken_by_nobody_but_no_start_names_the_starts_around_it(shop: Shop) -> None:
    result = shop.talk().call("find_slots", **VISIT, from_date="1 December at 11:10")

    assert (result["error"], result["reason"]) == ("not_available", "no_match")
    assert {"Tuesday 1 December at 11:00", "Tuesday 1 December at 11:30"} <= {
        slot["start"] for slot in result["alternatives"]
    }


def test_words_that_say_no_time_are_named_for_mending(shop: Shop) -> None:
    result = shop.talk().call("find_slots", **VISIT, from_date="when the moon is blue")

    assert result["error"] == "bad_arguments"
    assert "from_date" in result["fields"]
