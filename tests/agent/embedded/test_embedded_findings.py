"""Conversations that once went wrong: two changes at once, refusals, risks, corrections."""

import re

import pytest

from agent.output_check import Backing, problem_of, split_sentences
from core.flows import load_flows
from core.settings import SAMPLE_BUSINESS
from core.shapes import Json
from tests.agent.embedded.talking import Chat, no_tool
from tools.registry import ALL, Effect

NO_ANSWER: Json = {"ok": False, "error": "no_answer", "entries": []}
BOOKED: Json = {
    "booking": "BK-7K2M9Q4X",
    "service": "lamp_repair",
    "service_name": "Lamp repair drop-off",
    "location": "dublin",
    "location_name": "Dublin showroom",
    "start": "Thursday 26 November at 11:00",
    "start_iso": "2026-11-26T11:00:00+00:00",
}
OTHER: Json = {**BOOKED, "booking": "BK-1A1A1A1A", "service": "measuring"}


def searching(name: str, args: Json) -> Json:
    """The search alone, which finds nothing."""
    assert name == "search_faq", f"{name} was called with {args}"
    return NO_ANSWER


def test_two_new_contact_details_are_changed_one_after_the_other() -> None:
    def tools(name: str, args: Json) -> Json:
        if args == confirmed:
            return {"ok": True, "value": args["value"], "changed": True}
        return {"ok": False, "error": "needs_confirmation", "summary": f"change it to {args['value']}"}

    confirmed: Json = {}
    chat = Chat(tools, level="account")
    chat.says("My new mail is ann@new.example and my new mobile is 087 555 0123")
    confirmed = {"field": "email", "value": "ann@new.example"}
    second = chat.says("yes", confirmed=("update_contact", confirmed))
    confirmed = {"field": "phone", "value": "+353875550123"}
    done = chat.says("yes please", confirmed=("update_contact", confirmed))

    assert "+353875550123" in second["text"]
    assert second["text"].endswith("?")
    assert "+353875550123" in done["text"]


@pytest.mark.parametrize("text", ["who won the chess final?", "write a song for my aunt", "do my homework"])
def test_what_is_out_of_scope_is_a_failed_turn(text: str) -> None:
    assert Chat(searching).says(text)["understood"] is False


@pytest.mark.parametrize(
    "text",
    [
        "Is it dangerous to hang the lamp over the bath?",
        "How many kilos can this shelf carry?",
        "Is the varnish toxic for my baby?",
    ],
)
def test_a_question_of_safety_without_an_entry_is_answered_with_little_confidence(text: str) -> None:
    reply = Chat(searching).says(text)

    assert reply["understood"] is True
    assert reply["confidence"] < 0.5


def test_a_double_charge_goes_to_a_person_and_returns_nothing() -> None:
    reply = Chat(no_tool, level="account").says("You charged my card twice for one order!")

    assert reply["handover"] == "billing_legal"


def test_a_question_behind_a_greeting_is_answered() -> None:
    entry = {"id": "wrap", "title": "Gift wrapping", "text": "Yes, for €5.", "score": 0.8}

    def found(name: str, args: Json) -> Json:
        return {"ok": True, "entries": [entry]}

    assert "€5" in Chat(found).says("Hello there! Do you wrap gifts?")["text"]


def test_an_open_question_is_put_beside_other_answers_twice_at_most() -> None:
    entry = {"id": "wrap", "title": "Gift wrapping", "text": "Wrapping costs €5.", "score": 0.9}
    chat = Chat(
        lambda name, args: {"ok": True, "entries": [entry]},
        knowledge=lambda query: [entry] if "wrap" in query else [],
    )
    answers = [chat.says("where is my parcel?")["text"]]
    answers += [chat.says("how much do you take to wrap a gift?")["text"] for _ in range(3)]

    assert ["order number" in text for text in answers] == [True, True, False, False]


def test_another_hour_for_what_was_just_booked_moves_that_appointment() -> None:
    def tools(name: str, args: Json) -> Json:
        if name == "book_appointment":
            return {"ok": True, "booking": BOOKED, "explain": ""}
        if name == "find_bookings":
            return {"ok": True, "bookings": [OTHER, BOOKED], "bookings_words": "two"}
        if name == "find_slots":
            assert (args["service"], args["from_date"]) == ("lamp_repair", "2026-11-26")
            return {"ok": True, "slots": [{"start": "Thursday 26 November at 12:00"}], "slots_words": "12:00"}
        return {"ok": True, "booking": {**BOOKED, "start": "Thursday 26 November at 12:00"}}

    chat = Chat(tools, level="account")
    chat.says("I'd like to book a lamp repair drop-off in Dublin on Thursday at 11")
    reply = chat.says("sorry, could you make it 12 instead?")

    moved = [args for name, args in chat.called if name == "reschedule_appointment"]
    assert moved == [{"booking": "BK-7K2M9Q4X", "start": "Thursday 26 November at 12:00"}]
    assert "12:00" in reply["text"]


@pytest.mark.parametrize(
    "text", ["ok, then I keep it", "no, that's fine", "all right, I'll leave it at that"]
)
def test_taking_no_for_an_answer_ends_the_matter(text: str) -> None:
    refused = {"ok": False, "error": "outside_policy", "rule": {"section": "1", "text": "30 days."}}
    chat = Chat(lambda name, args: {**refused, "policy": {"id": "returns"}}, level="account")
    chat.says("I'd like to return order HL-10478, I changed my mind")
    reply = chat.says(text)

    assert chat.called == []
    assert reply["handover"] is None
    assert reply["understood"] is True


def test_no_wording_of_a_flow_claims_what_only_a_result_makes_true() -> None:
    flows = load_flows(SAMPLE_BUSINESS)
    acting = {spec.tool.name for spec in ALL if spec.effect is not Effect.NONE}
    everything = Backing(effects=frozenset(acting), cited=True, promises=True, asked=True)
    said = [rule.say for flow in flows.flows for _, rule in flow.rules() if rule.say and not rule.handover]
    said += [*flows.common.words.values(), *(rule.say for rule in flows.common.after if rule.say)]
    plain = [re.sub(r"\{\{[^}]*\}\}", "", text) for text in said]
    sentences = [one for text in plain for one in (*split_sentences(text)[0], split_sentences(text)[1])]

    assert [one for one in sentences if problem_of(one, everything)] == []


@pytest.mark.parametrize(
    ("text", "line1", "town"),
    [
        (
            "Good morning, we moved to a bigger flat last month and I would be very grateful if you could "
            "send everything to our new place from now on. It is 8 Harbour Walk, Galway, H91 AB12. Thanks!",
            "8 Harbour Walk",
            "Galway",
        ),
        (
            "As we have just moved, could you kindly change my address to 22 Orchard Lane, Cork, T12 X123? "
            "Many thanks",
            "22 Orchard Lane",
            "Cork",
        ),
    ],
)
def test_an_address_in_a_long_polite_message_is_read(text: str, line1: str, town: str) -> None:
    asks = {"ok": False, "error": "needs_confirmation", "summary": "change it"}
    chat = Chat(lambda name, args: asks, level="account")
    chat.says(text)

    assert [(args["line1"], args["town"]) for _, args in chat.called] == [(line1, town)]
