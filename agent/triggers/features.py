"""What all triggers read of a message, computed once: probabilities per label, words, embedding."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.triggers.tokens import Token, spans

Floats = NDArray[np.float32]

FAINT = 0.35
"""Below this probability no words are named: nobody will ask for them."""


@dataclass(frozen=True)
class Scored:
    """One message, scored for all labels."""

    text: str
    tokens: tuple[Token, ...]
    labels: tuple[str, ...]
    probabilities: Floats
    """Calibrated, one per label."""
    spoken: Floats
    """How much each token speaks for each label, (tokens, labels)."""
    embedding: Floats
    known: bool = True
    """False in a language that nothing was measured in: then the probabilities are zero and mean nothing."""

    def probability(self, label: str) -> float:
        """The calibrated probability of `label`, 0..1."""
        return float(self.probabilities[self.labels.index(label)])

    def words(self, label: str) -> tuple[str, ...]:
        """The customer's own words that spoke most for `label`, weightiest first."""
        if self.probability(label) < FAINT:
            return ()
        weights = self.spoken[:, self.labels.index(label)]
        return spans(self.text, list(self.tokens), [float(weight) for weight in weights])


@dataclass(frozen=True)
class Features:
    """The message at hand and the customer's earlier ones, each scored once."""

    now: Scored
    before: tuple[Scored, ...] = ()
    """The customer's earlier messages, oldest first."""
