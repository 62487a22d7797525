"""policy_exception: the customer asks for a rule to be bent, for compensation or goodwill.

Reads: the message and whether it was asked before. Score: a first request fills the lower part of the
scale, insisting the upper. Evidence: the words that ask. Default: a first one offers, insisting hands over.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from agent.triggers.scales import again
from core.vocabulary import Trigger


class PolicyException:
    """A request to bend a rule; asking what the rule is, is none."""

    trigger = Trigger.POLICY_EXCEPTION

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability that an exception is asked for, more if again."""
        asked = features.now.probability("policy_exception")
        before = max((earlier.probability("policy_exception") for earlier in features.before), default=0.0)
        return Reading(again(asked, before), features.now.words("policy_exception"))
