"""JSON schemas for models: strict tool definitions, and the one schema that holds all calls.

A strict schema makes every field required and knows no open dict, so an optional argument is
`T | None = None`: the model then says null. What a schema promises is checked again by pydantic.
"""

from collections.abc import Sequence

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from core.errors import OperatorError
from core.shapes import Json

_KEPT = ("type", "description", "enum", "const", "items", "anyOf")


def tool_definition(tool: BaseTool) -> Json:
    """The tool as `{name, description, parameters}` with a strict schema.

    OperatorError when an argument is an open dict, has no type, or is optional without accepting null.
    """
    function = convert_to_openai_tool(tool)["function"]
    parameters = function.get("parameters") or {"type": "object", "properties": {}}
    return {
        "name": function["name"],
        "description": function["description"],
        "parameters": strict_schema(parameters, f"tool {function['name']}"),
    }


def strict_schema(schema: Json, where: str) -> Json:
    """`schema` with `$ref`s put in place, every field required and objects closed. Errors as above."""
    return _strict(schema, schema.get("$defs") or schema.get("definitions") or {}, where)


def union_schema(definitions: Sequence[Json]) -> Json:
    """One schema for `{NAME: arguments}` over all definitions, for servers that constrain by a grammar."""
    return {"anyOf": [_keyed(d["name"], d["parameters"]) for d in definitions]}


def function_tool(definition: Json, strict: bool) -> Json:
    """A definition in the form of the request's `tools`."""
    return {"type": "function", "function": definition | ({"strict": True} if strict else {})}


def _keyed(name: str, parameters: Json) -> Json:
    return {
        "type": "object",
        "properties": {name: parameters},
        "required": [name],
        "additionalProperties": False,
    }


def _strict(schema: Json, defs: Json, where: str) -> Json:
    if "$ref" in schema:
        target = defs[str(schema["$ref"]).rsplit("/", 1)[-1]]
        return _strict(target | {k: v for k, v in schema.items() if k != "$ref"}, defs, where)
    if len(schema.get("allOf", ())) == 1:
        return _strict(schema["allOf"][0] | {k: v for k, v in schema.items() if k != "allOf"}, defs, where)
    kept = {key: schema[key] for key in _KEPT if key in schema}
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(option, defs, where) for option in kept["anyOf"]]
    if "items" in kept:
        kept["items"] = _strict(kept["items"], defs, f"{where}, items")
    if schema.get("type") == "object":
        kept |= _closed(schema, defs, where)
    if not any(key in kept for key in ("type", "enum", "const", "anyOf")):
        raise OperatorError(f"{where}: found an argument of any type; expected one type. Annotate it.")
    return kept


def _closed(schema: Json, defs: Json, where: str) -> Json:
    if schema.get("additionalProperties") not in (None, False):
        raise OperatorError(f"{where}: found an open dict; expected named fields. Use a pydantic model.")
    properties: Json = schema.get("properties") or {}
    for name in properties.keys() - set(schema.get("required", ())):
        if not _takes_null(properties[name]):
            raise OperatorError(
                f"{where}: argument {name!r} is optional but does not take null; write `T | None = None`."
            )
    return {
        "properties": {name: _strict(found, defs, f"{where}, {name}") for name, found in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def _takes_null(schema: Json) -> bool:
    options = schema.get("anyOf", [schema])
    return any(
        o.get("type") == "null" or (isinstance(o.get("type"), list) and "null" in o["type"]) for o in options
    )
