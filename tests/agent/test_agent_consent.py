"""A yes opens a handover or carries out an act: plain code reads it, and what is unclear is no yes."""

import pytest

from agent.consent import Consent, read_consent


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "yes please!",
        "Yeah go ahead",
        "ok, do it",
        "Sure, that would be great",
        "please do",
        "Go for it.",
        "That's right, thanks",
        "yep",
        "I'd like that",
        "oh yes please, that would be lovely",
        "Sounds good",
        "yes, I would like to talk to a person",
        "That’s correct",
        "yes, that's it",
        "y",
        "Yes, that's the one, thank you",
    ],
)
def test_a_yes_in_whatever_words_is_a_yes(text: str) -> None:
    assert read_consent(text) is Consent.YES


@pytest.mark.parametrize(
    "text",
    [
        "No",
        "no thanks",
        "Nope, leave it",
        "not now",
        "I'd rather not",
        "Don't",
        "please don't",
        "never mind",
        "Wait",
    ],
)
def test_a_no_is_a_no(text: str) -> None:
    assert read_consent(text) is Consent.NO


@pytest.mark.parametrize(
    "text",
    [
        "Yes, but to my other card",
        "yes and also where is my other order HL-10432",
        "Is that the full amount?",
        "yes?",
        "What about the lamp",
        "the second one",
        "",
        "my order is HL-10432",
        "how long does it take",
        "ok thanks",
        "Great, thank you very much",
    ],
)
def test_what_says_more_or_other_than_yes_is_unclear(text: str) -> None:
    assert read_consent(text) is Consent.UNCLEAR


def test_a_yes_may_repeat_what_was_asked_and_nothing_else() -> None:
    asked = "refund €49.00 for 1 × Linen cushion to the original payment (card)"
    assert read_consent("Yes, refund the cushion please", about=asked) is Consent.YES
    assert read_consent("ok, cancel it", about=asked) is Consent.UNCLEAR
