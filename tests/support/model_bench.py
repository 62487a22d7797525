"""Tools, questions and answer strategies over a real socket."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool, tool
from pydantic import SecretStr

from agent.models.abilities import Abilities
from agent.models.auto_strategy import AutoStrategy
from agent.models.endpoint import OpenAIWire
from agent.models.json_strategy import JsonStrategy
from agent.models.parts import Part, ReplyHead, ReplyText, StepEnd, ToolCall, ToolCalls
from agent.models.strategy import Strategy
from agent.models.tools_strategy import ToolsStrategy
from core.business_policy import ModelProfile
from tests.support.scripted_server import Script, ScriptedServer

STRATEGIES: dict[str, type[Strategy]] = {"tools": ToolsStrategy, "json": JsonStrategy, "auto": AutoStrategy}
Reason = Literal["damaged", "late"]


@tool
def find_order(order_number: str | None = None, email: str | None = None) -> str:
    """Looks up an order."""
    return f"{order_number} {email}"


@tool
def refund(order_number: str, reason: Reason | None = None) -> str:
    """Refunds an order."""
    return f"{order_number} {reason}"


TOOLS: tuple[BaseTool, ...] = (find_order, refund)


@dataclass
class Heard:
    """The parts of one step, sorted."""

    parts: list[Part] = field(default_factory=list)

    @property
    def head(self) -> ReplyHead | None:
        return next((part for part in self.parts if isinstance(part, ReplyHead)), None)

    @property
    def deltas(self) -> list[str]:
        return [part.delta for part in self.parts if isinstance(part, ReplyText)]

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return next((part.calls for part in self.parts if isinstance(part, ToolCalls)), ())

    @property
    def end(self) -> StepEnd:
        last = self.parts[-1]
        assert isinstance(last, StepEnd)
        return last


def question(words: str = "Where is my order 1002?") -> list[BaseMessage]:
    return [SystemMessage("You help."), SystemMessage("<context>{}</context>"), HumanMessage(words)]


async def hear(
    model: Strategy,
    messages: Sequence[BaseMessage] = (),
    tools: Sequence[BaseTool] = TOOLS,
    heard: Heard | None = None,
    whole: bool = False,
) -> Heard:
    """All parts of one step; what came before an error stays in `heard`."""
    heard = heard if heard is not None else Heard()
    async with aclosing(model.stream(messages or question(), tools, whole=whole)) as parts:
        async for part in parts:
            heard.parts.append(part)
    return heard


@dataclass
class Bench:
    """Scripted servers and the models over them; `server` is the last one opened."""

    servers: list[ScriptedServer] = field(default_factory=list)
    models: list[Strategy] = field(default_factory=list)

    @property
    def server(self) -> ScriptedServer:
        return self.servers[-1]

    def open(self, script: Script, seconds: float = 20, **stated: object) -> Strategy:
        """A strategy by profile fields, answered by `script`."""
        server = ScriptedServer(script)
        server.__enter__()
        self.servers.append(server)
        profile = ModelProfile.model_validate({"match": "*"} | stated)
        wire = OpenAIWire("scripted", profile, SecretStr("key"), server.base_url, seconds)
        model = STRATEGIES[profile.strategy]("scripted", wire, Abilities.of(profile), profile.late_system)
        self.models.append(model)
        return model
