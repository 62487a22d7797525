"""billing_legal: money is disputed, or law is in play.

Reads: the message. Score: a dispute fills the lower part of the scale, an explicit legal threat the upper.
Evidence: the words of dispute or law. Default: hands over; a legal threat at once.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from agent.triggers.scales import graver
from core.vocabulary import Trigger


class BillingLegal:
    """Wrong charges, refused refunds, fraud, lawyers, regulators; "why was I charged shipping" is none."""

    trigger = Trigger.BILLING_LEGAL

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability of a dispute, raised where law is threatened."""
        dispute, threat = features.now.probability("billing_legal"), features.now.probability("legal_threat")
        label = "legal_threat" if threat > dispute / 2 else "billing_legal"
        return Reading(graver(dispute, (dispute * threat) ** 0.5), features.now.words(label))
