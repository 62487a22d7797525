"""Strategy `auto` against the scripted server: native calls, plain content, no self-report."""

import pytest

from agent.models.parts import ReplyHead, ReplyText
from core.errors import ModelUnavailable
from tests.support.model_bench import Bench, Heard, hear
from tests.support.scripted_server import calls, content, error, refusing, reply

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
async def test_plain_content_is_held_to_its_end(bench: Bench, endpoint: str) -> None:
    model = bench.open(content("Hello there, how are you?"), strategy="auto", endpoint=endpoint)

    heard = await hear(model)

    assert heard.parts[:-1] == [
        ReplyHead(None, None, None, ()),
        ReplyText("Hello there, how are you?"),
    ]


async def test_the_business_tools_are_offered_freely_without_reply(bench: Bench) -> None:
    await hear(bench.open(content("Hello."), strategy="auto"))

    request = bench.server.requests[0]
    assert request.tool_names == ["find_order", "refund"]
    assert "tool_choice" not in request.body


async def test_words_before_a_call_are_not_said(bench: Bench) -> None:
    script = calls(("find_order", {"order_number": "1"}), content="One moment, I transfer you.")
    heard = await hear(bench.open(script, strategy="auto"))

    assert heard.text == ""
    assert heard.calls[0].name == "find_order"


async def test_a_reply_call_from_habit_is_taken(bench: Bench) -> None:
    heard = await hear(bench.open(reply("Hello.", confidence=0.6), strategy="auto"))

    assert heard.parts[:1] == [ReplyHead(True, None, 0.6, ())]


async def test_a_server_that_refuses_tools_is_asked_without(bench: Bench) -> None:
    model = bench.open(refusing("tools", content("Hello.")), strategy="auto")

    assert (await hear(model)).text == "Hello."
    assert bench.server.requests[1].tool_names == []


async def test_a_fault_after_which_nothing_helps_means_unavailable(bench: Bench) -> None:
    heard = Heard()
    with pytest.raises(ModelUnavailable):
        await hear(bench.open(error(500), strategy="auto"), heard=heard)

    assert heard.parts == []
