"""Strategy `json` against the scripted server: one schema, plain talk, the same parts."""

import json

import pytest
from langchain_core.messages import AIMessage, ToolMessage

from agent.models.parts import ReplyHead, ReplyText
from core.errors import ModelUnavailable
from core.vocabulary import Trigger
from tests.support.model_bench import Bench, Heard, find_order, hear, question
from tests.support.scripted_server import Answer, content, empty, json_reply, json_step, refusing

pytestmark = pytest.mark.anyio


async def test_a_reply_streams_its_head_first_and_then_its_text(bench: Bench) -> None:
    said = 'It is "on its way"\n– 20 €. 🚚'
    model = bench.open(json_reply(said, confidence=0.95, sources=["faq-1"]), strategy="json")

    heard = await hear(model)

    assert heard.parts[0] == ReplyHead(True, None, 0.95, ("faq-1",))
    assert heard.text == said
    assert len(heard.deltas) > 3
    assert heard.end.message.text == said


async def test_a_tool_call_is_the_same_as_a_native_one(bench: Bench) -> None:
    model = bench.open(json_step("find_order", {"order_number": "1", "email": None}), strategy="json")

    heard = await hear(model)

    assert heard.calls[0].name == "find_order"
    assert heard.calls[0].arguments == {"order_number": "1", "email": None}
    assert heard.calls[0].id
    assert heard.end.message.tool_calls[0]["id"] == heard.calls[0].id


async def test_one_schema_holds_every_call_and_the_reply_and_no_tools_are_sent(bench: Bench) -> None:
    await hear(bench.open(json_reply("Hello."), strategy="json"))

    body = bench.server.requests[0].body
    schema = body["response_format"]["json_schema"]["schema"]
    assert [next(iter(option["properties"])) for option in schema["anyOf"]] == [
        "find_order",
        "refund",
        "reply",
    ]
    assert "tools" not in body
    assert "tool_choice" not in body


async def test_only_worked_examples_of_offered_tools_are_shown(bench: Bench) -> None:
    model = bench.open(json_reply("Hello."), strategy="json")

    await hear(model, tools=(find_order,))

    told = bench.server.requests[0].system_text
    assert '"find_order":{' in told
    assert "check_refund" not in told
    assert "{tools}" not in told


async def test_calls_and_results_are_told_as_plain_talk(bench: Bench) -> None:
    asked = {"id": "c1", "name": "find_order", "args": {"order_number": "1"}, "type": "tool_call"}
    trail = [*question(), AIMessage("", tool_calls=[asked]), ToolMessage('{"ok": true}', tool_call_id="c1")]

    await hear(bench.open(json_reply("Found."), strategy="json", late_system=False), trail)

    messages = bench.server.requests[0].messages
    assert [m["role"] for m in messages] == ["system", "user", "assistant", "user"]
    assert json.loads(messages[2]["content"]) == {"find_order": {"order_number": "1"}}
    assert messages[3]["content"] == 'Result of find_order: {"ok": true}'


async def test_the_request_ends_with_the_customers_own_words(bench: Bench) -> None:
    await hear(bench.open(json_reply("Hello."), strategy="json"), question("Where's it??"))

    assert bench.server.requests[0].messages[-1] == {"role": "user", "content": "Where's it??"}


async def test_a_text_that_comes_first_is_held_to_its_end(bench: Bench) -> None:
    order = ("text", "understood", "handover", "confidence", "sources")
    heard = await hear(bench.open(json_reply("Fool.", handover="anger", order=order), strategy="json"))

    assert heard.parts[:2] == [
        ReplyHead(True, Trigger.ANGER, 0.95, ()),
        ReplyText("Fool."),
    ]


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "<think>well</think>\n{}"])
async def test_a_server_without_a_grammar_is_mended(bench: Bench, wrapped: str) -> None:
    written = wrapped.replace("{}", json_reply("Hello.", confidence=0.8).content)

    heard = await hear(bench.open(content(written), strategy="json"))

    assert heard.parts[:2] == [ReplyHead(True, None, 0.8, ()), ReplyText("Hello.")]


async def test_plain_words_count_as_a_reply_without_confidence(bench: Bench) -> None:
    heard = await hear(bench.open(content("Hello there."), strategy="json"))

    assert heard.parts[:2] == [ReplyHead(None, None, None, ()), ReplyText("Hello there.")]


@pytest.mark.parametrize("bad", [content('{"reply": {"understood": tr'), content('{"drop": {}}'), empty()])
async def test_an_unusable_answer_is_asked_for_again_once(bench: Bench, bad: Answer) -> None:
    heard = await hear(bench.open([bad, json_reply("Hello.")], strategy="json"))
    assert heard.text == "Hello."

    with pytest.raises(ModelUnavailable):
        await hear(bench.open(bad, strategy="json"))


@pytest.mark.parametrize("clean", [True, False])
async def test_a_cut_after_the_first_word_means_unavailable(bench: Bench, clean: bool) -> None:
    heard = Heard()
    cut = json_reply("Your order is on its way to you.").cut(20, clean=clean)
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(cut, strategy="json"), heard=heard)

    assert heard.text
    assert len(bench.server.requests) == 1


async def test_an_answer_that_fills_its_limit_in_mid_text_means_unavailable(bench: Bench) -> None:
    raw = json_reply("Your order is").content.removesuffix('"}}')
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(Answer(content=raw, finish="length"), strategy="json"))


async def test_a_refused_schema_is_left_out_and_remembered(bench: Bench) -> None:
    model = bench.open(refusing("response_format", json_reply("Hello.")), strategy="json")

    assert (await hear(model)).text == "Hello."
    assert (await hear(model)).text == "Hello."
    assert len(bench.server.requests) == 3
