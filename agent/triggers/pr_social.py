"""pr_social: others will hear of it.

Reads: the message. Score: the probability of a publicity threat. Evidence: the words that threaten.
Default: hands over.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from core.vocabulary import Trigger


class PrSocial:
    """Press, reviews, followers as a threat; "I left you a nice review" is none."""

    trigger = Trigger.PR_SOCIAL

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability that this message threatens with publicity."""
        return Reading(features.now.probability("pr_social"), features.now.words("pr_social"))
