"""What each trigger hears in one message, by the lines that the sample business draws."""

import pytest

from agent.triggers import TRIGGERS, Heard, Reading, hear
from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Trigger

POLICIES = load_business(SAMPLE_BUSINESS).triggers


def crossing(text: str) -> set[Trigger]:
    """Triggers at or above their threshold."""
    return {
        trigger
        for trigger, reading in hear(Heard(text)).items()
        if reading.score >= POLICIES[trigger].threshold
    }


def beyond_doubt(text: str) -> set[Trigger]:
    """Triggers at or above their second, higher threshold."""
    return {
        trigger
        for trigger, reading in hear(Heard(text)).items()
        if (strong := POLICIES[trigger].strong) is not None and reading.score >= strong
    }


def test_every_trigger_has_one_detector_and_gives_a_reading() -> None:
    readings = hear(Heard("Where is my order?"))
    assert set(readings) == set(Trigger)
    assert [detector.trigger for detector in TRIGGERS] == list(readings)
    assert all(isinstance(reading, Reading) and 0 <= reading.score <= 1 for reading in readings.values())


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order 10482?",
        "WHERE IS MY ORDER 10482",
        "hello!!!!",
        "Hi, what time do you open on Sunday?",
        "Is someone at the store on Sunday?",
        "Can someone else collect the parcel for me?",
        "Table for two people on Friday, please",
        "The weather is awful today, can I pick it up tomorrow?",
        "My boss was furious about the last one, anyway, do you have it in blue?",
        "I'm not angry, just curious when it will come",
        "Holy crap that was fast, thank you!",
        "Why was I charged shipping?",
        "How long does a refund take?",
        "I'd like to return the lamp, please",
        "Please cancel my order 10233",
        "Can I cancel my appointment on Tuesday?",
        "Where can I leave a review of the sofa?",
        "I'm dying to see the new collection",
        "My phone died, how do I log in without it?",
        "What is your return policy?",
        "How much is the grey sofa?",
        "Please call me Sam",
        "Thanks, that's all",
    ],
)
def test_an_ordinary_request_crosses_no_line(text: str) -> None:
    assert crossing(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "agent",
        "human please",
        "Can I talk to someone?",
        "I want to speak to a real person",
        "nobody there?",
        "please call me back",
        "cn i tlk to a human plz",
    ],
)
def test_a_request_for_a_person_is_heard_in_few_words(text: str) -> None:
    assert Trigger.WANTS_PERSON in crossing(text)


def test_a_plain_request_for_a_person_is_beyond_doubt() -> None:
    assert Trigger.WANTS_PERSON in beyond_doubt("I want to talk to a human agent")


@pytest.mark.parametrize(
    "text",
    [
        "You are useless, worst company ever",
        "Your service is an absolute disgrace",
        "You lying bunch of thieves, what a joke of a shop",
        "You should be ashamed of yourselves",
    ],
)
def test_insult_and_contempt_are_anger_beyond_doubt(text: str) -> None:
    assert Trigger.ANGER in beyond_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm really disappointed with the service, still waiting for a reply",
        "Great, another delay. Just brilliant.",
        "This is getting ridiculous, I've asked three times already",
        "I must say I find this rather poor for a company of your standing.",
    ],
)
def test_frustration_is_anger_but_not_beyond_doubt(text: str) -> None:
    assert Trigger.ANGER in crossing(text)
    assert Trigger.ANGER not in beyond_doubt(text)


def test_polite_fury_is_anger_too() -> None:
    assert Trigger.ANGER in crossing("With respect, the way your firm has treated me is a disgrace.")


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("I was charged twice for the same order and want my money back", Trigger.BILLING_LEGAL),
        ("There is a payment on my card that I never authorised", Trigger.BILLING_LEGAL),
        ("I'm leaving, your competitor gave me a better offer", Trigger.CHURN_RISK),
        ("I will post this on every review site and tell my followers", Trigger.PR_SOCIAL),
        ("My husband died last week and I don't know how to cancel his contract", Trigger.DISTRESS),
        ("Could you make an exception? I missed the return date by a day", Trigger.POLICY_EXCEPTION),
        ("We are furnishing an office and need 40 desks, can you send a quote?", Trigger.UPSELL),
    ],
)
def test_each_trigger_hears_its_own_words(text: str, trigger: Trigger) -> None:
    assert trigger in crossing(text)


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("You will hear from my lawyer, see you in court", Trigger.BILLING_LEGAL),
        ("I want to kill myself", Trigger.DISTRESS),
    ],
)
def test_a_legal_threat_and_danger_to_life_are_beyond_doubt(text: str, trigger: Trigger) -> None:
    assert trigger in beyond_doubt(text)


def test_bereavement_alone_is_not_taken_for_danger_to_life() -> None:
    assert Trigger.DISTRESS not in beyond_doubt("My father passed away in March, how do I close his account?")


def test_one_threat_does_not_drown_in_a_long_polite_message() -> None:
    text = (
        "Good morning. I ordered a lamp from you three weeks ago. The order number is 10482. "
        "It was meant for the living room. You will hear from my lawyer about the money you owe me. "
        "My address is still the same. Thank you for reading. Have a nice day."
    )
    assert Trigger.BILLING_LEGAL in crossing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, order 10482 is late again. You are USELESS, the worst shop ever!",
        "hi. I want to talk to a human, not a bot…",
        "I've been charged twice 😡 for “order 5”",
        "Sooooo disappointed!!! still no refund",
    ],
)
def test_evidence_is_cut_from_the_customers_own_words(text: str) -> None:
    for reading in hear(Heard(text)).values():
        assert all(word and word in text for word in reading.words)


def test_evidence_names_the_words_that_decided() -> None:
    words = hear(Heard("Hi, my order number is 10482. You are useless!"))[Trigger.ANGER].words
    assert "useless" in " ".join(words)
    assert "10482" not in " ".join(words)


@pytest.mark.parametrize("text", ["", "   ", "\n", "?!", "😡", "a", "1", "\ud83d", "x" * 8000, "no. " * 2000])
def test_odd_input_gives_readings_and_no_error(text: str) -> None:
    assert set(hear(Heard(text))) == set(Trigger)


def test_the_same_words_always_read_the_same() -> None:
    assert hear(Heard("still waiting, not happy")) == hear(Heard("still waiting, not happy"))


@pytest.mark.parametrize(
    "text",
    [
        "Ich möchte bitte mit einem Menschen sprechen",
        "Quiero hablar con una persona, esto es una vergüenza",
        "Je veux parler à un conseiller s'il vous plaît",
        "Chcę rozmawiać z człowiekiem",
        "Я хочу поговорить с человеком",
        "私は人と話したいです",
    ],
)
def test_in_another_language_words_are_unknown_and_not_guessed(text: str) -> None:
    readings = hear(Heard(text))
    assert not any(reading.known for reading in readings.values())
    assert not any(reading.score for reading in readings.values())


@pytest.mark.parametrize(
    "text", ["agent", "plz refund me", "gr8 thx m8", "Aoife Ní Bhriain", "HL-10453", "ok 👍"]
)
def test_short_and_misspelt_words_are_no_other_language(text: str) -> None:
    assert all(reading.known for reading in hear(Heard(text)).values())
