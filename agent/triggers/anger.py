"""anger: the customer is angry at us, mildly or strongly.

Reads: the message and the trend over the customer's earlier ones. Score: mild anger fills the lower part
of the scale; insult, contempt, an ultimatum or a second outburst the upper. Evidence: the angry words.
Default: mild offers a person, strong hands over.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from agent.triggers.scales import again, graver
from core.vocabulary import Trigger


class Anger:
    """Anger at us, polite fury included; at the weather, or quoted, it is none."""

    trigger = Trigger.ANGER

    def read(self, heard: Heard, features: Features) -> Reading:
        """How angry this message is, seen beside the earlier ones."""
        angry, strong = features.now.probability("anger"), features.now.probability("anger_strong")
        before = max((earlier.probability("anger") for earlier in features.before), default=0.0)
        # Each head alone takes some words for more than they are; a slight grudge is no first outburst.
        score = max(graver(angry, (angry * angry * strong) ** (1 / 3)), again(angry, before**2))
        return Reading(score, features.now.words("anger_strong" if strong > angry / 2 else "anger"))
