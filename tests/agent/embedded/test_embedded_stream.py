"""What the model streams: a tool call whose decision fields stand before its text."""

import json

import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage

from agent.models.embedded import EmbeddedModel
from agent.models.open_model import open_model
from agent.models.parts import ReplyHead, ReplyText, StepEnd, ToolCalls
from core.business import load_business
from core.settings import SAMPLE_BUSINESS, Settings
from tests.agent.embedded.talking import model_of
from tools.registry import ALL

TOOLS = [spec.tool for spec in ALL]


@pytest.fixture(scope="module")
def model() -> EmbeddedModel:
    return model_of()


def test_a_reply_streams_its_decision_first_and_its_text_in_pieces(model: EmbeddedModel) -> None:
    chunks = list(model.bind_tools(TOOLS).stream("hello"))

    pieces = [str(part["args"]) for chunk in chunks for part in getattr(chunk, "tool_call_chunks", [])]
    assert json.loads(pieces[0] + '"}')["text"] == ""
    assert list(json.loads("".join(pieces))) == ["understood", "handover", "confidence", "sources", "text"]
    assert len(pieces) > 5


def test_streamed_and_whole_answers_are_the_same(model: EmbeddedModel) -> None:
    bound = model.bind_tools(TOOLS)
    whole = bound.invoke("hello")

    streamed: AIMessageChunk | None = None
    for chunk in bound.stream("hello"):
        assert isinstance(chunk, AIMessageChunk)
        streamed = chunk if streamed is None else streamed + chunk

    assert streamed is not None
    assert streamed.tool_calls == whole.tool_calls


@pytest.mark.anyio
async def test_the_tools_strategy_reads_it_as_any_other_model() -> None:
    business = load_business(SAMPLE_BUSINESS)
    answering = open_model(Settings(), business, model_of)

    parts = [part async for part in answering.stream([HumanMessage("what can you do?")], TOOLS)]
    calls = [part async for part in answering.stream([HumanMessage("where is HL-10478?")], TOOLS)]

    head = parts[0]
    assert isinstance(head, ReplyHead)
    assert head.understood is True
    assert head.confidence is not None
    assert len([part for part in parts if isinstance(part, ReplyText)]) > 1
    assert isinstance(parts[-1], StepEnd)
    assert isinstance(calls[0], ToolCalls)
    assert calls[0].calls[0].name == "find_order"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_same_messages_get_the_same_answer_whatever_came_between(model: EmbeddedModel) -> None:
    bound = model.bind_tools(TOOLS)
    first = bound.invoke("where is my parcel?")

    bound.invoke("HL-10478")

    assert bound.invoke("where is my parcel?").tool_calls == first.tool_calls


def test_what_the_message_was_about_stands_in_the_metadata(model: EmbeddedModel) -> None:
    answer = model.bind_tools(TOOLS).invoke("where is my parcel?")

    assert answer.response_metadata["capabilities"] == ["order_status"]
