"""The business's rules, tried on what is known of a turn. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.triggers.heard import CustomerFacts
from core.business_parts import WEEKDAYS
from core.business_rules import Conditions, DecisionRule
from core.shapes import Json, ToolRun
from core.vocabulary import Capability, Level, Trigger


@dataclass(frozen=True)
class RuleFacts:
    """What conditions are about."""

    at: datetime
    """In the shop's time zone."""
    level: Level
    channel: str
    customer: CustomerFacts = field(default_factory=CustomerFacts)
    topics: tuple[Capability, ...] = ()
    order: Json | None = None
    """The order that the turn looked up, as `find_order` shows it."""
    scores: Mapping[Trigger, float] = field(default_factory=dict)


def applying(rules: Sequence[DecisionRule], facts: RuleFacts) -> tuple[DecisionRule, ...]:
    """The rules whose conditions hold, in the order of the file."""
    return tuple(
        rule
        for rule in rules
        if holds(rule.when, facts) and not (rule.unless is not None and holds(rule.unless, facts))
    )


def holds(conditions: Conditions, facts: RuleFacts) -> bool:
    """Whether all of the conditions hold. What is not known holds nothing."""
    return (
        _of_customer(conditions, facts)
        and _of_order(conditions, facts.order)
        and _of_turn(conditions, facts)
        and all(facts.scores.get(trigger, 0.0) >= least for trigger, least in conditions.scores.items())
    )


def order_of(runs: Sequence[ToolRun]) -> Json | None:
    """The order that the newest successful lookup of a turn shows."""
    for run in reversed(runs):
        order = run.result.get("order") if run.ok and isinstance(run.result, dict) else None
        if isinstance(order, dict):
            return order
    return None


def _of_customer(conditions: Conditions, facts: RuleFacts) -> bool:
    customer, spent, late = facts.customer, conditions.spent_from_cents, conditions.late_orders_from
    return (
        (not conditions.tier or customer.tier in conditions.tier)
        and (not conditions.level or facts.level in conditions.level)
        and (spent is None or (customer.lifetime_value or 0.0) * 100 >= spent)
        and (late is None or customer.late_orders >= late)
    )


def _of_order(conditions: Conditions, order: Json | None) -> bool:
    total, late = conditions.order_total_from_cents, conditions.order_late
    if not conditions.order_state and total is None and late is None:
        return True
    if order is None:
        return False
    return (
        (not conditions.order_state or order.get("state") in conditions.order_state)
        and (total is None or (order.get("total_cents") or 0) >= total)
        and (late is None or bool(order.get("late")) is late)
    )


def _of_turn(conditions: Conditions, facts: RuleFacts) -> bool:
    return (
        (not conditions.topic or any(topic in facts.topics for topic in conditions.topic))
        and (not conditions.channel or facts.channel in conditions.channel)
        and (not conditions.days or WEEKDAYS[facts.at.weekday()] in conditions.days)
        and (conditions.hours is None or _within(conditions.hours, facts.at))
    )


def _within(hours: str, at: datetime) -> bool:
    """Whether the local time lies in `HH:MM-HH:MM`; one that ends before it begins runs over midnight."""
    begins, ends = hours.split("-")
    now = f"{at:%H:%M}"
    return begins <= now < ends if begins <= ends else now >= begins or now < ends
