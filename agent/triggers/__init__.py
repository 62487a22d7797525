"""The detectors that hear when a person is better than the AI: one file per trigger, one shape."""

from agent.triggers.anger import Anger
from agent.triggers.billing_legal import BillingLegal
from agent.triggers.churn_risk import ChurnRisk
from agent.triggers.detector import TriggerDetector
from agent.triggers.distress import Distress
from agent.triggers.features import features_of
from agent.triggers.heard import CustomerFacts, Heard, Reading, Said, SelfReport
from agent.triggers.low_confidence import LowConfidence
from agent.triggers.not_understood import NotUnderstood
from agent.triggers.policy_exception import PolicyException
from agent.triggers.pr_social import PrSocial
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


def hear(heard: Heard) -> dict[Trigger, Reading]:
    """What each trigger reads in this message: score 0..1 and the customer's own words behind it.

    Pure, no network, under 5 ms. OperatorError when the trained model is missing.
    """
    features = features_of(heard)
    return {detector.trigger: detector.read(heard, features) for detector in TRIGGERS}


__all__ = ["TRIGGERS", "CustomerFacts", "Heard", "Reading", "Said", "SelfReport", "TriggerDetector", "hear"]
