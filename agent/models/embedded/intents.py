"""What a message wants: intents read by a linear model over the utterances, fitted when the model opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agent.models.embedded.features import Matrix, features
from knowledge.embedding import Embedding

RIDGE = 1.5
"""Strength of the penalty: flat between 0.5 and 3 on utterances held apart."""
SHARPNESS = 15.0
"""Scores to probabilities: fitted on utterances held apart."""
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

    def __init__(self, utterances: Mapping[str, Sequence[str]], embedding: Embedding) -> None:
        self._embedding = embedding
        self.intents = tuple(utterances)
        texts = [text for examples in utterances.values() for text in examples]
        labels = [index for index, examples in enumerate(utterances.values()) for _ in examples]
        self._weights, self._bias = _ridge(features(texts, embedding), np.eye(len(self.intents))[labels])
        self.read = lru_cache(maxsize=REMEMBERED)(self._read)

    def _read(self, text: str) -> Intents:
        row = features([text], self._embedding)[0]
        used = np.flatnonzero(row)
        scores = row[used] @ self._weights[used] + self._bias
        odds = np.exp(SHARPNESS * (scores - scores.max()))
        chances = odds / odds.sum()
        order = np.argsort(-chances)
        return Intents(tuple((self.intents[i], float(chances[i])) for i in order))


def _ridge(rows: Matrix, targets: np.ndarray) -> tuple[Matrix, Matrix]:
    """Weights and bias by ridge regression in its dual form: few rows, many features."""
    mean = targets.mean(axis=0)
    likeness = rows @ rows.T + RIDGE * np.eye(len(rows), dtype=np.float32)
    answer = np.linalg.solve(likeness, (targets - mean).astype(np.float32))
    return np.asarray(rows.T @ answer, np.float32), np.asarray(mean, np.float32)
