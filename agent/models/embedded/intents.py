"""What a message wants: intents by a linear model over the business's utterances, weighed by the router.

The utterances are learnt when the model opens; the router comes learnt, from customers of many trades.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agent.models.embedded.features import Matrix, features
from agent.models.embedded.router import NONE, Chances, Routing
from core.vocabulary import Capability
from knowledge.embedding import Embedding

RIDGE = 1.5
"""Strength of the penalty: flat between 0.5 and 3 on utterances held apart."""
SHARPNESS = 15.0
"""Scores to probabilities: fitted on utterances held apart."""
ROUTED = 0.5
"""How much the router's word on the capability counts beside the utterances'."""
OUTSIDE = 0.25
"""How much its word counts on whether a message fits any capability: a business has wishes of its own."""
DOUBTED = 0.02
"""The least chance of a capability: the router is not to rule one out."""
REMEMBERED = 4096
"""Readings kept: a message is read again with every later turn of its conversation."""


@dataclass(frozen=True)
class Intents:
    """The intents of one text with their probabilities, the likeliest first."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str:
        return self.ranked[0][0]

    @property
    def sure(self) -> float:
        return self.ranked[0][1]

    def of(self, intent: str) -> float:
        """The probability of one intent; 0 for an unknown one."""
        return dict(self.ranked).get(intent, 0.0)


class IntentReader:
    """Reads intents. Stateless after fitting; readings are remembered by text."""

    def __init__(
        self,
        utterances: Mapping[str, Sequence[str]],
        embedding: Embedding,
        capabilities: Mapping[str, Capability | None],
        routing: Routing,
    ) -> None:
        """`capabilities`: intent → the capability of its flow; None for small talk and the like."""
        self._embedding = embedding
        self._routing = routing
        self.intents = tuple(utterances)
        self._classes = [(capabilities[intent] or NONE) for intent in self.intents]
        texts = [text for examples in utterances.values() for text in examples]
        labels = [index for index, examples in enumerate(utterances.values()) for _ in examples]
        self._weights, self._bias = _ridge(features(texts, embedding), np.eye(len(self.intents))[labels])
        self.read = lru_cache(maxsize=REMEMBERED)(self._read)

    def _read(self, text: str) -> Intents:
        row = features([text], self._embedding)[0]
        used = np.flatnonzero(row)
        scores = SHARPNESS * (row[used] @ self._weights[used] + self._bias)
        weighed = weighed_by(self._routing.chances(text))
        scores += [weighed[name] for name in self._classes]
        odds = np.exp(scores - scores.max())
        chances = odds / odds.sum()
        order = np.argsort(-chances)
        return Intents(tuple((self.intents[i], float(chances[i])) for i in order))


def weighed_by(chances: Chances) -> dict[str, float]:
    """What the router adds to the score of an intent of each class: nothing to those of the likeliest."""
    outside = chances[NONE]
    inside = max(1 - outside, DOUBTED)
    ten = {name: chance / inside + DOUBTED for name, chance in chances.items() if name != NONE}
    most = max(ten.values())
    within = OUTSIDE * np.log(inside + DOUBTED)
    weighed = {name: float(ROUTED * np.log(chance / most) + within) for name, chance in ten.items()}
    return {**weighed, NONE: float(OUTSIDE * np.log(outside + DOUBTED))}


def _ridge(rows: Matrix, targets: np.ndarray) -> tuple[Matrix, Matrix]:
    """Weights and bias by ridge regression in its dual form: few rows, many features."""
    mean = targets.mean(axis=0)
    likeness = rows @ rows.T + RIDGE * np.eye(len(rows), dtype=np.float32)
    answer = np.linalg.solve(likeness, (targets - mean).astype(np.float32))
    return np.asarray(rows.T @ answer, np.float32), np.asarray(mean, np.float32)
