"""What a model sees of the tools, and what each declares about itself."""

import json

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from core.shapes import Json
from tools.registry import ALL, tool_named
from tools.spec import Effect, ToolSpec
from tools.words import words

HIDDEN = ("runtime", "context", "customer_id", "confirmed", "amount", "idempotency")
every_tool = pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)


def schema(spec: ToolSpec) -> Json:
    function: Json = convert_to_openai_tool(spec.tool, strict=True)["function"]
    return function


def objects(part: object) -> list[Json]:
    """All object schemas within a schema."""
    if isinstance(part, list):
        return [found for one in part for found in objects(one)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") == "object" else []
    return own + [found for one in part.values() for found in objects(one)]


@every_tool
def test_no_schema_shows_what_only_the_run_may_set(spec: ToolSpec) -> None:
    assert not set(HIDDEN) & set(schema(spec)["parameters"]["properties"])


@every_tool
def test_every_object_is_closed_and_every_field_described(spec: ToolSpec) -> None:
    for part in objects(schema(spec)["parameters"]):
        assert part["additionalProperties"] is False
        for name, one in part["properties"].items():
            assert one.get("description"), f"{spec.name}.{name} is not described"


@every_tool
def test_every_optional_argument_takes_null(spec: ToolSpec) -> None:
    fields = spec.tool.tool_call_schema.model_fields  # type: ignore[union-attr]
    shown = schema(spec)["parameters"]["properties"]
    for name, one in fields.items():
        if not one.is_required():
            assert one.default is None
            assert {"type": "null"} in shown[name]["anyOf"]


@every_tool
def test_a_tool_that_changes_something_has_a_business_key_and_no_other_has(spec: ToolSpec) -> None:
    assert (spec.business_key is not None) == (spec.effect is Effect.CHANGE)
    assert spec.tried is not None


@every_tool
def test_the_description_is_one_short_paragraph_or_two(spec: ToolSpec) -> None:
    assert 20 < len(spec.tool.description) < 400
    assert "Args:" not in spec.tool.description
    assert len(json.dumps(schema(spec))) < 3_000


def test_tools_are_found_by_name() -> None:
    assert {spec.name for spec in ALL} == {
        "find_order",
        "check_refund",
        "refund",
        "find_slots",
        "find_bookings",
        "book_appointment",
        "reschedule_appointment",
        "cancel_appointment",
        "update_contact",
        "update_address",
        "search_faq",
        "ask_person",
        "send_code",
        "check_code",
        "find_locations",
        "find_products",
        "compare_products",
        "find_tickets",
        "add_to_ticket",
        "reopen_ticket",
        "create_ticket",
        "save_enquiry_details",
        "submit_enquiry",
        "withdraw_enquiry",
        "save_lead_answers",
        "score_lead",
    }
    assert tool_named("transfer_money") is None


def test_every_error_has_words_for_the_model_and_for_the_packet() -> None:
    outcomes = words().sections["outcome"]
    for code in words().sections["say"]:
        if code not in {"not_said", "booking_needed", "outside_policy_approvable"}:
            assert code in outcomes, code
