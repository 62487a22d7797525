"""several_departments: two owners each need a person.

Reads: what the conversation asked of whom. Score: how sure the second of the owners is.
Evidence: the words of this message for its own topic. Default: evidence for routing, one leads.
"""

from agent.triggers.features import Features
from agent.triggers.heard import SILENT, Heard, Reading
from core.vocabulary import Trigger

_OWNERS = (("billing_legal",), ("upsell",), ("churn_risk", "pr_social"), ("distress",))
"""Labels whose cases one kind of owner takes; two of one row need one person, not two."""


class SeveralDepartments:
    """Two kinds of trouble or business in one conversation."""

    trigger = Trigger.SEVERAL_DEPARTMENTS

    def read(self, heard: Heard, features: Features) -> Reading:
        """The certainty of the second owner over the conversation."""
        messages = (*features.before, features.now)
        needs = [max(m.probability(label) for m in messages for label in owner) for owner in _OWNERS]
        score = sorted(needs)[-2]
        here = max((label for owner in _OWNERS for label in owner), key=features.now.probability)
        return Reading(score, features.now.words(here)) if score > 0 else SILENT
