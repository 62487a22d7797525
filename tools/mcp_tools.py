"""Tools of MCP servers as Baton's own: level, confirmation and key by configuration, schema by the server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool, StructuredTool

from core.errors import OperatorError
from core.shapes import Json
from core.vocabulary import Level
from tools.access import identity_needed, require_account
from tools.context import ToolContext
from tools.keys import digest, raise_if_moved
from tools.limits import limits
from tools.mcp_config import Filled, McpServer, McpTool
from tools.refusals import NeedsConfirmation, Refusal, refused
from tools.spec import Effect, ToolSpec
from tools.words import words

NULL = {"type": "null"}


@dataclass(frozen=True)
class Listed:
    """A tool as its server lists it."""

    name: str
    description: str
    schema: Json
    """JSON schema of its arguments."""


def specs_of(server: McpServer, listed: Mapping[str, Listed], source: str) -> tuple[ToolSpec, ...]:
    """The tools that are taken from a server. OperatorError when it has not got one, or a filled argument."""
    return tuple(_spec(server, one, _found(server, one, listed, source)) for one in server.tools)


def _found(server: McpServer, tool: McpTool, listed: Mapping[str, Listed], source: str) -> Listed:
    found = listed.get(tool.name)
    if found is None:
        raise OperatorError(
            f"{source}: found the tool `{tool.name}` of the MCP server `{server.name}`; expected one of "
            f"{', '.join(sorted(listed))}."
        )
    unknown = sorted(set(tool.fill) - set(found.schema.get("properties") or {}))
    if unknown:
        raise OperatorError(
            f"{source}: found `fill: {unknown[0]}` of `{tool.name}`; expected one of its arguments: "
            f"{', '.join(found.schema.get('properties') or {}) or 'it has none'}."
        )
    return found


def _spec(server: McpServer, tool: McpTool, listed: Listed) -> ToolSpec:
    changes = tool.effect == "change"
    schema = _shown(listed.schema, tool.fill)
    return ToolSpec(
        _tool(server, tool, listed, schema),
        tool.capability,
        Effect.CHANGE if changes else Effect.NONE,
        business_key=_key_of(server, tool, schema) if changes else None,
        tried=_tried_of(server, tool),
    )


def _shown(schema: Json, fill: Mapping[str, Filled]) -> Json:
    """The schema that the model sees: without what the run fills in, and optional arguments take null."""
    required = [name for name in schema.get("required") or [] if name not in fill]
    properties = {
        name: one
        if name in required
        else {"anyOf": [_plain(one), NULL], "description": one.get("description", "")}
        for name, one in (schema.get("properties") or {}).items()
        if name not in fill
    }
    kept: Json = {name: schema[name] for name in ("$defs", "definitions") if name in schema}
    return {"type": "object", "properties": properties, "required": required, **kept}


def _plain(schema: Json) -> Json:
    return {name: value for name, value in schema.items() if name not in ("default", "title", "description")}


def _tool(server: McpServer, tool: McpTool, listed: Listed, schema: Json) -> BaseTool:
    def run(runtime: ToolRuntime[ToolContext], **arguments: object) -> Json:
        context = runtime.context
        _authorise(context, tool)
        given = _given(schema, arguments)
        port, now = context.ports.mcp, context.uow
        if tool.effect == "none":
            return _answer(port.read(now, server.name, tool.name, given | _filled(context, tool, "")))
        key = _key(server, tool, context, given)
        raise_if_moved(context, key)
        if tool.confirm and not context.confirmed:
            raise NeedsConfirmation(_summary(tool, given))
        return _answer(port.change(now, server.name, tool.name, given | _filled(context, tool, key)))

    return StructuredTool(
        name=f"{server.name}_{tool.name}", description=listed.description, args_schema=schema, func=run
    )


def _authorise(context: ToolContext, tool: McpTool) -> None:
    """By what the conversation's row says, never by an argument."""
    if tool.level is Level.ACCOUNT or "customer_id" in tool.fill.values():
        require_account(context)
    elif tool.level is Level.ORDER and context.customer.level is Level.ANONYMOUS:
        needed = identity_needed(context, ["order_number", "email"])
        raise Refusal("identity_needed", missing=needed["missing"], form=needed["form"])
    if "order_number" in tool.fill.values() and context.verified_order is None:
        needed = identity_needed(context, ["order_number"])
        raise Refusal("identity_needed", missing=needed["missing"], form=needed["form"])


def _given(schema: Json, arguments: Mapping[str, object]) -> Json:
    """What the model may set, without nulls: an optional argument that is left out."""
    known = schema["properties"]
    return {name: value for name, value in arguments.items() if name in known and value is not None}


def _filled(context: ToolContext, tool: McpTool, key: str) -> Json:
    brought: dict[Filled, object] = {
        "customer_id": context.customer.id,
        "order_number": context.verified_order,
        "business_key": key,
    }
    return {name: brought[what] for name, what in tool.fill.items()}


def _summary(tool: McpTool, given: Json) -> str:
    return (tool.summary or "").format_map(_Blank({name: str(value) for name, value in given.items()}))


class _Blank(dict[str, str]):
    """An argument that was left out is nothing in a summary."""

    def __missing__(self, key: str) -> str:
        return ""


def _answer(answer: Json) -> Json:
    """Whatever a server says is data, and not more of it than a model should read."""
    content = str(answer["content"])[: limits().outside_chars]
    if not answer["ok"]:
        return refused("refused_there", content=content)
    return {"ok": True, "content": content}


def _key(server: McpServer, tool: McpTool, context: ToolContext, given: Json) -> str:
    """The same wish in the same conversation has the same key."""
    return f"mcp:{server.name}:{tool.name}:{context.conversation_id}:{digest(given)}"


def _key_of(server: McpServer, tool: McpTool, schema: Json) -> Callable[[Json, ToolContext], str]:
    return lambda arguments, context: _key(server, tool, context, _given(schema, arguments))


def _tried_of(server: McpServer, tool: McpTool) -> Callable[[Json, Json], str]:
    return lambda arguments, result: words().tried("mcp", result, f"{server.name}, {tool.name}")
