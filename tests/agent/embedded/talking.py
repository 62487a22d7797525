"""Conversations with the embedded model: messages as a turn composes them, tools real or scripted."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.models.embedded import EmbeddedModel, open_embedded
from core.business import load_business
from core.clock import rfc3339
from core.settings import SAMPLE_BUSINESS
from core.shapes import Json
from tests.support.knowledge_store import word_llama
from tests.support.shop import NOW
from tools.registry import ALL

CallTool = Callable[[str, Json], Json]
_MOST_STEPS = 8


@cache
def model_of(directory: Path = SAMPLE_BUSINESS) -> EmbeddedModel:
    """The model of a business, opened once for the test process."""
    return open_embedded(load_business(directory), embedding=word_llama())


@dataclass
class Chat:
    """One conversation. `answers`: the tools, as a function from name and arguments to a result."""

    answers: CallTool
    model: EmbeddedModel = field(default_factory=model_of)
    level: str = "anonymous"
    knowledge: Callable[[str], list[Json]] = lambda query: []
    history: list[BaseMessage] = field(default_factory=list)
    called: list[tuple[str, Json]] = field(default_factory=list)
    """The calls of the last turn."""

    def says(self, *texts: str, confirmed: tuple[str, Json] | None = None, **context: object) -> Json:
        """The reply to the customer's words, after all tool calls. `confirmed`: a call that a yes has run."""
        self.called = []
        trail: list[BaseMessage] = []
        if confirmed is not None:
            trail += self._ran(AIMessage("", tool_calls=[_call(*confirmed, "confirmed")]))
        for _ in range(_MOST_STEPS):
            answer = self._step(texts, trail, context)
            if answer.tool_calls[0]["name"] == "reply":
                reply = answer.tool_calls[0]["args"]
                self.history += [*map(HumanMessage, texts), AIMessage(reply["text"])]
                return reply
            trail += self._ran(answer)
        raise AssertionError(f"no reply after {_MOST_STEPS} steps: {self.called}")

    def _step(self, texts: Sequence[str], trail: list[BaseMessage], context: Json) -> AIMessage:
        about = {
            "now": rfc3339(NOW),
            "customer": {"level": self.level, "name": None, "id": None, "verified_order": None},
            "knowledge": self.knowledge("\n".join(texts)),
            "no_answer_line": 0.5,
            "notes": [],
            "cause": "message",
            **context,
        }
        messages = [
            SystemMessage("You are an assistant."),
            *self.history,
            SystemMessage(f"<context>\n{json.dumps(about)}\n</context>"),
            *map(HumanMessage, texts),
            *trail,
        ]
        bound = self.model.bind_tools([spec.tool for spec in ALL], tool_choice="required")
        return bound.invoke(messages)

    def _ran(self, answer: AIMessage) -> list[BaseMessage]:
        results: list[BaseMessage] = []
        for call in answer.tool_calls:
            self.called.append((call["name"], call["args"]))
            result = self.answers(call["name"], call["args"])
            results.append(ToolMessage(json.dumps(result), tool_call_id=cast(str, call["id"])))
        return [answer, *results]


def _call(name: str, args: Json, call_id: str) -> Json:
    return {"name": name, "args": args, "id": call_id, "type": "tool_call"}


def no_tool(name: str, args: Json) -> Json:
    """Tools of a conversation that needs none."""
    raise AssertionError(f"{name} was called with {args}")
