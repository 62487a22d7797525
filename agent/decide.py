"""The decision: answer, offer or hand over. A pure function over readings, the model's word and the table.

The gate calls it when an answer's first word stands ready, `judge` when the turn is done: the same function,
so that nothing is shown which would not be decided so at the end.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from agent.memory import Memory
from agent.triggers.heard import Reading
from core.business_policy import DecisionPolicy, Effect, TriggerPolicy
from core.business_rules import DecisionRule
from core.shapes import Confidence, Evidence, RuleRef
from core.vocabulary import Decision, Trigger

Readings = Mapping[Trigger, Reading]
Policies = Mapping[Trigger, TriggerPolicy]

_STRENGTH: dict[Effect, int] = {"evidence": 0, "offer": 1, "handover": 2}


@dataclass(frozen=True)
class Report:
    """What is known of the turn's answer when it is judged."""

    understood: bool | None = None
    handover: Trigger | None = None
    """The trigger that the model named."""
    raw_confidence: float | None = None
    no_answer: bool = False
    """The store was asked and had no answer, and nothing else had one."""
    tools_failed: bool = False
    """Every tool that was called kept failing."""
    exhausted: bool = False
    """The budget is spent, or the model gave no usable answer."""
    refusal: Effect | None = None
    """What policy's refusal of this turn leads to; None when nothing was refused."""
    granted: bool = False
    """A tool has done what was asked for, or only waits for the customer's yes, and none has refused."""
    signs: Mapping[str, float] = field(default_factory=dict)
    """What the chance of a right answer was taken from."""
    claimed_transfer: bool = False
    """The answer says that a person takes over: then one does."""

    @property
    def failed(self) -> bool:
        return self.understood is False or self.no_answer or self.tools_failed


@dataclass(frozen=True)
class Verdict:
    """What a turn ends in, and why."""

    decision: Decision
    reason: Trigger | None = None
    evidence: tuple[Evidence, ...] = ()
    confidence: Confidence | None = None
    rule: RuleRef | None = None
    failed_turns: int = 0
    """Failed turns in a row, this one included."""


@dataclass(frozen=True)
class _Candidate:
    trigger: Trigger
    effect: Effect
    score: float
    rule: DecisionRule | None = None


def beyond_doubt(readings: Readings, policies: Policies) -> Verdict | None:
    """A handover that needs no model: a score at or above its trigger's second, higher threshold."""
    sure = [
        _Candidate(trigger, "handover", reading.score)
        for trigger, reading in readings.items()
        if (strong := policies[trigger].strong) is not None and reading.score >= strong
    ]
    if not sure:
        return None
    first = min(sure, key=lambda one: _order(one, policies))
    return Verdict(Decision.HANDOVER, first.trigger, _evidence(first.trigger, readings, policies))


def decide(
    readings: Readings,
    report: Report,
    memory: Memory,
    policies: Policies,
    policy: DecisionPolicy,
    rules: Sequence[DecisionRule] = (),
) -> Verdict:
    """The decision for one turn. `rules`: the business's own whose conditions hold.

    Each trigger whose score crosses its threshold, or that the model names, stands for an effect from the
    table, and each rule for its own; the strongest effect wins, then the most urgent, then the rule. An offer
    made lately, or that a rule forbids, is not made.
    """
    failed = failed_turns(readings, report, memory, policies)
    confidence = _confidence(readings, report, policies)
    candidates = [
        *_heard(readings, report, policies),
        *_of_the_turn(report, memory, failed, policy),
        *_of_rules(rules, readings),
    ]
    silenced = {rule.then.reason for rule in rules if rule.then.decision is Decision.ANSWER}
    acting = [one for one in candidates if _acts(one, memory, policy, silenced)]
    if not acting:
        evidence = _evidence(None, readings, policies)
        return Verdict(Decision.ANSWER, None, evidence, confidence, failed_turns=failed)
    first = min(acting, key=lambda one: _order(one, policies))
    return Verdict(
        Decision(first.effect),
        first.trigger,
        _evidence(first.trigger, readings, policies),
        confidence,
        rule=RuleRef(id=first.rule.id, version=first.rule.version) if first.rule else None,
        failed_turns=failed,
    )


def failed_turns(readings: Readings, report: Report, memory: Memory, policies: Policies) -> int:
    """Failed turns in a row after this one: it failed, or the customer says that the last one missed."""
    missed = crossed(Trigger.NOT_UNDERSTOOD, readings, policies)
    before = max(memory.failed_turns, 1) if missed and memory.turns else memory.failed_turns
    if missed and memory.failed_turns and not report.failed:
        before += 1
    if report.failed:
        return before + 1
    return before if missed else 0


def crossed(trigger: Trigger, readings: Readings, policies: Policies) -> bool:
    """Whether a trigger's score reaches its threshold."""
    reading = readings.get(trigger)
    return reading is not None and reading.score >= policies[trigger].threshold


def _heard(readings: Readings, report: Report, policies: Policies) -> list[_Candidate]:
    """Triggers that fired or that the model named. What counts by turns is judged by `_of_the_turn`."""
    found = []
    for trigger in Trigger:
        if trigger is Trigger.NOT_UNDERSTOOD:
            continue
        if trigger is Trigger.LOW_CONFIDENCE and report.understood is False:
            continue  # a failed turn asks again first
        named = report.handover is trigger
        if trigger is Trigger.POLICY_EXCEPTION and report.granted and not named:
            continue  # what the rules allow needs no exception, however politely it was asked for
        score = readings[trigger].score if trigger in readings else 0.0
        if named or score >= policies[trigger].threshold:
            effect = policies[trigger].with_model if named else policies[trigger].effect
            found.append(_Candidate(trigger, effect, score))
    return found


def _of_the_turn(report: Report, memory: Memory, failed: int, policy: DecisionPolicy) -> list[_Candidate]:
    found = []
    if report.handover is Trigger.NOT_UNDERSTOOD or failed >= policy.failed_turns:
        found.append(_Candidate(Trigger.NOT_UNDERSTOOD, "handover", 1.0))
    if report.exhausted or report.claimed_transfer:
        found.append(_Candidate(Trigger.LOW_CONFIDENCE, "handover", 1.0))
    if report.refusal is not None:
        insisting = memory.refused > 0 and Trigger.POLICY_EXCEPTION in memory.offers
        effect: Effect = "handover" if insisting else report.refusal
        found.append(_Candidate(Trigger.POLICY_EXCEPTION, effect, 1.0))
    return found


def _of_rules(rules: Sequence[DecisionRule], readings: Readings) -> list[_Candidate]:
    found = []
    for rule in rules:
        if rule.then.decision is not Decision.ANSWER:
            effect: Effect = "handover" if rule.then.decision is Decision.HANDOVER else "offer"
            reading = readings.get(rule.then.reason)
            found.append(_Candidate(rule.then.reason, effect, reading.score if reading else 0.0, rule))
    return found


def _acts(one: _Candidate, memory: Memory, policy: DecisionPolicy, silenced: Set[Trigger]) -> bool:
    if one.effect == "evidence":
        return False
    if one.effect == "handover":
        return True
    if one.trigger in silenced:
        return False
    offered = memory.offers.get(one.trigger)
    return offered is None or memory.turns - offered >= policy.offer_again_after_turns


def _order(one: _Candidate, policies: Policies) -> tuple[int, int, bool, float]:
    own = one.rule.then.priority if one.rule else None
    priority = own or policies[one.trigger].priority
    return -_STRENGTH[one.effect], priority.rank, one.rule is None, -one.score


def _confidence(readings: Readings, report: Report, policies: Policies) -> Confidence | None:
    if report.raw_confidence is None or Trigger.LOW_CONFIDENCE not in readings:
        return None
    return Confidence(
        raw=report.raw_confidence,
        calibrated=round(1 - readings[Trigger.LOW_CONFIDENCE].score, 4),
        needed=round(1 - policies[Trigger.LOW_CONFIDENCE].threshold, 4),
        signs={name: round(value, 4) for name, value in report.signs.items()},
    )


def fired(readings: Readings, policies: Policies) -> tuple[Evidence, ...]:
    """Evidence of every trigger that crossed its threshold."""
    return _evidence(None, readings, policies)


def _evidence(first: Trigger | None, readings: Readings, policies: Policies) -> tuple[Evidence, ...]:
    """The reason's evidence first, then that of every other trigger that crossed its threshold."""
    others = [trigger for trigger in Trigger if crossed(trigger, readings, policies) and trigger is not first]
    return tuple(
        Evidence(
            trigger=trigger,
            score=round(readings[trigger].score, 4) if trigger in readings else 1.0,
            threshold=policies[trigger].threshold,
            words=list(readings[trigger].words) if trigger in readings else [],
        )
        for trigger in ([first] if first else []) + others
    )
