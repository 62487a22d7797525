"""not_understood: the conversation turns in circles.

Reads: failed turns so far, words like "that's not what I asked", the question repeated in other words
after an answer, and the model's own "not understood". Score: failures in a row, two fill the scale.
Evidence: the words that say so. Default: hands over at the second failure.
"""

import numpy as np

from agent.triggers.features import Features, Scored
from agent.triggers.heard import Heard, Reading
from agent.triggers.scales import scales
from core.vocabulary import Role, Trigger


class NotUnderstood:
    """Two failed turns in a row, by any sign."""

    trigger = Trigger.NOT_UNDERSTOOD

    def read(self, heard: Heard, features: Features) -> Reading:
        """Failures in a row as a share of those that hand over."""
        missed = features.now.probability("missed") if _answered(heard) else 0.0
        repeated = _repetition(heard, features)
        unread = 1.0 if heard.self_report and heard.self_report.understood is False else 0.0
        failures = heard.failed_turns + max(missed, repeated, unread)
        words = features.now.words("missed") if missed >= repeated and missed > 0 else ()
        if repeated > max(missed, unread):
            words = (heard.text.strip(),)
        return Reading(min(1.0, failures / scales().repetition.failures), words)


def _answered(heard: Heard) -> bool:
    return any(said.role is Role.AI for said in heard.history)


def _repetition(heard: Heard, features: Features) -> float:
    """How many answered questions this one repeats, each 0..1 times its weight, two at most."""
    scale = scales().repetition
    if len(features.now.tokens) < scale.shortest:
        return 0.0
    open_end = _unanswered_tail(heard)
    answered = features.before[: len(features.before) - open_end]
    each = sorted((_same(features.now, earlier) for earlier in answered), reverse=True)
    return scale.weight * sum(each[:2])


def _same(now: Scored, earlier: Scored) -> float:
    scale = scales().repetition
    if len(earlier.tokens) < scale.shortest:
        return 0.0
    norm = float(np.linalg.norm(now.embedding) * np.linalg.norm(earlier.embedding))
    likeness = float(now.embedding @ earlier.embedding) / norm if norm else 0.0
    return min(1.0, max(0.0, (likeness - scale.start) / (scale.full - scale.start)))


def _unanswered_tail(heard: Heard) -> int:
    """How many of the customer's last messages nobody has answered yet."""
    count = 0
    for said in reversed(heard.history):
        if said.role is not Role.CUSTOMER:
            break
        count += bool(said.text.strip())
    return count
