"""Trying a file of rules on past turns: what would have been decided otherwise, and what that costs. Pure.

A past turn keeps its decision unless a rule changes it: the model is not asked again. A decision by a rule
that the tried file lacks falls back to what the scores alone say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agent.decide import Report, decide
from agent.memory import Memory
from agent.rules import RuleFacts, applying, order_of
from agent.triggers.heard import CustomerFacts, Reading
from core.business import Business, DecisionRule
from core.vocabulary import Decision, Judged, Trigger
from store.past import PastTurn

_STRENGTH = {Decision.ANSWER: 0, Decision.OFFER: 1, Decision.HANDOVER: 2}


@dataclass(frozen=True)
class Outcome:
    """What a turn ends in, and the rule that says so."""

    decision: Decision
    reason: Trigger | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Flip:
    """One turn that would be decided otherwise."""

    past: PastTurn
    before: Outcome
    after: Outcome
    least: float
    most: float
    """What it costs, in the unit of `costs.yaml`, at least and at most; below zero it saves. The two differ
    where nobody has judged whether a person was needed."""


def trial(
    turns: Iterable[tuple[PastTurn, CustomerFacts]], rules: Sequence[DecisionRule], business: Business
) -> list[Flip]:
    """The turns that `rules` would flip, in the order given."""
    flips = []
    for past, customer in turns:
        before = Outcome(past.turn.decision, past.turn.reason, past.turn.rule.id if past.turn.rule else None)
        after = _outcome(past, before, applying(rules, _facts(past, customer, business)), rules, business)
        if (after.decision, after.reason) != (before.decision, before.reason):
            flips.append(Flip(past, before, after, *_cost(past, before, after, business)))
    return flips


def _facts(past: PastTurn, customer: CustomerFacts, business: Business) -> RuleFacts:
    return RuleFacts(
        at=past.at.astimezone(ZoneInfo(business.shop.timezone)),
        level=past.level,
        channel=past.channel,
        customer=customer,
        topics=tuple(past.turn.capabilities),
        order=order_of(past.turn.tools),
        scores=past.turn.triggers,
    )


def _outcome(
    past: PastTurn,
    before: Outcome,
    hold: Sequence[DecisionRule],
    rules: Sequence[DecisionRule],
    business: Business,
) -> Outcome:
    known = {rule.id for rule in rules} | {one.id for one in business.guidance}
    base = before if before.rule is None or before.rule in known else _by_scores(past, business)
    if base.decision is Decision.OFFER and base.reason in _silenced(hold):
        base = Outcome(Decision.ANSWER)
    of_rules = (Outcome(rule.then.decision, rule.then.reason, rule.id) for rule in hold)
    return max((base, *of_rules), key=lambda one: _STRENGTH[one.decision])


def _silenced(hold: Sequence[DecisionRule]) -> set[Trigger]:
    return {rule.then.reason for rule in hold if rule.then.decision is Decision.ANSWER}


def _by_scores(past: PastTurn, business: Business) -> Outcome:
    readings = {trigger: Reading(score) for trigger, score in past.turn.triggers.items()}
    verdict = decide(readings, Report(), Memory(), business.triggers, business.decision)
    return Outcome(verdict.decision, verdict.reason)


def _cost(past: PastTurn, before: Outcome, after: Outcome, business: Business) -> tuple[float, float]:
    """An offer costs nobody's time until it is taken: only handovers count."""
    was, is_now = before.decision is Decision.HANDOVER, after.decision is Decision.HANDOVER
    if was is is_now:
        return 0.0, 0.0
    reason = after.reason if is_now else before.reason
    if reason is None:
        return 0.0, 0.0
    price = business.costs[reason]
    # With a handover: `needless` if nobody was needed, and `missed` is saved if somebody was.
    unneeded, needed = (price.needless, -price.missed) if is_now else (-price.needless, price.missed)
    if past.judged is None:
        return min(unneeded, needed), max(unneeded, needed)
    cost = unneeded if past.judged is Judged.NOT_NEEDED else needed
    return cost, cost
