"""What a question must name before a yes to it counts."""

import pytest

from tools.confirming import puts_question

SUMMARY = "change your e-mail address to new@example.com"


@pytest.mark.parametrize(
    ("text", "puts"),
    [
        ("Shall I set your address to new@example.com?", True),
        ("Shall I CHANGE it to New@Example.com, yes?", True),
        ("Would you like to hear about our new lamps?", False),
        ("Shall I set it to other@example.com?", False),
        ("", False),
    ],
)
def test_a_question_names_what_would_be_done(text: str, puts: bool) -> None:
    assert puts_question(text, SUMMARY) is puts


def test_every_number_of_a_refund_is_named() -> None:
    summary = "refund €118.00 for 2 × Disc lamp (order HL-10391) to the original payment (card)"
    assert puts_question("I'd refund €118.00 for 2 Disc lamps, HL-10391. All right?", summary)
    assert not puts_question("I'd refund €11.00 for 2 Disc lamps, HL-10391. All right?", summary)


def test_words_without_any_number_stand_there_as_they_are() -> None:
    assert puts_question("Shall I  cancel the visit?", "cancel the visit")
    assert not puts_question("Shall I go on?", "cancel the visit")
