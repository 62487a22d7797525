"""What a call is about: two calls of one tool on another order, or another field, are two wishes."""

import pytest

from tools.registry import tool_named


@pytest.mark.parametrize(
    ("tool", "key", "other", "same"),
    [
        ("refund", "refund:HL-10428:HL-10428/1=1", "refund:HL-10428:HL-10428/2=1+2", True),
        ("refund", "refund:HL-10428:HL-10428/1=1", "refund:HL-10429:HL-10429/1=1", False),
        ("update_contact", "contact:C-1001:email:0:9f", "contact:C-1001:email:0:7a", True),
        ("update_contact", "contact:C-1001:email:0:9f", "contact:C-1001:phone:0:9f", False),
    ],
)
def test_keys_are_about_the_same_thing_by_their_first_parts(
    tool: str, key: str, other: str, same: bool
) -> None:
    spec = tool_named(tool)
    assert spec is not None
    assert spec.same_subject(key, other) is same


@pytest.mark.parametrize(
    ("arguments", "effect"),
    [
        ({"order_number": "HL-10428"}, "none"),
        ({"order_number": "HL-10428", "email": None}, "none"),
        ({"order_number": "HL-10428", "email": "a@example.com"}, "identity"),
        ({"order_number": "HL-10428", "postcode": "D08 X2T4"}, "identity"),
    ],
)
def test_a_look_at_an_order_writes_only_when_it_tries_the_challenge(
    arguments: dict[str, str | None], effect: str
) -> None:
    spec = tool_named("find_order")
    assert spec is not None
    assert spec.effect_of(arguments) == effect
