"""The trained heads: one linear model per label over the features of `vectors.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.triggers.vectors import BUCKETS, Floats, Ints
from core.errors import OperatorError

MODEL = Path(__file__).parent / "model"


@dataclass(frozen=True)
class Linear:
    """Linear models side by side. `sparse` is (2 * BUCKETS, labels), `dense` (features, labels)."""

    labels: tuple[str, ...]
    sparse: Floats
    dense: Floats
    bias: Floats

    def logits(self, columns: Ints, values: Floats, dense: Floats) -> Floats:
        """One raw logit per label for one piece of text."""
        raw: Floats = values @ self.sparse[columns] + dense @ self.dense + self.bias
        return raw


@dataclass(frozen=True)
class Heads:
    """The moods that anybody's words show, and over them the labels of messages to a company."""

    moods: Linear
    main: Linear
    """Its dense features are those of `vectors.dense`, then the probability of each mood."""
    scale: Floats
    shift: Floats
    """Calibration of the strongest piece's logit: probability = sigmoid(scale * logit + shift)."""

    @property
    def labels(self) -> tuple[str, ...]:
        return self.main.labels

    def logits(self, columns: Ints, values: Floats, dense: Floats) -> Floats:
        """One raw logit per label for one piece of text."""
        moods = sigmoid(self.moods.logits(columns, values, dense))
        return self.main.logits(columns, values, np.concatenate([dense, moods]))

    def probabilities(self, logits: Floats) -> Floats:
        """Calibrated probabilities per label, 0..1, of a message's strongest logits."""
        return sigmoid(self.scale * logits + self.shift)

    def weights(self, label: str) -> tuple[Floats, Floats]:
        """A label's weights: by column of `vectors.sparse`, and by column of `vectors.dense`."""
        column = self.labels.index(label)
        return self.main.sparse[:, column], self.main.dense[:, column]


def sigmoid(logits: Floats) -> Floats:
    """Logits as probabilities."""
    probabilities: Floats = np.float32(1.0) / (np.float32(1.0) + np.exp(-logits))
    return probabilities


def save_heads(heads: Heads, folder: Path = MODEL) -> None:
    """Writes the artefact: `heads.npz`, weights as float16."""
    folder.mkdir(exist_ok=True)
    weights = {
        f"{name}_{part}": np.asarray(getattr(linear, part), dtype)
        for name, linear in (("moods", heads.moods), ("main", heads.main))
        for part, dtype in (
            ("labels", str),
            ("sparse", np.float16),
            ("dense", np.float16),
            ("bias", np.float32),
        )
    }
    np.savez_compressed(
        folder / "heads.npz", allow_pickle=False, scale=heads.scale, shift=heads.shift, **weights
    )


@lru_cache(maxsize=1)
def load_heads(folder: Path = MODEL) -> Heads:
    """The trained heads. OperatorError when the artefact is missing or of another shape."""
    file = folder / "heads.npz"
    if not file.exists():
        raise OperatorError(
            f"{file}: found nothing, expected the trained detectors; "
            "restore the file or run: python scripts/train_detectors.py DATA_FOLDER"
        )
    with np.load(file) as stored:
        moods, main = _linear(stored, "moods"), _linear(stored, "main")
        heads = Heads(moods, main, stored["scale"], stored["shift"])
    if main.sparse.shape != (2 * BUCKETS, len(main.labels)):
        raise OperatorError(f"{file}: found weights of shape {main.sparse.shape}, expected other features")
    return heads


def _linear(stored: Mapping[str, NDArray[np.generic]], name: str) -> Linear:
    sparse, dense, bias = (
        stored[f"{name}_{part}"].astype(np.float32) for part in ("sparse", "dense", "bias")
    )
    return Linear(tuple(map(str, stored[f"{name}_labels"])), sparse, dense, bias)
