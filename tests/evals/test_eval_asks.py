"""What the agent asks for, and what a customer has said."""

import pytest

from core.shapes import Json, ToolRun
from handover.asks import asked_in, missed_by, said_in


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("What's the order number? It's in your confirmation e-mail.", ["order_number"]),
        ("To look at it, I need the e-mail address or the postcode of the order.", ["email", "postcode"]),
        ("Shall I refund €189.00 to your card?", ["confirm"]),
        ("Shall I change your phone number to +353 87 555 0199?", ["confirm"]),
        ("What name shall I put it under?", ["name"]),
        ("Which showroom would you like to visit?", ["location"]),
        ("I have Tuesday at 16:00 and 17:00. Which one suits you?", ["when"]),
        ("Your order number is HL-10432. We wrote to your e-mail address.", []),
        ("Parcels take 3 to 6 days.", []),
    ],
)
def test_a_question_is_seen_and_a_statement_is_none(text: str, kinds: list[str]) -> None:
    assert asked_in(text) == kinds


def run_of(result: Json) -> ToolRun:
    return ToolRun(name="x", arguments={}, result=result, ok=bool(result["ok"]), started_ms=0, ms=0)


def test_what_a_tool_missed_is_asked_for_too() -> None:
    refused = run_of({"ok": False, "error": "identity_needed", "missing": ["order_number", "email"]})
    assert missed_by([refused]) == ["order_number", "email"]
    assert missed_by([run_of({"ok": False, "error": "needs_confirmation"})]) == ["confirm"]
    assert missed_by([refused, run_of({"ok": True})]) == []
    assert missed_by([]) == []


def test_values_are_seen_in_a_customers_words() -> None:
    assert said_in("It's HL-10432, maeve.brennan@example.com") == ["order_number", "email"]
    assert said_in("call me on +353 87 555 0199") == ["phone"]
    assert said_in("two lamps on the 24th of November") == []
