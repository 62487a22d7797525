"""Fits the router: a linear model whose rows may fit several capabilities, any of which is right."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from agent.models.embedded.features import Matrix
from agent.models.embedded.router import CLASSES, NONE, Router
from scripts.routing.rows import SHOP, WRITTEN, Row

PENALTY = 1e-4
STEPS = 60
DENSE_SCALE, WORD_SCALE = 4.0, 2.5
"""How freely the encoder's part and the words' part are weighed: the penalty is on the scaled weights."""
SOURCE_WEIGHT = {WRITTEN: 4.0, SHOP: 2.0}
"""Beside a source's weight, which grows with the root of its rows."""

Doubles = NDArray[np.float64]


def targets(rows: Sequence[Row]) -> Matrix:
    """1 where a class fits, shape (rows, classes)."""
    found = np.zeros((len(rows), len(CLASSES)), np.float32)
    for line, row in zip(found, rows, strict=True):
        line[[CLASSES.index(name) for name in (row.fits or {NONE})]] = 1
    return found


def weights(rows: Sequence[Row], fits: Matrix) -> Doubles:
    """How much each row counts: sources by the root of their size, classes alike."""
    sizes = Counter(row.source for row in rows)
    by_source = np.array([SOURCE_WEIGHT.get(row.source, 1.0) / np.sqrt(sizes[row.source]) for row in rows])
    shares = fits / fits.sum(axis=1, keepdims=True)
    mass = (shares * by_source[:, None]).sum(axis=0)
    found = by_source * (shares @ (mass.sum() / len(CLASSES) / np.maximum(mass, 1e-9)))
    return np.asarray(found / found.sum(), np.float64)


def fit(rows: Sequence[Row], vectors: Matrix, dense: int) -> Router:
    """The router of these rows. `vectors`: their features, of which the first `dense` come from the encoder.

    Loss: minus the logarithm of the probability that any fitting class gets, and a ridge.
    """
    meaning, words = vectors[:, :dense] * DENSE_SCALE, csr_matrix(vectors[:, dense:] * WORD_SCALE)
    scale = np.concatenate([np.full(dense, DENSE_SCALE), np.full(words.shape[1], WORD_SCALE)])
    fits = targets(rows)
    share = weights(rows, fits)
    size = vectors.shape[1]

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        every = flat.reshape(size + 1, len(CLASSES)).astype(np.float32)
        scores = meaning @ every[:dense] + words @ every[dense:size] + every[size]
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        right = chances * fits
        total = right.sum(axis=1, keepdims=True) + 1e-9
        slope = ((chances - right / total) * share[:, None]).astype(np.float32)
        cost = -(share * np.log(total[:, 0])).sum() + PENALTY * np.square(every[:size]).sum()
        down = np.vstack([meaning.T @ slope, words.T @ slope]) + 2 * PENALTY * every[:size]
        return float(cost), np.vstack([down, slope.sum(axis=0, keepdims=True)]).ravel().astype(np.float64)

    start = np.zeros((size + 1) * len(CLASSES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    table = found.reshape(size + 1, len(CLASSES))
    return Router((table[:size] * scale[:, None]).astype(np.float32), table[size].astype(np.float32))
