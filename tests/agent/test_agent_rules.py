"""Conditions of the business's rules: what holds, and what does not for want of knowledge."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent.rules import RuleFacts, applying, holds, order_of
from agent.triggers.heard import CustomerFacts
from core.business import Conditions, DecisionRule
from core.shapes import ToolRun
from core.vocabulary import Capability, Level, Trigger

DUBLIN = ZoneInfo("Europe/Dublin")
FACTS = RuleFacts(
    at=datetime(2026, 11, 24, 21, 30, tzinfo=DUBLIN),  # a Tuesday
    level=Level.ACCOUNT,
    channel="web",
    customer=CustomerFacts(lifetime_value=2500.0, tier="gold", late_orders=1),
    topics=(Capability.ORDER_STATUS,),
    order={"state": "shipped", "late": True, "total_cents": 180_000},
    scores={Trigger.ANGER: 0.4},
)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"tier": "gold"}, True),
        ({"tier": ["silver", "standard"]}, False),
        ({"level": "account"}, True),
        ({"spent_from": 2500.00}, True),
        ({"spent_from": 2500.01}, False),
        ({"late_orders_from": 2}, False),
        ({"order_state": ["packed", "shipped"]}, True),
        ({"order_total_from": 1800}, True),
        ({"order_total_from": 1800.01}, False),
        ({"order_late": False}, False),
        ({"topic": ["refund", "order_status"]}, True),
        ({"topic": "refund"}, False),
        ({"channel": "email"}, False),
        ({"days": ["tue"]}, True),
        ({"hours": "20:00-08:00"}, True),
        ({"hours": "08:00-21:30"}, False),
        ({"hours": "21:30-24:00"}, True),
        ({"scores": {"anger": 0.4}}, True),
        ({"scores": {"anger": 0.4, "churn_risk": 0.1}}, False),
        ({"tier": "gold", "channel": "email"}, False),
    ],
)
def test_conditions(conditions: dict[str, object], expected: bool) -> None:
    assert holds(Conditions.model_validate(conditions), FACTS) is expected


@pytest.mark.parametrize(
    "conditions",
    [
        {"tier": "gold"},
        {"spent_from": 1},
        {"order_late": False},
        {"order_state": "shipped"},
        {"order_total_from": 1},
    ],
)
def test_what_is_not_known_holds_nothing(conditions: dict[str, object]) -> None:
    nobody = replace(FACTS, customer=CustomerFacts(), order=None)
    assert not holds(Conditions.model_validate(conditions), nobody)


def test_a_rule_applies_unless_its_exception_holds() -> None:
    rule = DecisionRule.model_validate(
        {
            "id": "r",
            "about": "-",
            "when": {"order_late": True},
            "unless": {"channel": "web"},
            "then": {"decision": "offer", "reason": "anger"},
        }
    )
    assert applying([rule], FACTS) == ()
    assert applying([rule], replace(FACTS, channel="email")) == (rule,)


def test_the_order_is_that_of_the_newest_lookup_that_succeeded() -> None:
    def run(result: object, ok: bool) -> ToolRun:
        return ToolRun(name="find_order", arguments={}, result=result, ok=ok, started_ms=0, ms=1)

    first = run({"ok": True, "order": {"number": "A-100"}}, True)
    second = run({"ok": True, "order": {"number": "A-200"}}, True)
    failed = run({"ok": False, "error": "not_found"}, False)
    assert order_of([first, second, failed]) == {"number": "A-200"}
    assert order_of([failed]) is None
