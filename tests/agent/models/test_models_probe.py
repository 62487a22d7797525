"""An unknown model is asked once what it can do, outside any turn."""

import pytest

from agent.models.auto_strategy import AutoStrategy
from agent.models.json_strategy import JsonStrategy
from agent.models.probe import probe
from agent.models.tools_strategy import ToolsStrategy
from core.errors import ModelUnavailable
from tests.support.model_bench import TOOLS, Bench
from tests.support.scripted_server import content, error, json_reply, refusing, reply

pytestmark = pytest.mark.anyio


def opened(bench: Bench, script: object) -> ToolsStrategy:
    model = bench.open(script)  # type: ignore[arg-type]
    assert isinstance(model, ToolsStrategy)
    return model


async def test_a_model_that_calls_reply_keeps_tools_after_one_request(bench: Bench) -> None:
    model = opened(bench, reply("Hello."))

    assert await probe(model, TOOLS) is model
    assert len(bench.server.requests) == 1
    assert bench.server.requests[0].tool_names == ["find_order", "refund", "reply"]


async def test_a_model_that_answers_in_plain_content_keeps_tools(bench: Bench) -> None:
    model = opened(bench, content("Hello."))

    assert await probe(model, TOOLS) is model
    assert len(bench.server.requests) == 1


async def test_what_the_server_refuses_is_learnt(bench: Bench) -> None:
    model = opened(bench, refusing("tool_choice", reply("Hello.")))

    assert await probe(model, TOOLS) is model
    assert not model.abilities.forced


async def test_a_server_without_tools_gets_json(bench: Bench) -> None:
    found = await probe(opened(bench, refusing("tools", json_reply("Hello."))), TOOLS)

    assert isinstance(found, JsonStrategy)


async def test_a_server_without_tools_or_schema_gets_auto(bench: Bench) -> None:
    found = await probe(opened(bench, refusing("tools", content("Hello."))), TOOLS)

    assert isinstance(found, AutoStrategy)


async def test_a_server_that_is_down_is_said_to_be(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable):
        await probe(opened(bench, error(500)), TOOLS)
