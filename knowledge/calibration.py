"""From retrieval features to a probability: does this entry answer that question?"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter

FILE = Path(__file__).with_name("calibration.json")
OTHER = "*"
"""The fit for embeddings that have none of their own."""

FEATURES = ("question", "gist", "passage", "words", "covered")
"""Similarities of a query and a candidate, the columns of what is scored:

`question`, `gist`, `passage`: of the query's vector and the entry's nearest facet of that role, -1..1;
`words`: of the TF-IDF words of the query and of the most similar facet, 0..1;
`covered`: the share of the query's words, weighed by rarity, that occur anywhere in the entry, 0..1.
"""

Floats = NDArray[np.float64]


class Calibration(BaseModel):
    """A logistic regression over FEATURES, and the line below which there is no answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: tuple[float, float, float, float, float]
    bias: float
    no_answer_line: float

    def score(self, features: Floats) -> Floats:
        """The probability 0..1 that each candidate answers. `features`: shape (candidates, FEATURES)."""
        return np.asarray(1 / (1 + np.exp(-(features @ np.array(self.weights) + self.bias))), np.float64)


def load_calibration(embedding: str) -> Calibration:
    """The fit for an embedding's name, else the one for others."""
    fits = TypeAdapter(dict[str, Calibration]).validate_json(FILE.read_bytes())
    return fits.get(embedding, fits[OTHER])
