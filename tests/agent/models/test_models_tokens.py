"""Counting tokens offline."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agent.models import tokens


def test_longer_texts_cost_more() -> None:
    assert tokens.count_text("") == 0
    assert 0 < tokens.count_text("Hello there.") < tokens.count_text("Hello there. " * 10)


def test_special_tokens_in_a_customers_words_are_counted_as_text() -> None:
    assert tokens.count_text("<|endoftext|>") > 1


def test_calls_count_as_well_as_words() -> None:
    asked = {"id": "1", "name": "find_order", "args": {"order_number": "1002"}, "type": "tool_call"}
    silent = [SystemMessage("You help."), HumanMessage("Hi"), AIMessage("")]
    calling = [*silent[:2], AIMessage("", tool_calls=[asked])]

    assert tokens.count_messages(calling) > tokens.count_messages(silent) > 12


@pytest.mark.anyio
async def test_a_step_is_its_messages_and_schemas_and_what_was_written() -> None:
    alone = await tokens.count_step([HumanMessage("Hi")], (), "Hello.")
    with_tool = await tokens.count_step([HumanMessage("Hi")], ({"name": "find_order"},), "Hello.")

    assert with_tool[0] > alone[0] > 0
    assert with_tool[1] == alone[1] == tokens.count_text("Hello.")
