"""A talk that turns: something is dropped, corrected, or meant otherwise."""

import pytest

from agent.models.embedded.segments import is_follow_up, without_greeting
from agent.models.embedded.slots import Heard
from agent.models.embedded.slots.numbers import order_numbers
from agent.models.embedded.turning import means_another, meant, puts_off, without_dropped
from core.shapes import Json
from tests.agent.embedded.talking import Chat
from tests.support.shop import NOW

CHECKED: Json = {
    "ok": True, "order_number": "HL-10432", "amount": "€189.00", "amount_cents": 18900, "method": "card",
    "items_words": "1 × Pendant", "items": [{"name": "Pendant"}], "refused_items": [], "confirm": True,
    "rule": {"section": "2.1"}, "policy": {"id": "refunds"},
}  # fmt: skip
UNCONFIRMED: Json = {"ok": False, "error": "needs_confirmation", "summary": "refund €189.00"}
EXCHANGE: Json = {
    "id": "exchange",
    "title": "Can I exchange something?",
    "text": "Order it anew.",
    "score": 0.9,
}


def shop(name: str, args: Json) -> Json:
    if name == "search_faq":
        return {"ok": True, "entries": [EXCHANGE]}
    return {"check_refund": CHECKED, "refund": UNCONFIRMED}[name]


def test_what_is_dropped_in_the_middle_is_left_and_the_new_wish_is_answered() -> None:
    chat = Chat(shop, level="account")
    asked = chat.says("refund order HL-10432 please")

    reply = chat.says("actually forget the refund, can I exchange it for another colour?")

    assert asked["text"].endswith("?")
    assert "left" in reply["text"]
    assert "Order it anew." in reply["text"]
    assert "€189.00" not in reply["text"]


def test_dropping_it_ends_the_matter() -> None:
    chat = Chat(shop, level="account")
    chat.says("refund order HL-10432 please")

    reply = chat.says("never mind")

    assert chat.called == []
    assert reply["understood"] is True
    assert "€189.00" not in reply["text"]


def test_an_answer_that_missed_is_no_new_question() -> None:
    entry = {"id": "pay", "title": "How can I pay?", "text": "By card or invoice.", "score": 0.93}
    chat = Chat(shop, knowledge=lambda query: [entry] if "pay" in query else [])
    chat.says("how can I pay?")

    reply = chat.says("no, that's not it")

    assert chat.called == []
    assert "By card" not in reply["text"]
    assert "other words" in reply["text"]


def test_a_follow_up_that_asks_something_new_is_not_answered_with_what_was_said() -> None:
    cost = {"id": "cost", "title": "What does delivery cost?", "text": "Parcels cost €6.90.", "score": 0.95}
    time = {"id": "time", "title": "How long does delivery take?", "text": "Three to six days.", "score": 0.8}
    both = {"ok": True, "entries": [cost, time]}
    chat = Chat(lambda name, args: both, knowledge=lambda query: [cost])
    chat.says("what does delivery to France cost?")

    reply = chat.says("and how long does it take?")

    assert reply["text"] == "Three to six days."


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("ok never mind, what are your hours?", "what are your hours?"),
        ("drop the booking and tell me where my parcel is", "tell me where my parcel is"),
        ("change of plan - don't refund the pendant, tell me if it's dimmable", "tell me if it's dimmable"),
        ("I don't want the lamp any more, send the cushion instead", "send the cushion instead"),
        ("forget it", ""),
        ("leave it at the door please", None),
        ("did you forget my order?", None),
        ("How do I drop off my lamp", None),
        ("please don't be late", None),
    ],
)
def test_what_is_dropped_is_told_from_what_remains(text: str, rest: str | None) -> None:
    found = without_dropped(text)

    assert (found is None) if rest is None else (found is not None and found.endswith(rest))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no not that, I mean gift cards", "gift cards"),
        ("sorry, I meant Thursday", "Thursday"),
        ("I was asking about the oak one", "the oak one"),
        ("what do you mean", None),
        ("my mother said I meant well", None),
    ],
)
def test_what_was_meant_stands_behind_the_correction(text: str, words: str | None) -> None:
    assert meant(text) == words


def test_the_other_one_is_another_than_the_one_spoken_of() -> None:
    assert means_another("no, the other order")
    assert not means_another("where is my order")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("do you deliver to 80331 Munich?", ()),
        ("nearest showroom to 10115 please", ()),
        ("hey, do you guys ship to 90210?", ()),
        ("where is 10428", ("10428",)),
        ("return the lamp from order 10428 Please", ("10428",)),
        ("what's happening with BK-2001", ()),
    ],
)
def test_postcodes_and_appointments_are_no_order_numbers(text: str, numbers: tuple[str, ...]) -> None:
    assert order_numbers(Heard(text, NOW)) == numbers


@pytest.mark.parametrize(
    "text", ["and to Canada?", "what about the lamp?", "now?", "how much", "until when?"]
)
def test_an_ellipsis_leans_on_the_question_before(text: str) -> None:
    assert is_follow_up(text)


def test_a_greeting_hides_no_wish() -> None:
    assert without_greeting("hey, do you ship to Spain?") == "do you ship to Spain?"
    assert without_greeting("hello there") == "hello there"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no thanks, only browsing for the moment", True),
        ("nah, maybe later", True),
        ("not now", True),
        ("now please", False),
        ("no, it was the blue one", False),
        ("I have a question about later delivery", False),
    ],
)
def test_a_customer_may_want_no_more_of_it_for_now(text: str, expected: bool) -> None:
    assert puts_off(text) is expected
