"""churn_risk: the customer leaves or says so, and what their leaving would cost.

Reads: the message, and from the records lifetime value, tier, late orders. Score: words fill the lower
part of the scale, a valuable customer's the upper. Evidence: the words of leaving.
Default: offers a person; a valuable customer's hands over.
"""

from agent.triggers.features import Features
from agent.triggers.heard import CustomerFacts, Heard, Reading
from agent.triggers.scales import again, scales
from core.vocabulary import Trigger


class ChurnRisk:
    """Leaving us; cancelling one order is none."""

    trigger = Trigger.CHURN_RISK

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability that they leave, weighed with their value."""
        leaving = features.now.probability("churn_risk")
        return Reading(again(leaving, _value(heard.customer)), features.now.words("churn_risk"))


def _value(customer: CustomerFacts) -> float:
    """How much there is to lose, 0..1."""
    scale = scales().churn
    spent = max(customer.lifetime_value or 0.0, 0.0)
    tier = scale.tiers.get((customer.tier or "").lower(), 0.0)
    return min(1.0, max(spent / (spent + scale.spend_half), tier) + scale.late_order * customer.late_orders)
