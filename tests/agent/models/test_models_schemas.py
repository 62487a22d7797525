"""Strict schemas: what holds for every tool, and what is refused."""

from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft202012Validator
from langchain_core.tools import BaseTool, tool
from pydantic import BaseModel, Field

from agent.models.reply import reply_definition
from agent.models.schemas import strict_schema, tool_definition, union_schema
from core.errors import OperatorError
from core.shapes import Json
from tests.support.model_bench import TOOLS
from tools.registry import ALL


class Item(BaseModel):
    """One line of an order."""

    sku: str
    quantity: Annotated[int, Field(ge=1)] = 1


class Line(BaseModel):
    sku: str
    quantity: int | None = None


@tool
def take_back(
    order_number: str, items: list[Line] | None = None, kind: Literal["all", "some"] | None = None
) -> str:
    """Takes lines back."""
    return f"{order_number} {items} {kind}"


@tool
def open_dict(values: dict[str, str]) -> str:
    """Takes anything."""
    return str(values)


@tool
def with_default(query: str, k: int = 4) -> str:
    """Has an optional argument that takes no null."""
    return query * k


@tool
def untyped(value: Any) -> str:  # noqa: ANN401
    """Takes a value of any type."""
    return str(value)


@tool
def nested_default(items: list[Item]) -> str:
    """Has the fault one level down."""
    return str(items)


def objects(schema: Json) -> list[Json]:
    """Every object schema inside a schema."""
    found = [schema] if schema.get("type") == "object" else []
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    inside += [schema["items"]] if "items" in schema else []
    return found + [one for part in inside for one in objects(part)]


EVERY_TOOL = [*(spec.tool for spec in ALL), *TOOLS, take_back]


@pytest.mark.parametrize("given", EVERY_TOOL, ids=lambda given: given.name)
def test_every_object_is_closed_and_every_field_required(given: BaseTool) -> None:
    for found in objects(tool_definition(given)["parameters"]):
        assert found["additionalProperties"] is False
        assert found["required"] == list(found["properties"])
        assert not {"default", "title", "$ref", "$defs"} & found.keys()
        assert all(not {"default", "title", "$ref"} & field.keys() for field in found["properties"].values())


def test_the_reply_puts_the_decision_before_the_text() -> None:
    parameters = reply_definition()["parameters"]

    assert list(parameters["properties"]) == ["understood", "handover", "confidence", "sources", "text"]
    assert parameters["required"] == list(parameters["properties"])
    assert all(field["description"] for field in parameters["properties"].values())
    assert strict_schema(parameters, "reply") == parameters


def test_an_optional_argument_takes_null() -> None:
    parameters = tool_definition(take_back)["parameters"]
    check = Draft202012Validator(parameters)

    assert check.is_valid({"order_number": "1", "items": None, "kind": None})
    assert check.is_valid({"order_number": "1", "items": [{"sku": "a", "quantity": None}], "kind": "all"})
    assert not check.is_valid({"order_number": "1"})
    assert not check.is_valid({"order_number": "1", "items": None, "kind": "most"})


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (open_dict, "open dict"),
        (with_default, "'k' is optional"),
        (untyped, "any type"),
        (nested_default, "'quantity' is optional"),
    ],
    ids=lambda given: given.name if isinstance(given, BaseTool) else "",
)
def test_what_a_strict_schema_cannot_say_is_refused_by_name(given: BaseTool, found: str) -> None:
    with pytest.raises(OperatorError, match=found) as refused:
        tool_definition(given)

    assert given.name in str(refused.value)


def test_the_union_takes_each_call_and_nothing_else() -> None:
    check = Draft202012Validator(union_schema([tool_definition(take_back), reply_definition()]))
    fields: Json = {"understood": True, "handover": None, "confidence": 0.5, "sources": [], "text": "Hello."}

    assert check.is_valid({"reply": fields})
    assert check.is_valid({"take_back": {"order_number": "1", "items": None, "kind": None}})
    assert not check.is_valid({"reply": fields, "take_back": {}})
    assert not check.is_valid({"refund": {}})
