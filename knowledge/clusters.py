"""Texts that mean nearly the same, put together: by the shared encoder, which tells wordings apart best."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import load_encoder

Vectors = NDArray[np.float32]


def vectors_of(texts: Sequence[str]) -> Vectors:
    """Unit vectors of meaning, one row for each text."""
    return load_encoder().embed(texts)


def clusters(vectors: Vectors, apart: float) -> list[list[int]]:
    """Places of the rows by cluster, each in order and the clusters by their first; average linkage.

    `apart`: the largest mean cosine distance, 0..2, between two parts that become one.
    """
    if len(vectors) < 2:
        return [[at] for at in range(len(vectors))]
    # Imported where it is needed: it takes a second, and no start should wait for it.
    from sklearn.cluster import AgglomerativeClustering

    fit = AgglomerativeClustering(
        n_clusters=None, distance_threshold=apart, metric="cosine", linkage="average"
    )
    found: dict[int, list[int]] = {}
    for at, label in enumerate(fit.fit_predict(vectors)):
        found.setdefault(int(label), []).append(at)
    return sorted(found.values())


def middle(vectors: Vectors) -> int:
    """The row that is nearest to all others."""
    return int(np.argmax((vectors @ vectors.T).sum(axis=1)))


def likeness(vectors: Vectors, others: Vectors) -> Vectors:
    """Cosine similarity of each row with each of the others, shape (rows, others)."""
    return np.asarray(vectors @ others.T, np.float32)
