"""The trained heads: one linear model per label over the features of `vectors.py`."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from agent.triggers.vectors import BUCKETS, Floats, Ints
from core.errors import OperatorError

MODEL = Path(__file__).parent / "model"


@dataclass(frozen=True)
class Heads:
    """Weights of all labels. `sparse` is (2 * BUCKETS, labels), `dense` (EMBEDDING + STYLE, labels)."""

    labels: tuple[str, ...]
    sparse: Floats
    dense: Floats
    bias: Floats
    scale: Floats
    shift: Floats
    """Calibration of the strongest piece's logit: probability = sigmoid(scale * logit + shift)."""

    def logits(self, columns: Ints, values: Floats, dense: Floats) -> Floats:
        """One raw logit per label for one piece of text."""
        raw: Floats = values @ self.sparse[columns] + dense @ self.dense + self.bias
        return raw

    def probabilities(self, logits: Floats) -> Floats:
        """Calibrated probabilities per label, 0..1, of a message's strongest logits."""
        calibrated: Floats = 1.0 / (1.0 + np.exp(-(self.scale * logits + self.shift)))
        return calibrated

    def word_weights(self, buckets: Ints, label: str) -> Floats:
        """What each word n-gram adds to a label's logit, before the share of its message."""
        column: Floats = self.sparse[buckets, self.labels.index(label)]
        return column


def save_heads(heads: Heads, folder: Path = MODEL) -> None:
    """Writes the artefact: `heads.npz` (float16) and `labels.json`."""
    folder.mkdir(exist_ok=True)
    np.savez_compressed(
        folder / "heads.npz",
        sparse=heads.sparse.astype(np.float16),
        dense=heads.dense.astype(np.float16),
        bias=heads.bias,
        scale=heads.scale,
        shift=heads.shift,
    )
    (folder / "labels.json").write_text(json.dumps(list(heads.labels)) + "\n")


@lru_cache(maxsize=1)
def load_heads(folder: Path = MODEL) -> Heads:
    """The trained heads. OperatorError when the artefact is missing or of another shape."""
    file = folder / "heads.npz"
    if not file.exists():
        raise OperatorError(
            f"{file}: found nothing, expected the trained detectors; "
            "restore the file or run: python scripts/train_detectors.py DATA_FOLDER"
        )
    labels = tuple(json.loads((folder / "labels.json").read_text()))
    with np.load(file) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    if arrays["sparse"].shape != (2 * BUCKETS, len(labels)):
        raise OperatorError(
            f"{file}: found weights of shape {arrays['sparse'].shape}, expected other features"
        )
    return Heads(labels=labels, **arrays)
