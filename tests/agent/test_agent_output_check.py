"""What a sentence claims must have something behind it, else it is not shown."""

import pytest

from agent.output_check import Backing, Problem, problem_of, split_sentences

NOTHING = Backing()


@pytest.mark.parametrize(
    "sentence",
    [
        "I'm transferring you to a colleague.",
        "Let me connect you with our team.",
        "I will now pass this on to our billing team.",
        "A colleague will take over shortly.",
        "You're being transferred to an agent.",
        "I'm handing you over to a person now.",
        "I've escalated your case to a specialist.",
        "One of our agents will contact you soon.",
    ],
)
def test_a_transfer_claimed_in_words_is_noticed(sentence: str) -> None:
    assert problem_of(sentence, NOTHING) is Problem.TRANSFER


@pytest.mark.parametrize(
    ("sentence", "tool"),
    [
        ("I've refunded your order.", "refund"),
        ("Your refund has been processed.", "refund"),
        ("The full amount was refunded to your card.", "refund"),
        ("I have booked your appointment for Tuesday.", "book_appointment"),
        ("Your appointment has been cancelled.", "cancel_appointment"),
        ("I've updated your email address.", "update_contact"),
        ("Your shipping address has been changed.", "update_address"),
    ],
)
def test_an_act_may_be_claimed_only_when_its_tool_has_done_it(sentence: str, tool: str) -> None:
    assert problem_of(sentence, NOTHING) is Problem.ACT
    assert problem_of(sentence, Backing(effects=frozenset({tool}), cited=True)) is None


@pytest.mark.parametrize(
    "sentence",
    ["I will get back to you.", "I'll let you know as soon as they answer.", "I'll check with the workshop."],
)
def test_a_promise_without_a_row_in_the_ledger_is_not_shown(sentence: str) -> None:
    assert problem_of(sentence, NOTHING) is Problem.PROMISE
    assert problem_of(sentence, Backing(promises=True)) is None


@pytest.mark.parametrize(
    "sentence",
    ["I'll make sure it arrives tomorrow.", "I promise it won't happen again.", "I guarantee a full refund."],
)
def test_what_nobody_can_promise_is_not_shown_whatever_the_ledger_holds(sentence: str) -> None:
    assert problem_of(sentence, Backing(promises=True, asked=True, cited=True)) is Problem.PROMISE


@pytest.mark.parametrize(
    "sentence",
    [
        "I've asked a colleague in Orders to approve it.",
        "I have just asked my colleague.",
        "We've contacted our workshop team.",
        "I've checked with a specialist.",
    ],
)
def test_a_colleague_was_asked_only_where_a_request_says_so(sentence: str) -> None:
    assert problem_of(sentence, NOTHING) is Problem.ACT
    assert problem_of(sentence, Backing(promises=True)) is Problem.ACT
    assert problem_of(sentence, Backing(asked=True)) is None


@pytest.mark.parametrize(
    "sentence",
    ["A colleague will get back to you within ten minutes.", "One of our specialists will answer by noon."],
)
def test_a_colleague_answers_only_where_one_was_asked_or_has_promised(sentence: str) -> None:
    allowed = {problem_of(sentence, Backing(asked=True)), problem_of(sentence, Backing(promises=True))}
    assert allowed == {None}
    assert problem_of(sentence, NOTHING) is Problem.TRANSFER


@pytest.mark.parametrize(
    ("sentence", "tool"),
    [
        ("I've opened a ticket for you.", "create_ticket"),
        ("I've sent you a code by e-mail.", "send_code"),
        ("I've sent your request to Sales.", "submit_enquiry"),
    ],
)
def test_newer_acts_are_claimed_only_when_done_too(sentence: str, tool: str) -> None:
    assert problem_of(sentence, NOTHING) is Problem.ACT
    assert problem_of(sentence, Backing(effects=frozenset({tool}))) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "You can return it within 30 days.",
        "Our return policy allows exchanges.",
        "There is a two year warranty for 2 years.",
        "You'll get a full refund.",
    ],
)
def test_words_of_policy_need_a_cited_policy(sentence: str) -> None:
    assert problem_of(sentence, NOTHING) is Problem.POLICY
    assert problem_of(sentence, Backing(cited=True)) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Your order HL-10432 is on its way.",
        "It was delivered on Tuesday.",
        "Shall I refund it to your card?",
        "Would you like me to pass you to a person?",
        "We're open until 18:00 on Saturday.",
        "I couldn't find that order.",
        "Could you tell me your order number?",
        "I can look that up.",
    ],
)
def test_an_ordinary_sentence_passes(sentence: str) -> None:
    assert problem_of(sentence, NOTHING) is None


def test_text_is_cut_at_the_ends_of_sentences_and_not_at_numbers_or_abbreviations() -> None:
    whole, rest = split_sentences("It costs 189.00 euro, e.g. by card. It ships on Mon. Ask me. And th")
    assert whole == ["It costs 189.00 euro, e.g. by card. ", "It ships on Mon. ", "Ask me. "]
    assert rest == "And th"
