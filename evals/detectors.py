"""The detectors measured on labelled messages and whole conversations, without any model."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from agent.alone import hear_alone
from agent.decide import Readings, Verdict
from agent.triggers import CustomerFacts, Said
from agent.triggers.reader import Reader
from core.business import Business
from core.vocabulary import Decision, Role, Trigger
from evals.detector_figures import Doubles, Figure, auroc, calibration_error, f1, recall_at, share
from evals.labelled import PLAIN

HANDS_OVER = {
    "anger_strong",
    "billing_legal",
    "legal_threat",
    "pr_social",
    "distress",
    "danger",
    "wants_person",
}
OFFERS = {"anger_mild", "churn_risk", "policy_exception", "upsell"}
"""What a label alone leads to, as LABELS.md has it."""
NEAR = 1
"""A conversation's decision is right in its turn or so many around it."""
RECALLS: dict[str, float] = {
    "billing_legal": 0.02,
    "churn_risk": 0.02,
    "pr_social": 0.02,
    "policy_exception": 0.02,
    "wants_person": 0.02,
    "distress": 0.03,
    "upsell": 0.02,
}
"""For each trigger the share of ordinary requests that may cross the line at which its recall is told."""


@dataclass(frozen=True)
class Case:
    """One message with all that is known of it."""

    text: str
    labels: frozenset[str]
    """Names as in the labelled files; none for an ordinary message."""
    source: str = ""
    history: tuple[Said, ...] = ()
    unsure: frozenset[str] = frozenset()
    """Labels that nobody can tell: the message counts for none of their figures."""

    @property
    def due(self) -> Decision:
        """What should follow."""
        if self.labels & HANDS_OVER:
            return Decision.HANDOVER
        return Decision.OFFER if self.labels & OFFERS else Decision.ANSWER

    @property
    def triggers(self) -> frozenset[Trigger]:
        return frozenset(PLAIN.get(label) or Trigger(label) for label in self.labels)


@dataclass(frozen=True)
class Judged:
    """A message and what the detectors made of it."""

    case: Case
    readings: Readings
    verdict: Verdict
    probabilities: dict[str, float] = field(default_factory=dict)
    ms: float = 0.0

    def score(self, trigger: Trigger) -> float:
        return self.readings[trigger].score


def judge(cases: Iterable[Case], business: Business, reader: Reader) -> list[Judged]:
    """Every message through detectors and decision, timed one at a time."""
    judged = []
    for case in cases:
        started = perf_counter()
        readings, verdict = hear_alone(case.text, case.history, CustomerFacts(), business, reader)
        ms = (perf_counter() - started) * 1000
        scored = reader.score(case.text)
        probabilities = {label: scored.probability(label) for label in scored.labels}
        judged.append(Judged(case, readings, verdict, probabilities, ms))
    return judged


def anger_figures(judged: Sequence[Judged]) -> dict[str, Figure]:
    """How well the anger score parts angry messages from ordinary ones."""
    calm = _scores(judged, Trigger.ANGER, lambda case: not case.labels)
    strong = _scores(judged, Trigger.ANGER, lambda case: "anger_strong" in case.labels)
    angry = _scores(judged, Trigger.ANGER, lambda case: Trigger.ANGER in case.triggers)
    return {"anger, strong: AUROC": auroc(strong, calm), "anger, any: AUROC": auroc(angry, calm)}


def recall_figures(judged: Sequence[Judged], ordinary: Sequence[Judged]) -> dict[str, Figure]:
    """Recall of each trigger at the line that few of the `ordinary` requests cross."""
    found = {}
    for name, most in RECALLS.items():
        trigger = Trigger(name)
        hits = np.array([one.score(trigger) for one in judged if name in one.case.labels], dtype=np.float64)
        calm = np.array([one.score(trigger) for one in ordinary], dtype=np.float64)
        found[f"{name}: recall at {most:.0%}"] = recall_at(hits, calm, most)
    return found


def decision_figures(judged: Sequence[Judged]) -> dict[str, Figure]:
    """The three-way decision, and the reason where one is due and the decision is right."""
    sure = [one for one in judged if not one.case.unsure]
    right = [one for one in sure if one.verdict.decision is one.case.due]
    due = [one for one in right if one.case.due is not Decision.ANSWER]
    reasoned = sum(one.verdict.reason in one.case.triggers for one in due)
    return {"decision: right": share(len(right), len(sure)), "reason: right": share(reasoned, len(due))}


def calibration_figures(judged: Sequence[Judged], labels: Sequence[str]) -> dict[str, Figure]:
    """Expected calibration error of the labels' probabilities, all labels together."""
    known = [(one, label) for one in judged for label in labels if label not in one.case.unsure]
    probability = np.array([one.probabilities[label] for one, label in known])
    truth = np.array([float(_has(one.case, label)) for one, label in known])
    return {"calibration: ECE": calibration_error(probability, truth)}


def _has(case: Case, label: str) -> bool:
    if label == "anger":
        return Trigger.ANGER in case.triggers
    return label in case.labels


@dataclass(frozen=True)
class Talk:
    """A whole conversation and what is due in it."""

    turns: tuple[Said, ...]
    decision: Decision = Decision.ANSWER
    reason: Trigger | None = None
    at: int | None = None
    """The customer's turn, from 0, in which the decision is due."""
    also: frozenset[int] = frozenset()
    """Turns in which an offer is fair too."""
    customer: CustomerFacts = field(default_factory=CustomerFacts)


@dataclass(frozen=True)
class Played:
    """What the detectors did in a conversation: each of the customer's turns up to a handover."""

    talk: Talk
    verdicts: tuple[Verdict, ...]

    def first(self, *decisions: Decision) -> int | None:
        """The first turn that ended so."""
        return next((i for i, one in enumerate(self.verdicts) if one.decision in decisions), None)

    @property
    def happened(self) -> int | None:
        """The turn of the handover, or of the offer where no more was due; fair offers do not count."""
        if self.talk.decision is Decision.HANDOVER:
            return self.first(Decision.HANDOVER)
        found = (
            i
            for i, one in enumerate(self.verdicts)
            if one.decision is Decision.HANDOVER
            or (one.decision is Decision.OFFER and i not in self.talk.also)
        )
        return next(found, None)

    def within(self, tolerance: int) -> bool:
        """Whether it happened at most so many turns from where it was due."""
        at = self.talk.at
        return at is not None and self.happened is not None and abs(self.happened - at) <= tolerance


def play(talk: Talk, business: Business, reader: Reader) -> Played:
    """The detectors through a conversation, turn by turn, until they hand over."""
    verdicts: list[Verdict] = []
    for i, said in enumerate(talk.turns):
        if said.role is not Role.CUSTOMER:
            continue
        _, verdict = hear_alone(said.text, talk.turns[:i], talk.customer, business, reader)
        verdicts.append(verdict)
        if verdict.decision is Decision.HANDOVER:
            break
    return Played(talk, tuple(verdicts))


def talk_figures(played: Sequence[Played]) -> dict[str, Figure]:
    """Whole conversations: the right turn or one around it, and golden transfer within 1, 2 and 3 turns."""
    due = [one for one in played if one.talk.at is not None]
    columns = [(one.within(NEAR), one.happened is not None, one.talk.at is not None) for one in played]
    hit, found, wanted = np.array(columns, dtype=np.float64).reshape(-1, 3).T
    figures = {"conversations: F1": f1(hit, found, wanted)}
    for tolerance in (1, 2, 3):
        reached = share(sum(one.within(tolerance) for one in due), len(due))
        figures[f"conversations: golden transfer within {tolerance}"] = reached
    reasoned = [one for one in due if one.within(NEAR)]
    right = sum(one.verdicts[one.happened or 0].reason is one.talk.reason for one in reasoned)
    return {**figures, "conversations: reason right": share(right, len(reasoned))}


def ordinary_figures(played: Sequence[Played], name: str) -> dict[str, Figure]:
    """False alarms in ordinary conversations: the share that is handed over, and that gets an offer."""
    handed = sum(one.first(Decision.HANDOVER) is not None for one in played)
    offered = sum(one.first(Decision.OFFER) is not None for one in played)
    return {
        f"{name}: handed over": share(handed, len(played)),
        f"{name}: offered": share(offered, len(played)),
    }


def _scores(judged: Sequence[Judged], trigger: Trigger, wanted: Callable[[Case], bool]) -> Doubles:
    return np.array([one.score(trigger) for one in judged if wanted(one.case)], dtype=np.float64)
