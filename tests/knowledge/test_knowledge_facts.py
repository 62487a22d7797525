"""Facts of the business data as entries: hours, holidays, addresses, services, contact."""

from pathlib import Path

import pytest

from core.business import Business, FaqEntry, HoursException, Location, Service, load_business
from core.settings import SAMPLE_BUSINESS
from knowledge import entries_of
from knowledge.entries import Entry

WEEK = {"mon-fri": "09:00-12:00, 13:00-17:00", "sat": "10:00-14:00"}


def place(name: str, **changed: object) -> Location:
    values: dict[str, object] = {
        "id": name.lower(),
        "name": name,
        "address": "1 Hill Road",
        "postcode": "AB1",
        "town": "Leith",
        "country": "GB",
        "timezone": "Europe/London",
        "phone": "0131 1",
        "hours": WEEK,
    }
    return Location.model_validate(values | changed)


@pytest.fixture(scope="module")
def sample() -> Business:
    return load_business(SAMPLE_BUSINESS)


def facts(business: Business, *locations: Location, **changed: object) -> dict[str, Entry]:
    """The facts of a business that has these locations, and no FAQ or policies."""
    bare = {"locations": locations, "faq": (), "policies": (), "services": (), **changed}
    return {entry.id: entry for entry in entries_of(business.model_copy(update=bare))}


def test_a_week_is_told_with_equal_days_together(sample: Business) -> None:
    assert facts(sample, place("Mill"))["fact-hours"].text == (
        "Mill: Monday to Friday 09:00 to 12:00 and 13:00 to 17:00, Saturday 10:00 to 14:00, Sunday closed."
    )


def test_a_weekday_is_told_for_each_location(sample: Business) -> None:
    found = facts(sample, place("Mill"), place("Quay", hours={"mon-sun": "00:00-24:00"}))
    assert found["fact-hours-sun"].title == "When are you open on Sunday?"
    assert found["fact-hours-sun"].text == "Mill, Sunday: closed.\nQuay, Sunday: all day."


def test_a_day_with_other_hours_is_told_by_its_date(sample: Business) -> None:
    exceptions = (
        HoursException(date="12-25", name="Christmas Day"),
        HoursException.model_validate({"date": "2030-04-02", "name": "Stocktaking", "hours": "09:00-11:00"}),
    )
    found = facts(sample, place("Mill", exceptions=exceptions))
    assert found["fact-holiday-12-25"].text == "Mill, 25 December (Christmas Day): closed."
    assert found["fact-holiday-2030-04-02"].text == "Mill, 2 April 2030 (Stocktaking): 09:00 to 11:00."
    assert "25 December (Christmas Day) closed" in found["fact-holidays"].text


def test_several_locations_have_an_entry_each_with_address_and_phone(sample: Business) -> None:
    found = facts(sample, place("Mill"), place("Quay", address="2 Shore"))
    assert found["fact-location-quay"].text.startswith("Quay: 2 Shore, AB1 Leith. Phone: 0131 1. Open Monday")
    assert "1 Hill Road" in found["fact-addresses"].text
    assert "2 Shore" in found["fact-addresses"].text


def test_a_shop_without_locations_tells_only_how_to_reach_it(sample: Business) -> None:
    assert list(facts(sample)) == ["fact-contact"]
    assert sample.shop.email in facts(sample)["fact-contact"].text


def test_a_service_is_told_with_its_length_its_places_and_its_price(sample: Business) -> None:
    service = Service(
        id="fit", name="Fitting", about="We fit it.", minutes=45, capacity=1, lead_hours=1, horizon_days=9,
        locations=("mill",), start_every_minutes=45, late_cancel_hours=2, price_cents=1250,
    )  # fmt: skip
    text = facts(sample, place("Mill"), services=(service,))["fact-service-fit"].text
    assert text == f"We fit it. It takes 45 minutes. Where: Mill. It costs 12.50 {sample.shop.currency}."


def test_the_faqs_own_answer_stands_in_place_of_the_fact(sample: Business) -> None:
    own = FaqEntry(
        id="own", title="what are your opening hours?", text="Always.", file=Path("faq.yaml"), line=1
    )
    found = facts(sample, place("Mill"), faq=(own,))
    assert found["own"].text == "Always."
    assert "fact-hours" not in found
    assert "fact-hours-sat" in found


def test_every_policy_section_with_a_text_is_an_entry_that_cites_it(sample: Business) -> None:
    policies = [entry for entry in entries_of(sample) if entry.kind == "policy"]
    sections = {
        f"{policy.id}#{section.id}": section.text
        for policy in sample.policies
        for section in policy.sections
        if section.text
    }
    assert {entry.id: entry.text for entry in policies} == sections
