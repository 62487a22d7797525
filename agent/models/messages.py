"""Shaping the messages for models that do not take them as they are."""

import json
from collections.abc import Iterator, Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.models.reply import REPLY, TEXT


def with_instruction(messages: Sequence[BaseMessage], text: str) -> list[BaseMessage]:
    """The messages with `text` at the end of the first system message."""
    if messages and isinstance(messages[0], SystemMessage):
        return [SystemMessage(f"{messages[0].text}\n\n{text}"), *messages[1:]]
    return [SystemMessage(text), *messages]


def with_one_system(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The messages with every later system message folded into the first, in order."""
    systems = [message.text for message in messages if isinstance(message, SystemMessage)]
    others = [message for message in messages if not isinstance(message, SystemMessage)]
    return [SystemMessage("\n\n".join(systems)), *others] if systems else others


def as_plain_talk(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Calls and results as the words of two speakers, for servers without native tools."""
    return list(_joined(_plain(messages)))


def _plain(messages: Sequence[BaseMessage]) -> Iterator[BaseMessage]:
    names: dict[str, str] = {}
    for message in messages:
        if isinstance(message, ToolMessage):
            name = names.get(message.tool_call_id) or message.name or ""
            yield HumanMessage(f"Result of {name}: {message.text}")
        elif isinstance(message, AIMessage) and message.tool_calls:
            names |= {str(call["id"]): call["name"] for call in message.tool_calls}
            for call in message.tool_calls:
                yield AIMessage(json.dumps({call["name"]: call["args"]}, ensure_ascii=False))
        elif isinstance(message, AIMessage):
            yield AIMessage(json.dumps({REPLY: {TEXT: message.text}}, ensure_ascii=False))
        else:
            yield message


def _joined(messages: Iterator[BaseMessage]) -> Iterator[BaseMessage]:
    """Consecutive calls of the model as one message; many chat templates insist on turns that alternate."""
    held: AIMessage | None = None
    for message in messages:
        if isinstance(message, AIMessage):
            held = AIMessage(f"{held.text}\n{message.text}") if held else message
            continue
        if held:
            yield held
            held = None
        yield message
    if held:
        yield held
