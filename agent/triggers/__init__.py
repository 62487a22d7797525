"""The detectors that hear when a person is better than the AI: one file per trigger, one shape."""

from collections.abc import Sequence
from dataclasses import replace

from agent.triggers.anger import Anger
from agent.triggers.billing_legal import BillingLegal
from agent.triggers.churn_risk import ChurnRisk
from agent.triggers.detector import TriggerDetector
from agent.triggers.distress import Distress
from agent.triggers.heard import CustomerFacts, Heard, Reading, Said, SelfReport
from agent.triggers.low_confidence import LowConfidence
from agent.triggers.not_understood import NotUnderstood
from agent.triggers.policy_exception import PolicyException
from agent.triggers.pr_social import PrSocial
from agent.triggers.reader import Reader, shipped
from agent.triggers.several_departments import SeveralDepartments
from agent.triggers.upsell import Upsell
from agent.triggers.wants_person import WantsPerson
from core.vocabulary import Trigger

TRIGGERS: tuple[TriggerDetector, ...] = (
    WantsPerson(),
    Distress(),
    Anger(),
    BillingLegal(),
    PrSocial(),
    ChurnRisk(),
    PolicyException(),
    NotUnderstood(),
    LowConfidence(),
    SeveralDepartments(),
    Upsell(),
)
"""In the order in which reasons are named when several cross their line with equal score."""


def hear(
    heard: Heard, more: Sequence[TriggerDetector] = (), reader: Reader | None = None
) -> dict[Trigger, Reading]:
    """What each trigger reads in this message: score 0..1 and the customer's own words behind it.

    `more`: a business's own detectors; each speaks for a trigger, of which the higher score counts.
    `reader`: another model than the one that ships. In a language that it was not measured in each reading is
    `known=False`. Pure, no network. OperatorError when the trained model is missing.
    """
    features = (reader or shipped()).features(heard)
    readings: dict[Trigger, Reading] = {}
    for detector in (*TRIGGERS, *more):
        read, before = detector.read(heard, features), readings.get(detector.trigger)
        if before is None or read.score > before.score:
            readings[detector.trigger] = read
    if features.now.known:
        return readings
    return {trigger: replace(reading, known=False) for trigger, reading in readings.items()}


__all__ = ["TRIGGERS", "CustomerFacts", "Heard", "Reading", "Said", "SelfReport", "TriggerDetector", "hear"]
