"""What the embedded model reads of enquiries and leads: given, refused, corrected, in whatever order."""

from datetime import datetime

import pytest

from agent.models.embedded.slots import Catalogue, Heard
from agent.models.embedded.slots.enquiry import read_enquiry, read_topic
from agent.models.embedded.slots.lead import read_lead
from tests.support.shop import NOW, sample_business

CATALOGUE = Catalogue.of(sample_business())
HERE: datetime = NOW.replace(tzinfo=None)


def heard(text: str, before: str = "") -> Heard:
    """A message, as the answer to the question that `before` ends in."""
    return Heard(text, HERE, asked=bool(before), before=before)


def ask_of(name: str) -> str:
    enquiries = sample_business().enquiries
    detail = enquiries.detail(name) if enquiries else None
    assert detail is not None
    return f"Thank you. {detail.ask}"


NAME_AND_PHONE = "Could you give me your name and a phone number?"


@pytest.mark.parametrize(
    ("text", "before", "told"),
    [
        ("Tom Byrne", ask_of("name"), {"name": "Tom Byrne"}),
        ("tom byrne, 087 555 0123", NAME_AND_PHONE, {"name": "Tom Byrne", "phone": "+353875550123"}),
        (
            "087 555 0123 and my name is Tom Byrne",
            NAME_AND_PHONE,
            {"name": "Tom Byrne", "phone": "+353875550123"},
        ),
        ("Ann Lee, ann@lee.example.com", "", {"name": "Ann Lee", "email": "ann@lee.example.com"}),
        ("no wait, it's ann.lee@example.org", ask_of("message"), {"email": "ann.lee@example.org"}),
        ("ann at lee dot com", ask_of("email"), {"email": "ann@lee.com"}),
        ("ann@lee", ask_of("email"), {"email": "ann@lee"}),
        ("12345", ask_of("phone"), {"phone": "12345"}),
        ("it's loose at one leg", ask_of("message"), {"message": "it's loose at one leg"}),
        (
            "see https://photos.example.com/a.jpg",
            ask_of("photo_link"),
            {"photo_link": "https://photos.example.com/a.jpg"},
        ),
        ("walnut, please", ask_of("wood"), {"other": [{"name": "wood", "value": "walnut"}]}),
    ],
)
def test_all_that_a_message_gives_is_taken(text: str, before: str, told: dict[str, object]) -> None:
    read = read_enquiry(heard(text, before), CATALOGUE)

    assert read is not None
    assert {name: read.get(name) for name in told} == told


@pytest.mark.parametrize(
    ("text", "before", "declined"),
    [
        ("I'd rather not give my phone", ask_of("phone"), ["phone"]),
        ("I don't want to share that", ask_of("email"), ["email"]),
        ("prefer not to say", ask_of("name"), ["name"]),
        ("no phone please", ask_of("message"), ["phone"]),
        ("skip that", ask_of("date"), ["date"]),
        ("no", ask_of("photo_link"), ["photo_link"]),
        ("i have no photo", ask_of("photo_link"), ["photo_link"]),
        ("please don't call me, mail is fine", "", ["phone"]),
    ],
)
def test_a_refusal_is_of_what_it_names_else_of_what_was_asked_for(
    text: str, before: str, declined: list[str]
) -> None:
    read = read_enquiry(heard(text, before), CATALOGUE) or {}

    assert read.get("declined", []) == declined


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("please ring me back tomorrow", "call_back"),
        ("tell me once the bench is back in stock", "restock"),
        ("I'd like a bespoke shelf", "made_to_order"),
        ("can you mend a chair", "repair"),
        ("subscribe me please", "newsletter"),
        ("good morning", None),
    ],
)
def test_the_topic_is_known_by_its_words(text: str, topic: str | None) -> None:
    assert read_topic(heard(text), CATALOGUE) == topic


BUDGET = "Roughly what budget do you have in mind?"
WHO = "And who decides about it, on your side?"


@pytest.mark.parametrize(
    ("text", "before", "questions"),
    [
        ("about 20k", BUDGET, {"budget"}),
        (
            "we open in March in Galway and have 12,000 euro for our hotel",
            "",
            {"budget", "timeline", "fit", "need"},
        ),
        ("me and my sister", WHO, {"authority"}),
        ("sorry, the budget is 6000 euro", WHO, {"budget"}),
        ("hmm", BUDGET, {"budget"}),
        ("write to lars@office.example.de", WHO, {"authority", "email"}),
    ],
)
def test_answers_are_taken_for_what_they_answer(text: str, before: str, questions: set[str]) -> None:
    read = read_lead(heard(text, before), CATALOGUE) or {}

    assert set(read) == questions


def test_a_budget_that_is_not_told_is_declined_and_no_answer() -> None:
    read = read_lead(heard("I'd rather not say", BUDGET), CATALOGUE)

    assert read == {"declined": ["budget"]}
