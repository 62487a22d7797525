"""Answers fetched whole, where nobody waits for the first words: the same parts, in one piece."""

import pytest
from langchain_core.messages import ToolMessage

from agent.models.parts import ReplyHead, ReplyText
from core.errors import ModelUnavailable
from tests.support.model_bench import Bench, hear, question
from tests.support.scripted_server import (
    Answer,
    Call,
    calls,
    content,
    empty,
    error,
    hang,
    json_reply,
    nonsense,
    refusing,
    reply,
    reply_call,
)

pytestmark = pytest.mark.anyio
ENDPOINTS = pytest.mark.parametrize("endpoint", ["chat", "responses"])


@ENDPOINTS
async def test_a_whole_reply_is_a_head_and_one_text(bench: Bench, endpoint: str) -> None:
    model = bench.open(reply("On its way.", sources=["a"], then=[Call("refund", {})]), endpoint=endpoint)

    heard = await hear(model, whole=True)

    assert heard.parts[:-1] == [ReplyHead(True, None, 0.95, ("a",)), ReplyText("On its way.")]
    assert heard.end.dropped == 1
    assert heard.end.usage.prompt_tokens == 100
    assert not bench.server.requests[0].streamed


@ENDPOINTS
async def test_a_whole_tool_call_then_a_whole_reply(bench: Bench, endpoint: str) -> None:
    wanted = calls(("find_order", {"order_number": "1"}), reply_call("Early."))
    model = bench.open([wanted, reply("Found.")], endpoint=endpoint)

    first = await hear(model, whole=True)
    trail = [*question(), first.end.message, ToolMessage("{}", tool_call_id=first.calls[0].id)]
    second = await hear(model, trail, whole=True)

    assert first.calls[0].arguments == {"order_number": "1"}
    assert first.end.dropped == 1
    assert second.text == "Found."
    assert len(bench.server.requests) == 2


@ENDPOINTS
@pytest.mark.parametrize(
    "bad",
    [
        error(500),
        nonsense(),
        nonsense(b'{"choices": []}'),
        nonsense(b"[]"),
        empty(),
        calls(("find_order", "{")),
        calls(("drop", {})),
        calls(("find_order", "{"), reply_call("Too early.")),
    ],
)
async def test_what_cannot_be_used_is_asked_for_again_once(bench: Bench, endpoint: str, bad: Answer) -> None:
    heard = await hear(bench.open([bad, reply("Hello.")], endpoint=endpoint), whole=True)
    assert heard.text == "Hello."

    with pytest.raises(ModelUnavailable):
        await hear(bench.open(bad, endpoint=endpoint), whole=True)
    assert len(bench.server.requests) == 2


async def test_a_server_that_hangs_ends_in_unavailable(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable, match="in time"):
        await hear(bench.open(hang(), seconds=0.3), whole=True)


async def test_a_refused_parameter_is_left_out(bench: Bench) -> None:
    model = bench.open(refusing("tool_choice", reply("Hello.")))

    assert (await hear(model, whole=True)).text == "Hello."


async def test_the_other_strategies_fetch_whole_answers_too(bench: Bench) -> None:
    assert (await hear(bench.open(json_reply("A."), strategy="json"), whole=True)).text == "A."
    assert (await hear(bench.open(content("B."), strategy="auto"), whole=True)).text == "B."
