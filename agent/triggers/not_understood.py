"""not_understood: the conversation turns in circles.

Reads: words like "that's not what I asked", the question repeated in other words after an answer, and the
failed turns before. Score: a first sign fills the lower part of the scale, one after a failed turn the
upper. Evidence: the words that say so. Default: such a sign is a failed turn; the second hands over.
"""

import numpy as np

from agent.triggers.features import Features, Scored
from agent.triggers.heard import Heard, Reading
from agent.triggers.scales import again, scales
from core.vocabulary import Role, Trigger


class NotUnderstood:
    """The customer says, or shows by asking again, that the last answer missed."""

    trigger = Trigger.NOT_UNDERSTOOD

    def read(self, heard: Heard, features: Features) -> Reading:
        """The probability that the last answer missed, more after failed turns."""
        missed = features.now.probability("missed") if _answered(heard) else 0.0
        repeated = _repetition(heard, features)
        words = features.now.words("missed") if missed >= repeated else (heard.text.strip(),)
        before = min(1.0, heard.failed_turns / scales().repetition.failures)
        return Reading(again(max(missed, repeated), before), words if max(missed, repeated) > 0 else ())


def _answered(heard: Heard) -> bool:
    return any(said.role is Role.AI for said in heard.history)


def _repetition(heard: Heard, features: Features) -> float:
    """How surely this repeats answered questions: once is a sign, twice is a loop."""
    scale = scales().repetition
    if len(features.now.tokens) < scale.shortest:
        return 0.0
    open_end = _unanswered_tail(heard)
    answered = features.before[: len(features.before) - open_end]
    each = sorted((_same(features.now, earlier) for earlier in answered), reverse=True)
    return min(1.0, scale.weight * sum(each[:2]))


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
