"""Hours of a day: holidays win over weekdays, slots fit into what is open."""

from datetime import date, time
from pathlib import Path

import pytest

from core.business import Business, load_business
from core.business_parts import When
from core.opening import first_day_with, offered_on, spans_on, starts_on
from core.settings import SAMPLE_BUSINESS


@pytest.fixture(scope="module")
def business() -> Business:
    return load_business(SAMPLE_BUSINESS)


def test_a_holiday_closes_an_open_weekday(business: Business) -> None:
    dublin = business.location("dublin")
    assert dublin is not None
    assert spans_on(dublin.hours, date(2026, 12, 25), dublin.exceptions) == ()
    assert spans_on(dublin.hours, date(2026, 12, 24), dublin.exceptions) == (("10:00", "14:00"),)
    assert spans_on(dublin.hours, date(2026, 12, 23), dublin.exceptions) == (("10:00", "18:00"),)


def test_a_day_that_no_file_names_is_closed(business: Business) -> None:
    cork = business.location("cork")
    assert cork is not None
    assert spans_on(cork.hours, date(2026, 11, 23), cork.exceptions) == ()


def test_a_service_is_offered_while_both_it_and_the_place_are_open(business: Business) -> None:
    repair, rotterdam = business.service("lamp_repair"), business.location("rotterdam")
    assert repair is not None
    assert rotterdam is not None
    assert offered_on(repair, rotterdam, date(2026, 11, 25)) == (("10:00", "12:30"), ("14:00", "17:00"))
    assert offered_on(repair, rotterdam, date(2026, 11, 23)) == ()


def test_a_slot_ends_before_the_place_closes(business: Business) -> None:
    consultation, dublin = business.service("design_consultation"), business.location("dublin")
    assert consultation is not None
    assert dublin is not None
    assert starts_on(consultation, dublin, date(2026, 11, 25))[-1] == time(17)


def test_a_seeded_booking_moves_to_the_next_day_with_such_a_slot(business: Business) -> None:
    workshop, dublin = business.service("care_workshop"), business.location("dublin")
    assert workshop is not None
    assert dublin is not None
    assert first_day_with(workshop, dublin, date(2026, 11, 24), time(18)) == date(2026, 11, 26)
    assert first_day_with(workshop, dublin, date(2026, 11, 24), time(3)) is None


@pytest.mark.parametrize(
    ("text", "days"), [("-12d", -12), ("+2d", 2), ("0d", 0), ("-2w", -14), ("-4y", -1460)]
)
def test_a_relative_day_is_counted_from_the_seed_day(text: str, days: int) -> None:
    assert When.parse(text).days == days


@pytest.mark.parametrize("text", ["yesterday", "-12", "-3d 25:00", "12-25", ""])
def test_what_is_no_relative_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        When.parse(text)


def test_the_sample_folder_is_the_one_that_settings_name() -> None:
    assert Path(SAMPLE_BUSINESS, "shop.yaml").is_file()
