"""wants_person: the customer asks for a person, a call, or a number to call.

Reads: the message. Score: the probability that it asks. Evidence: the words that ask.
Default: beyond doubt it hands over at once; else the model's word or this one hands over.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from core.vocabulary import Trigger


class WantsPerson:
    """A request for a person; "is someone at the store on Sunday" is none."""

    trigger = Trigger.WANTS_PERSON

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability that this message asks for a person."""
        return Reading(features.now.probability("wants_person"), features.now.words("wants_person"))
