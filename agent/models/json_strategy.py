"""Strategy `json`: one JSON schema of all calls and the reply, for servers that follow a grammar."""

import json
from collections.abc import Iterator, Sequence

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.tools import BaseTool

from agent.models import prompt_texts
from agent.models.chunk_reader import ChunkReader, Finished
from agent.models.faults import Fault
from agent.models.messages import as_plain_talk, with_instruction
from agent.models.parts import Part
from agent.models.reply import REPLY, reply_definition
from agent.models.reply_stream import ReplyReader
from agent.models.schemas import union_schema
from agent.models.strategy import Plan, Strategy
from core.shapes import Json

_PROMPT = "strategy_json"
_EXAMPLE = "Example: "
_SCHEMA_NAME = "step"


class JsonReader(ChunkReader):
    """Reads content that is `{NAME: arguments}`; anything else is mended like plain content."""

    def __init__(self, names: frozenset[str], tells_the_end: bool) -> None:
        super().__init__(names, tells_the_end)
        self._reply = ReplyReader(within=REPLY)

    def feed(self, chunk: AIMessageChunk) -> Sequence[Part]:
        words = self.note(chunk)
        return self._reply.feed(words) if words else ()

    def written(self) -> str:
        return "".join(self._content)

    def finish(self) -> Finished:
        if not self._reply.spoken:
            return self.plain()
        if self.cut_short and not self._reply.complete:
            raise Fault("the answer was cut off")
        return Finished((), AIMessage(content=self._reply.text))


class JsonStrategy(Strategy):
    """Plain chat under a grammar, with worked examples instead of native tools."""

    def make_plan(self, tools: tuple[BaseTool, ...], definitions: tuple[Json, ...]) -> Plan:
        offered = (*definitions, reply_definition())
        options: Json = {} if self.abilities.usage else {"stream_usage": False}
        if self.abilities.constrained:
            asked = {"name": _SCHEMA_NAME, "strict": True, "schema": union_schema(offered)}
            options["response_format"] = {"type": "json_schema", "json_schema": asked}
        names = frozenset(tool.name for tool in tools)
        return Plan(tools, self.abilities, names, options, (), _instruction(offered))

    def reader(self, plan: Plan) -> ChunkReader:
        return JsonReader(plan.names, self.wire.tells_the_end)

    def shape(self, messages: Sequence[BaseMessage], plan: Plan) -> Sequence[BaseMessage]:
        instructed = with_instruction(messages, plan.instruction)
        return as_plain_talk(super().shape(instructed, plan))


def _instruction(offered: Sequence[Json]) -> str:
    """The prompt file with the tools filled in, without worked examples of tools that are not offered."""
    names = {definition["name"] for definition in offered}
    listed = "\n".join(_line(definition) for definition in offered)
    return "\n\n".join(_kept(names)).replace("{tools}", listed)


def _kept(names: set[str]) -> Iterator[str]:
    for section in prompt_texts.sections(_PROMPT):
        if not section.title.startswith(_EXAMPLE) or section.title.removeprefix(_EXAMPLE) in names:
            yield section.text


def _line(definition: Json) -> str:
    fields = {name: _type(found) for name, found in definition["parameters"]["properties"].items()}
    about = " ".join(str(definition["description"]).split())
    return f"- {definition['name']} {json.dumps(fields)}: {about}"


def _type(schema: Json) -> str:
    if "enum" in schema:
        return "|".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return "|".join(_type(option) for option in schema["anyOf"])
    return str(schema.get("type", "any"))
