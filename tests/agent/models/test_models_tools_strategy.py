"""Strategy `tools` against the scripted server, on both endpoints."""

import asyncio
import json

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent.models.parts import ReplyHead, ReplyText, StepEnd
from core.errors import ModelUnavailable
from core.vocabulary import Trigger
from tests.support.model_bench import Bench, Heard, hear, question
from tests.support.scripted_server import (
    Answer,
    Call,
    calls,
    content,
    empty,
    error,
    hang,
    nonsense,
    refusing,
    reply,
    reply_call,
)

pytestmark = pytest.mark.anyio
ENDPOINTS = pytest.mark.parametrize("endpoint", ["chat", "responses"])


@ENDPOINTS
async def test_a_reply_streams_its_head_first_and_then_its_text(bench: Bench, endpoint: str) -> None:
    said = 'Order 1002 is "on its way"\nwith DHL – 20 €. 🚚'
    model = bench.open(reply(said, confidence=0.95, sources=["faq-1"]), endpoint=endpoint)

    heard = await hear(model)

    assert heard.parts[0] == ReplyHead(True, None, 0.95, ("faq-1",))
    assert heard.text == said
    assert len(heard.deltas) > 3
    assert heard.end.message.text == said
    assert heard.end.dropped == 0
    assert len(bench.server.requests) == 1


@ENDPOINTS
async def test_a_tool_call_then_a_reply_are_two_requests(bench: Bench, endpoint: str) -> None:
    script = [calls(("find_order", {"order_number": "1002", "email": None})), reply("It is on its way.")]
    model = bench.open(script, endpoint=endpoint)

    first = await hear(model)
    call = first.calls[0]
    trail = [*question(), first.end.message, ToolMessage('{"ok": true}', tool_call_id=call.id)]
    second = await hear(model, trail)

    assert (call.name, call.arguments) == ("find_order", {"order_number": "1002", "email": None})
    assert first.head is None
    assert second.text == "It is on its way."
    assert len(bench.server.requests) == 2
    assert bench.server.requests[1].results == [{"ok": True}]


@ENDPOINTS
async def test_the_request_offers_reply_under_a_forced_choice_with_strict_schemas(
    bench: Bench, endpoint: str
) -> None:
    model = bench.open(reply("Hello."), endpoint=endpoint, parallel="no")

    await hear(model)

    request = bench.server.requests[0]
    assert request.tool_names == ["find_order", "refund", "reply"]
    assert request.body["tool_choice"] == "required"
    assert request.body["parallel_tool_calls"] is False
    tool = request.body["tools"][-1]
    function = tool.get("function", tool)
    assert function["strict"] is True
    assert list(function["parameters"]["properties"]) == [
        "understood", "handover", "confidence", "sources", "text",
    ]  # fmt: skip
    if endpoint == "responses":
        assert request.body["store"] is False


async def test_the_request_ends_with_the_customers_own_words(bench: Bench) -> None:
    model = bench.open(reply("Hello."), late_system=False)

    await hear(model, question("Where's my parcel??"))

    request = bench.server.requests[0]
    assert request.messages[-1] == {"role": "user", "content": "Where's my parcel??"}
    assert [m["role"] for m in request.messages] == ["system", "user"]
    assert "<context>" in request.system_text


async def test_a_server_that_does_not_force_the_choice_is_asked_in_words(bench: Bench) -> None:
    model = bench.open(reply("Hello."), forced_choice="refused")

    await hear(model)

    assert "tool_choice" not in bench.server.requests[0].body
    assert "`reply`" in bench.server.requests[0].system_text


async def test_the_head_waits_for_the_whole_number(bench: Bench) -> None:
    model = bench.open(reply("Yes.", confidence=0.25).slowly(0.001))

    heard = await hear(model)

    assert heard.head == ReplyHead(True, None, 0.25, ())
    assert heard.parts.index(ReplyText("Y")) == 1


@ENDPOINTS
async def test_a_reply_that_sends_its_text_first_is_held_to_its_end(bench: Bench, endpoint: str) -> None:
    order = ("text", "understood", "confidence", "sources", "handover")
    model = bench.open(reply("You fool.", handover="anger", confidence=0.1, order=order), endpoint=endpoint)

    heard = await hear(model)

    assert heard.parts[:2] == [ReplyHead(True, Trigger.ANGER, 0.1, ()), ReplyText("You fool.")]


async def test_a_decision_field_behind_the_text_holds_the_text_back(bench: Bench) -> None:
    order = ("understood", "confidence", "sources", "text", "handover")
    model = bench.open(reply("All fine.", handover="distress", order=order).slowly(0.001, 3))

    heard = await hear(model)

    assert heard.head is not None
    assert heard.head.handover is Trigger.DISTRESS
    assert heard.deltas == ["All fine."]


@ENDPOINTS
async def test_calls_after_a_reply_are_dropped_and_counted(bench: Bench, endpoint: str) -> None:
    later = [Call("refund", {"order_number": "1002"}), Call("find_order", {})]
    model = bench.open(reply("Done.", then=later), endpoint=endpoint)

    heard = await hear(model)

    assert heard.text == "Done."
    assert heard.calls == ()
    assert heard.end.dropped == 2
    assert heard.end.message.tool_calls == []


@ENDPOINTS
async def test_a_reply_after_tool_calls_is_ignored(bench: Bench, endpoint: str) -> None:
    first = Call("find_order", {"order_number": "1"})
    second = Call("find_order", {"order_number": "2"})
    model = bench.open(calls(first, reply_call("Found it."), second), endpoint=endpoint)

    heard = await hear(model)

    assert [call.arguments["order_number"] for call in heard.calls] == ["1", "2"]
    assert heard.head is None
    assert heard.text == ""
    assert heard.end.dropped == 1
    assert [call["id"] for call in heard.end.message.tool_calls] == [call.id for call in heard.calls]


@ENDPOINTS
async def test_plain_content_counts_as_a_reply_without_confidence_and_costs_one_call(
    bench: Bench, endpoint: str
) -> None:
    model = bench.open(content("Your order is on its way."), endpoint=endpoint)

    heard = await hear(model)

    assert heard.parts[:2] == [ReplyHead(None, None, None, ()), ReplyText("Your order is on its way.")]
    assert len(bench.server.requests) == 1


async def test_content_beside_a_call_is_not_said(bench: Bench) -> None:
    model = bench.open(calls(("find_order", {"order_number": "1"}), content="Let me check that."))

    heard = await hear(model)

    assert heard.text == ""
    assert heard.calls[0].name == "find_order"


@pytest.mark.parametrize(
    "written",
    [
        '{"name": "find_order", "arguments": {"order_number": "1"}}',
        '<tool_call>\n{"name": "find_order", "arguments": {"order_number": "1"}}\n</tool_call>',
        '```json\n{"find_order": {"order_number": "1"}}\n```',
        '<think>An order.</think>{"name": "find_order", "parameters": {"order_number": "1"}}',
    ],
)
async def test_a_call_in_plain_content_is_mended(bench: Bench, written: str) -> None:
    heard = await hear(bench.open(content(written)))

    assert [(call.name, call.arguments) for call in heard.calls] == [("find_order", {"order_number": "1"})]
    assert heard.text == ""


async def test_a_reply_in_plain_content_is_mended(bench: Bench) -> None:
    fields = reply_call("Hello.", confidence=0.7).raw

    heard = await hear(bench.open(content(fields)))

    assert heard.parts[:2] == [ReplyHead(True, None, 0.7, ()), ReplyText("Hello.")]


async def test_thoughts_in_plain_content_are_not_said(bench: Bench) -> None:
    heard = await hear(bench.open(content("<think>They are rude.</think>\n\nHello.")))

    assert heard.text == "Hello."


async def test_machine_talk_that_cannot_be_read_is_asked_for_again(bench: Bench) -> None:
    model = bench.open([content('{"name": "find_order", "argum'), reply("Hello.")])

    heard = await hear(model)

    assert heard.text == "Hello."
    assert len(bench.server.requests) == 2


@ENDPOINTS
async def test_unparsable_arguments_are_asked_for_again_once(bench: Bench, endpoint: str) -> None:
    broken = calls(("find_order", '{"order_number": '))
    model = bench.open([broken, calls(("find_order", {"order_number": "1"}))], endpoint=endpoint)

    heard = await hear(model)

    assert heard.calls[0].arguments == {"order_number": "1"}
    assert heard.end.usage.calls == 2
    told = bench.server.requests[1].results[0]
    assert isinstance(told, dict)
    assert told["error"] == "invalid_arguments"


async def test_arguments_unparsable_twice_mean_unavailable(bench: Bench) -> None:
    model = bench.open(calls(("find_order", "[1, 2]")))

    with pytest.raises(ModelUnavailable):
        await hear(model)

    assert len(bench.server.requests) == 2


@ENDPOINTS
async def test_an_unknown_tool_is_asked_for_again_once(bench: Bench, endpoint: str) -> None:
    model = bench.open([calls(("drop_tables", {"all": True})), reply("I cannot.")], endpoint=endpoint)

    heard = await hear(model)

    assert heard.text == "I cannot."
    told = bench.server.requests[1].results[0]
    assert isinstance(told, dict)
    assert told["error"] == "unknown_tool"
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(calls(("drop_tables", {}))))


async def test_an_unknown_tool_with_an_impossible_name_is_asked_for_again_as_it_was(bench: Bench) -> None:
    model = bench.open([calls(("drop tables!", {})), reply("I cannot.")])

    heard = await hear(model)

    assert heard.text == "I cannot."
    assert bench.server.requests[1].body == bench.server.requests[0].body


async def test_arguments_that_were_quoted_twice_or_fenced_are_mended(bench: Bench) -> None:
    wanted = {"order_number": "1"}
    twice, fenced = json.dumps(json.dumps(wanted)), f"```json\n{json.dumps(wanted)}\n```"
    heard = await hear(bench.open(calls(("find_order", twice), ("find_order", fenced), ("find_order", ""))))

    assert [call.arguments for call in heard.calls] == [wanted, wanted, {}]


@pytest.mark.parametrize(
    ("sent", "head"),
    [
        ({"understood": "true", "handover": "none", "confidence": "85%", "sources": "faq-1"},
         ReplyHead(True, None, 0.85, ("faq-1",))),
        ({"understood": True, "handover": "Wants person", "confidence": 90, "sources": None},
         ReplyHead(True, Trigger.WANTS_PERSON, 0.9, ())),
        ({"understood": 3, "handover": "escalate", "confidence": "high", "sources": ["a", "a", 7]},
         ReplyHead(None, Trigger.LOW_CONFIDENCE, None, ("a", "7"))),
        ({"understood": False, "handover": False, "confidence": -2, "sources": []},
         ReplyHead(False, None, 0.0, ())),
    ],
)  # fmt: skip
async def test_decision_fields_of_other_types_are_mended(
    bench: Bench, sent: dict[str, object], head: ReplyHead
) -> None:
    heard = await hear(bench.open(calls(("reply", sent | {"text": "Hello."})), strict=False))

    assert heard.head == head
    assert heard.text == "Hello."


async def test_a_reply_that_hands_over_needs_no_text(bench: Bench) -> None:
    heard = await hear(bench.open(reply("", handover="distress")))

    assert heard.head is not None
    assert heard.head.handover is Trigger.DISTRESS
    assert heard.text == ""
    assert isinstance(heard.parts[-1], StepEnd)


@ENDPOINTS
@pytest.mark.parametrize("nothing", [empty(), reply(""), reply("  "), content(" \n")])
async def test_an_empty_answer_is_asked_for_again_and_then_means_unavailable(
    bench: Bench, endpoint: str, nothing: Answer
) -> None:
    heard = await hear(bench.open([nothing, reply("Hello.")], endpoint=endpoint))
    assert heard.text == "Hello."

    with pytest.raises(ModelUnavailable):
        await hear(bench.open(nothing, endpoint=endpoint))
    assert len(bench.server.requests) == 2


@ENDPOINTS
@pytest.mark.parametrize("fault", [error(500), error(503), error(429, retry_after="0.01"), nonsense()])
async def test_a_fault_of_the_server_is_asked_again_once(bench: Bench, endpoint: str, fault: Answer) -> None:
    heard = await hear(bench.open([fault, reply("Hello.")], endpoint=endpoint))
    assert heard.text == "Hello."
    assert heard.end.usage.calls == 2

    with pytest.raises(ModelUnavailable):
        await hear(bench.open(fault, endpoint=endpoint))
    assert len(bench.server.requests) == 2


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize(
    "raw",
    [
        b"data: {not json}\n\n",
        b'data: {"choices": "none"}\n\n',
        b'data: {"choices": [{"delta": {"tool_calls": "find"}}]}\n\n',
        b"data: [1, 2]\n\n",
        b"<html>502</html>",
        b"",
    ],
)
async def test_nonsense_of_any_kind_means_unavailable(bench: Bench, raw: bytes) -> None:
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(nonsense(raw)))

    assert len(bench.server.requests) == 2


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_error_that_another_attempt_cannot_mend_is_not_asked_again(
    bench: Bench, status: int
) -> None:
    with pytest.raises(ModelUnavailable, match=str(status)):
        await hear(bench.open(error(status)))

    assert len(bench.server.requests) == 1


@ENDPOINTS
@pytest.mark.parametrize("clean", [True, False])
async def test_a_stream_cut_before_the_first_word_is_asked_again(
    bench: Bench, endpoint: str, clean: bool
) -> None:
    cut = calls(("find_order", {"order_number": "1"})).cut(4, clean=clean)
    model = bench.open([cut, reply("Hello.")], endpoint=endpoint)

    heard = await hear(model)

    assert heard.text == "Hello."
    assert len(bench.server.requests) == 2


@ENDPOINTS
@pytest.mark.parametrize("clean", [True, False])
async def test_a_stream_cut_after_the_first_word_means_unavailable_at_once(
    bench: Bench, endpoint: str, clean: bool
) -> None:
    long = reply("Your order is on its way and will be there tomorrow.").cut(24, clean=clean)
    model = bench.open(long, endpoint=endpoint)

    heard = Heard()
    with pytest.raises(ModelUnavailable):
        await hear(model, heard=heard)

    assert heard.text.startswith("Your")
    assert len(bench.server.requests) == 1


async def test_plain_content_that_was_cut_is_never_said(bench: Bench) -> None:
    heard = Heard()
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(content("Your order will never be").cut(3, clean=True)), heard=heard)

    assert heard.parts == []


async def test_a_tool_call_whose_stream_lacks_its_end_is_not_made(bench: Bench) -> None:
    whole = calls(("refund", {"order_number": "1"}))
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(Answer(calls=whole.calls, chunk_chars=100, cut_after=3, cut_clean=True)))


async def test_a_server_that_hangs_ends_in_unavailable(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable, match="in time"):
        await hear(bench.open(hang(), seconds=0.3))

    assert len(bench.server.requests) == 1


async def test_a_stream_that_stalls_ends_in_unavailable(bench: Bench) -> None:
    heard = Heard()
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(reply("Hello there.").slowly(0.05), seconds=0.5), heard=heard)


async def test_a_server_that_is_down_ends_in_unavailable(bench: Bench) -> None:
    model = bench.open(reply("Hello."))
    bench.server.__exit__(None, None, None)

    with pytest.raises(ModelUnavailable):
        await hear(model)


@ENDPOINTS
@pytest.mark.parametrize("parameter", ["tool_choice", "parallel_tool_calls", "strict"])
async def test_a_refused_parameter_is_left_out_and_remembered(
    bench: Bench, endpoint: str, parameter: str
) -> None:
    model = bench.open(refusing(parameter, reply("Hello.")), endpoint=endpoint, parallel="no")

    assert (await hear(model)).text == "Hello."
    assert len(bench.server.requests) == 2
    assert (await hear(model)).text == "Hello."
    assert len(bench.server.requests) == 3


async def test_a_server_without_stream_options_is_counted_for(bench: Bench) -> None:
    heard = await hear(bench.open(refusing("stream_options", reply("Hello."))))

    assert heard.end.usage.counted
    assert heard.end.usage.prompt_tokens > 50


async def test_a_refusal_that_names_no_parameter_means_unavailable(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(error(400, "the context is too long")))

    assert len(bench.server.requests) == 1


@ENDPOINTS
async def test_usage_is_the_models_own_where_it_tells_any(bench: Bench, endpoint: str) -> None:
    heard = await hear(bench.open(reply("Hello."), endpoint=endpoint))
    assert not heard.end.usage.counted
    assert heard.end.usage.prompt_tokens == 100

    heard = await hear(bench.open(reply("Hello.").without_usage(), endpoint=endpoint))
    assert heard.end.usage.counted
    assert heard.end.usage.prompt_tokens > 50
    assert 5 < heard.end.usage.completion_tokens < 60


async def test_calls_numbered_alike_are_told_apart_by_their_ids(bench: Bench) -> None:
    def piece(call_id: str, number: str) -> str:
        called = {"name": "find_order", "arguments": json.dumps({"order_number": number})}
        delta = {"tool_calls": [{"index": 0, "id": call_id, "type": "function", "function": called}]}
        return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})

    end = json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    lines = [piece("a", "1"), piece("b", "2"), end, "[DONE]"]
    heard = await hear(bench.open(nonsense("".join(f"data: {line}\n\n" for line in lines).encode())))

    assert [(call.id, call.arguments["order_number"]) for call in heard.calls] == [("a", "1"), ("b", "2")]


async def test_reasoning_goes_back_with_the_tools_result(bench: Bench) -> None:
    thinking = Answer(calls=(Call("find_order", {"order_number": "1"}),), reasoning="sealed")
    model = bench.open([thinking, reply("Found.")], endpoint="responses", reasoning=True)

    first = await hear(model)
    result = ToolMessage('{"ok": true}', tool_call_id=first.calls[0].id)
    await hear(model, [*question(), first.end.message, result])

    second = bench.server.requests[1].body
    assert [item["encrypted_content"] for item in second["input"] if item.get("type") == "reasoning"] == [
        "sealed"
    ]
    assert second["include"] == ["reasoning.encrypted_content"]
    assert "previous_response_id" not in second


async def test_leaving_a_stream_closes_it_at_the_server(bench: Bench) -> None:
    model = bench.open([reply("A very long answer. " * 50).slowly(0.01), reply("Hello.")])

    parts = model.stream(question(), ())
    assert isinstance(await anext(parts), ReplyHead)
    await parts.aclose()
    await asyncio.to_thread(bench.server.wait_until_left)

    assert (await hear(model)).text == "Hello."


async def test_history_keeps_its_calls_and_results(bench: Bench) -> None:
    asked = {"id": "c1", "name": "find_order", "args": {"order_number": "1"}, "type": "tool_call"}
    trail = [*question(), AIMessage("", tool_calls=[asked]), ToolMessage("{}", tool_call_id="c1")]
    await hear(bench.open(reply("Hello.")), [HumanMessage("Hi"), AIMessage("Hi!"), *trail])

    assert [m["role"] for m in bench.server.requests[0].messages] == [
        "user", "assistant", "system", "system", "user", "assistant", "tool",
    ]  # fmt: skip
