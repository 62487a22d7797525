"""Strategy `tools`: the answer is itself a tool call, `reply`."""

import json
import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.tools import BaseTool

from agent.models import prompt_texts
from agent.models.calls_reader import CallsReader
from agent.models.chunk_reader import ChunkReader
from agent.models.faults import Malformed
from agent.models.messages import with_instruction
from agent.models.reply import reply_definition
from agent.models.schemas import function_tool
from agent.models.strategy import Plan, Strategy
from core.shapes import Json

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ToolsStrategy(Strategy):
    """Native tool calls, `reply` among them, under a forced choice where the server takes one."""

    def make_plan(self, tools: tuple[BaseTool, ...], definitions: tuple[Json, ...]) -> Plan:
        offered = (*definitions, reply_definition())
        # A server that does not force the choice has to be asked for it in words.
        instruction = "" if self.abilities.forced else prompt_texts.whole("strategy_tools")
        return self._native_plan(tools, offered, instruction)

    def _native_plan(self, tools: tuple[BaseTool, ...], offered: tuple[Json, ...], instruction: str) -> Plan:
        can = self.abilities
        options: Json = {} if can.usage else {"stream_usage": False}
        if can.tools and offered:
            options["tools"] = [function_tool(definition, can.strict) for definition in offered]
            options |= {"tool_choice": "required"} if can.forced else {}
            options |= {"parallel_tool_calls": False} if can.serial else {}
        names = frozenset(tool.name for tool in tools)
        return Plan(tools, can, names, options, tuple(options.get("tools", ())), instruction)

    def reader(self, plan: Plan) -> ChunkReader:
        return CallsReader(plan.names, self.wire.tells_the_end)

    def shape(self, messages: Sequence[BaseMessage], plan: Plan) -> Sequence[BaseMessage]:
        shaped = super().shape(messages, plan)
        return with_instruction(shaped, plan.instruction) if plan.instruction else shaped

    def feedback(self, fault: Malformed) -> Sequence[BaseMessage]:
        """The call at fault and, as its result, what was wrong with it."""
        call = fault.call
        if call is None or not _NAME.fullmatch(call.name):
            return ()
        said = {"ok": False, "error": fault.ill, "say": prompt_texts.section("strategy_again", fault.ill)}
        asked = {"id": call.id, "name": call.name, "args": call.arguments, "type": "tool_call"}
        return (
            AIMessage(content="", tool_calls=[asked]),
            ToolMessage(json.dumps(said), tool_call_id=call.id, name=call.name),
        )
