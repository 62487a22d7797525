"""Decide first, then speak: no word of an answer that fails reaches the customer, in any stream."""

from collections.abc import Iterator

import pytest

from tests.support.baton import Event, ServedBaton, served
from tests.support.scripted_answers import Call, calls, content, reply, reply_call
from tests.support.scripted_server import ScriptedServer


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def baton(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("gate"), model) as running:
        yield running


def everything_told(baton: ServedBaton, events: list[Event], conversation_id: str, token: str) -> str:
    """All that the customer could see anywhere, as one text."""
    seen = baton.http.get(
        f"/v1/conversations/{conversation_id}", headers={"Authorization": f"Bearer {token}"}
    )
    return "".join(str(event.data) for event in events if event.kind not in ("tool",)) + seen.text


def test_a_low_confidence_answer_that_streams_slowly_shows_no_word_and_a_person_comes(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Perhaps Zanzibar has it.", confidence=0.1).slowly(0.002))
    customer = baton.customer()
    events = customer.says_streaming("Do you ship chandeliers by train?")
    assert "Zanzibar" not in everything_told(baton, events, customer.id, customer.token)
    done = events[-1]
    assert (done.kind, done.data["mode"]) == ("done", "waiting")
    assert (done.data["turn"]["decision"], done.data["turn"]["reason"]) == ("handover", "low_confidence")


def test_a_confident_answer_streams_word_by_word_and_the_stored_message_is_the_same(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("We are glad you asked. It is blue.", confidence=0.95).slowly(0.002))
    customer = baton.customer()
    events = customer.says_streaming("What colour is it?")
    tokens = [event.data["text"] for event in events if event.kind == "token"]
    assert len(tokens) == 2
    assert "".join(tokens) == "We are glad you asked. It is blue."
    assert customer.texts("ai") == ["We are glad you asked. It is blue."]


def test_a_server_that_sends_the_text_first_is_held_until_its_decision_is_known(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    fields = {
        "text": "Zanzibar surely.",
        "sources": [],
        "confidence": 0.1,
        "handover": None,
        "understood": True,
    }
    model.play(calls(Call("reply", fields)).slowly(0.002))
    customer = baton.customer()
    events = customer.says_streaming("Which island?")
    assert "Zanzibar" not in everything_told(baton, events, customer.id, customer.token)
    assert events[-1].data["mode"] == "waiting"


def test_of_a_reply_and_a_later_tool_call_only_the_reply_counts(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    both = calls(reply_call("It is green."), Call("search_faq", {"query": "green"}))
    model.play(both)
    answer = baton.customer().says("What colour?")
    assert answer["message"]["text"] == "It is green."
    assert answer["turn"]["tools"] == []


def test_a_transfer_claimed_in_the_text_becomes_a_real_one_and_is_not_shown_as_text(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("I see. I'm transferring you to a colleague now. Goodbye Zanzibar.", confidence=0.95))
    customer = baton.customer()
    events = customer.says_streaming("Hm?")
    told = everything_told(baton, events, customer.id, customer.token)
    assert "transferring" not in told
    assert "Zanzibar" not in told
    assert customer.texts("ai")[0].startswith("I see.")
    assert customer.view()["mode"] == "waiting"
    assert baton.person().case_of(customer)["status"] == "queued"


def test_an_act_claimed_without_an_act_is_not_shown(baton: ServedBaton, model: ScriptedServer) -> None:
    model.play(reply("Thanks for waiting. I've refunded your order. Anything else?", confidence=0.95))
    customer = baton.customer()
    answer = customer.says("Please refund me")
    assert answer["message"]["text"] == "Thanks for waiting. Anything else?"


def test_an_answer_of_which_nothing_may_be_shown_is_a_failed_turn_and_the_second_brings_a_person(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("I've refunded your order.", confidence=0.95))
    customer = baton.customer()
    first = customer.says("Please look into it")
    assert first["turn"]["decision"] == "answer"
    assert "refunded" not in first["message"]["text"]
    second = customer.says("And now, please look at the thing")
    assert (second["turn"]["decision"], second["turn"]["reason"]) == ("handover", "not_understood")


def test_a_handover_that_the_model_names_shows_none_of_its_text(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Zanzibar it is.", confidence=0.9, handover="billing_legal"))
    customer = baton.customer()
    events = customer.says_streaming("Who is charging me?")
    assert "Zanzibar" not in everything_told(baton, events, customer.id, customer.token)
    assert events[-1].data["turn"]["reason"] == "billing_legal"


def test_plain_content_counts_as_an_answer_without_a_self_report_and_costs_no_second_call(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(content("It is red."))
    before = len(model.requests)
    answer = baton.customer().says("Colour?")
    assert answer["message"]["text"] == "It is red."
    assert answer["turn"]["confidence"] is None
    assert len(model.requests) - before == 1
