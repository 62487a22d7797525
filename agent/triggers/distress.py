"""distress: the customer is in need, and rules or jokes would hurt.

Reads: the message. Score: bereavement, illness, hardship fill the lower part of the scale, danger to life
the upper. Evidence: the words of need. Default: hands over; danger to life at once.
"""

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from agent.triggers.scales import graver
from core.vocabulary import Trigger


class Distress:
    """Need of a person's care; "dying to try it" is none."""

    trigger = Trigger.DISTRESS

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability of distress, raised where life may be at risk."""
        need, danger = features.now.probability("distress"), features.now.probability("danger")
        label = "danger" if danger > need / 2 else "distress"
        return Reading(graver(need, min(danger, need)), features.now.words(label))
