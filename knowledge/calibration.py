"""From retrieval features to a probability: does this entry answer that question?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter

FILE = Path(__file__).with_name("calibration.json")
OTHER = "*"
"""The fit for embeddings that have none of their own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """What is known of each candidate for a query, one number per candidate."""

    dense: Floats
    """Cosine similarity of the best facet's vector, -1..1."""
    words: Floats
    """Cosine similarity of the best facet's TF-IDF words, 0..1."""

    def named(self) -> Mapping[str, Floats]:
        """By the names that the fit uses; the product rewards agreement."""
        return {"dense": self.dense, "words": self.words, "both": self.dense * self.words}


class Calibration(BaseModel):
    """A logistic regression over the features, and the line below which there is no answer."""

    model_config = ConfigDict(frozen=True)

    weights: Mapping[str, float]
    bias: float
    no_answer_line: float

    def score(self, features: Features) -> Floats:
        """The probability 0..1 that each candidate answers."""
        named = features.named()
        logits = self.bias + sum(weight * named[name] for name, weight in self.weights.items())
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


def load_calibration(embedding: str) -> Calibration:
    """The fit for an embedding's name, else the one for others."""
    fits = TypeAdapter(dict[str, Calibration]).validate_json(FILE.read_bytes())
    return fits.get(embedding, fits[OTHER])
