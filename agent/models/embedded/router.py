"""Which of the ten capabilities a message fits: a linear model learnt from many trades."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.models.embedded.features import Embeds, Matrix, features
from core.vocabulary import Capability

FILE = Path(__file__).with_name("router.npz")
NONE = "none"
Chances = Mapping[str, float]
"""Class → probability; together 1."""
CLASSES = (*(one.value for one in Capability), NONE)


@dataclass(frozen=True)
class Router:
    """Weights (features, classes) and bias (classes)."""

    weights: Matrix
    bias: Matrix

    def chances(self, row: Matrix) -> Chances:
        """The probability of each of the ten and of `none`, for one text's features."""
        used = np.flatnonzero(row)
        scores = row[used] @ self.weights[used] + self.bias
        odds = np.exp(scores - scores.max())
        return dict(zip(CLASSES, (odds / odds.sum()).tolist(), strict=True))


class Routing:
    """The router with the encoder whose vectors it was learnt on."""

    def __init__(self, encoder: Embeds, router: Router) -> None:
        self._encoder = encoder
        self._router = router

    def chances(self, text: str) -> Chances:
        """The probability that a message fits each of the ten, or none of them."""
        return self._router.chances(features([text], self._encoder)[0])


def load_router(path: Path = FILE) -> Router:
    """The router that comes with Baton; `scripts/routing` makes it."""
    with np.load(path) as file:
        return Router(file["weights"].astype(np.float32), file["bias"].astype(np.float32))


def save_router(router: Router, path: Path = FILE) -> None:
    """Writes the weights in half precision."""
    np.savez_compressed(path, weights=router.weights.astype(np.float16), bias=router.bias)
