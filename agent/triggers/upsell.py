"""upsell: a considered or business purchase, where a person would serve better.

Reads: the message and the mood of the conversation. Score: the probability of a buying signal, damped by
any trouble. Evidence: the words that want to buy. Default: offers once.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from core.vocabulary import Trigger

_TROUBLE = ("anger", "billing_legal", "distress", "churn_risk", "policy_exception")


class Upsell:
    """A large or business purchase; a plain question about a product is none."""

    trigger = Trigger.UPSELL

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability of a buying signal; nobody in trouble is sold to."""
        messages = (*features.before, features.now)
        trouble = max(message.probability(label) for message in messages for label in _TROUBLE)
        return Reading(features.now.probability("upsell") * (1 - trouble), features.now.words("upsell"))
