"""Details are found in plain words, in many spellings, and what is ruled out is not taken."""

from datetime import datetime

import pytest

from agent.models.embedded.slots import Catalogue, Heard, read_slot
from agent.models.embedded.slots.days import dated
from core.business import load_business
from core.flows import Slot, SlotType
from core.settings import SAMPLE_BUSINESS

NOW = datetime(2026, 11, 24, 9, 30)
"""A Tuesday morning."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.of(load_business(SAMPLE_BUSINESS))


def read(
    catalogue: Catalogue,
    type_: SlotType,
    text: str,
    *,
    asked: bool = False,
    before: str = "",
    options: dict[str, tuple[str, ...]] | None = None,
) -> object:
    slot = Slot(type=type_, options=options or {})
    return read_slot(Heard(text, NOW, asked=asked, before=before), slot, catalogue)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is HL-10478?", "HL-10478"),
        ("order hl10478 please", "HL10478"),
        ("my order number is 10478.", "10478"),
        ("HL 10478", "HL-10478"),
        ("not HL-10400 but HL-10478", "HL-10478"),
        ("HL-10400, no sorry, HL-10478", "HL-10478"),
        ("#1002", "1002"),
        ("it's 10478", "10478"),
    ],
)
def test_an_order_number_is_found(catalogue: Catalogue, text: str, number: str) -> None:
    assert read(catalogue, "order_number", text) == number


@pytest.mark.parametrize(
    "text",
    [
        "call me on +353 87 123 4567",
        "it cost €1200",
        "a desk of 140 cm",
        "my postcode is T12 RX8P",
        "I live at 221 Baker Street",
        "since 2019",
        "mail me at a1234@example.org",
        "at 10:30",
        "within 30 days",
    ],
)
def test_other_numbers_are_no_order_numbers(catalogue: Catalogue, text: str) -> None:
    assert read(catalogue, "order_number", text) is None


def test_a_bare_number_counts_where_it_was_asked_for(catalogue: Catalogue) -> None:
    assert read(catalogue, "order_number", "1002") is None
    assert read(catalogue, "order_number", "1002", asked=True) == "1002"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("it's Ann.Lee@Example.ORG, thanks", "Ann.Lee@example.org"),
        ("ann at example dot org", "ann@example.org"),
        ("not old@example.org but new@example.org", "new@example.org"),
        ("my mail is ann@example.org.", "ann@example.org"),
        ("ann@@example", None),
        ("see you at home", None),
    ],
)
def test_an_e_mail_address_is_found_and_checked(catalogue: Catalogue, text: str, address: str | None) -> None:
    assert read(catalogue, "email", text) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("my number is 087 123 4567", "+353871234567"),
        ("+31 6 12345678", "+31612345678"),
        ("ring 12", None),
    ],
)
def test_a_phone_number_is_read_as_the_shops_country_dials_it(
    catalogue: Catalogue, text: str, number: str | None
) -> None:
    assert read(catalogue, "phone", text) == number


@pytest.mark.parametrize(
    ("text", "asked", "code"),
    [
        ("the postcode is T12 RX8P", False, "T12 RX8P"),
        ("d02x285", True, "D02X285"),
        ("SW1A 1AA", False, "SW1A 1AA"),
        ("zip 90210", False, "90210"),
        ("90210", False, None),
        ("90210", True, "90210"),
        ("3024 EA", True, "3024 EA"),
    ],
)
def test_a_postcode_is_found(catalogue: Catalogue, text: str, asked: bool, code: str | None) -> None:
    assert read(catalogue, "postcode", text, asked=asked) == code


def test_an_address_is_taken_apart(catalogue: Catalogue) -> None:
    whole = read(
        catalogue, "address", "my new address is Flat 2, 12 New Street, Cork, T12 X123, Ireland please"
    )
    street = read(catalogue, "address", "12 New Street", asked=True)

    assert whole == {
        "line1": "Flat 2",
        "line2": "12 New Street",
        "town": "Cork",
        "postcode": "T12 X123",
        "country": "IE",
    }
    assert street == {"line1": "12 New Street"}
    assert read(catalogue, "address", "somewhere else", asked=True) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("tomorrow", "2026-11-25", "2026-11-25"),
        ("on Friday", "2026-11-27", "2026-11-27"),
        ("on fridays", "2026-11-27", "2026-11-27"),
        ("wednsday", "2026-11-25", "2026-11-25"),
        ("next Tuesday after four", "2026-12-01", "2026-12-01"),
        ("on Tuesday", "2026-12-01", "2026-12-01"),
        ("this Tuesday", "2026-11-24", "2026-11-24"),
        ("next Wednesday", "2026-11-25", "2026-11-25"),
        ("next Friday", "2026-11-27", "2026-11-27"),
        ("thursday next week", "2026-12-03", "2026-12-03"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("this week", "2026-11-24", "2026-11-29"),
        ("at the weekend", "2026-11-28", "2026-11-29"),
        ("in three days", "2026-11-27", "2026-11-27"),
        ("3 December", "2026-12-03", "2026-12-03"),
        ("the 3rd of December", "2026-12-03", "2026-12-03"),
        ("Dec 3rd", "2026-12-03", "2026-12-03"),
        ("on the 5th", "2026-12-05", "2026-12-05"),
        ("03/12/2026", "2026-12-03", "2026-12-03"),
        ("2026-12-03", "2026-12-03", "2026-12-03"),
        ("9 March", "2027-03-09", "2027-03-09"),
        ("not Friday but Saturday", "2026-11-28", "2026-11-28"),
        ("next month", "2026-12-01", "2026-12-31"),
    ],
)
def test_days_are_read_as_a_customer_means_them(
    catalogue: Catalogue, text: str, first: str, last: str
) -> None:
    assert read(catalogue, "date", text) == {"first": first, "last": last}


@pytest.mark.parametrize("text", ["last Friday", "I paid by card", "may I come", "2020-01-01"])
def test_days_that_are_over_and_words_that_are_no_days_are_left(catalogue: Catalogue, text: str) -> None:
    assert read(catalogue, "date", text) is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("at 3", {"after": "15:00", "before": "15:00", "at": "15:00"}),
        ("at 15:30", {"after": "15:30", "before": "15:30", "at": "15:30"}),
        ("10am", {"after": "10:00", "before": "10:00", "at": "10:00"}),
        ("half past three", {"after": "15:30", "before": "15:30", "at": "15:30"}),
        ("quarter to five", {"after": "16:45", "before": "16:45", "at": "16:45"}),
        ("after four", {"after": "16:00"}),
        ("before noon", {"before": "12:00"}),
        ("between 2 and 4", {"after": "14:00", "before": "16:00"}),
        ("in the morning", {"after": "00:00", "before": "12:00"}),
        ("for two people", None),
        ("the evening of 3 December", {"after": "17:00", "before": "23:59"}),
        ("on the 5th at 11", {"after": "11:00", "before": "11:00", "at": "11:00"}),
        ("10 December 13:00", {"after": "13:00", "before": "13:00", "at": "13:00"}),
        ("one of the lamps", None),
    ],
)
def test_times_of_day_are_read(catalogue: Catalogue, text: str, bounds: dict[str, str] | None) -> None:
    assert read(catalogue, "time", text) == bounds


OFFER = "I have Friday 27 November at 10:00, Friday 27 November at 11:00, Saturday 28 November at 10:00."


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("the first one", "2026-11-27T10:00"),
        ("second please", "2026-11-27T11:00"),
        ("the last", "2026-11-28T10:00"),
        ("11", "2026-11-27T11:00"),
        ("eleven", "2026-11-27T11:00"),
        ("Saturday", "2026-11-28T10:00"),
        ("saturday at 10", "2026-11-28T10:00"),
        ("Friday at 4pm", "2026-11-27T16:00"),
        ("10", None),
        ("3", "2026-11-28T10:00"),
        ("none of these", None),
    ],
)
def test_a_time_is_chosen_from_those_offered(catalogue: Catalogue, text: str, start: str | None) -> None:
    assert read(catalogue, "start", text, asked=True, before=OFFER) == start


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Smith, ann@example.org", "Ann Smith"),
        ("my name is Jan de Vries", "Jan de Vries"),
        ("it's sean kelly", "Sean Kelly"),
        ("yes the first", None),
        ("can I bring my dog?", None),
    ],
)
def test_a_name_is_an_answer_that_looks_like_one(catalogue: Catalogue, text: str, name: str | None) -> None:
    assert read(catalogue, "name", text, asked=True) == name


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("the design thing", "design_consultation"),
        ("a lamp repair please", "lamp_repair"),
        ("I'd like to join the workshop", "care_workshop"),
        ("measurng visit", "measuring_visit"),
        ("a showroom visit then", "showroom_visit"),
        ("a visit at home or so", "measuring_visit"),
        ("something", None),
        ("mary at example dot com", None),
    ],
)
def test_a_service_is_known_by_any_telling_word(catalogue: Catalogue, text: str, service: str | None) -> None:
    assert read(catalogue, "service", text) == service


def test_a_location_is_known_by_its_town_even_mistyped(catalogue: Catalogue) -> None:
    assert read(catalogue, "location", "in roterdam") == "rotterdam"
    assert read(catalogue, "location", "the Cork showroom") == "cork"
    assert read(catalogue, "location", "the showroom") is None


def test_items_are_named_counted_or_all(catalogue: Catalogue) -> None:
    assert read(catalogue, "items", "I'd return one of the chairs") == {
        "product": "chairs",
        "list": [{"sku": "chairs", "quantity": 1}],
    }
    assert read(catalogue, "items", "the brass pendant") == {
        "product": "brass pendant",
        "list": [{"sku": "brass pendant", "quantity": 1}],
    }
    assert read(catalogue, "items", "the pendants") == {
        "product": "pendants",
        "list": [{"sku": "pendants"}],
    }
    assert read(catalogue, "items", "all of it") == {"all": True}
    assert read(catalogue, "items", "because I want to") is None


def test_yes_and_no_count_only_where_they_were_asked_for(catalogue: Catalogue) -> None:
    assert read(catalogue, "yes_no", "yes please", asked=True) == "yes"
    assert read(catalogue, "yes_no", "no, don't", asked=True) == "no"
    assert read(catalogue, "yes_no", "on Friday", asked=True) is None
    assert read(catalogue, "yes_no", "yes") is None


def test_a_choice_is_the_option_named_last(catalogue: Catalogue) -> None:
    options = {"front": ("front",), "rear": ("rear", "back")}

    assert read(catalogue, "choice", "the back one", options=options) == "rear"
    assert read(catalogue, "choice", "the front, no, the rear", options=options) == "rear"
    assert read(catalogue, "choice", "both", options=options) is None


def test_a_question_about_today_names_the_weekday() -> None:
    named = dated("are you open tomorrow or on boxing day?", NOW, {"boxing day": "26 December"})

    assert named == "are you open on Wednesday or on 26 December?"
