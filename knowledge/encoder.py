"""The shared sentence encoder: one small transformer that reads a text once for meaning and for labels.

all-MiniLM-L6-v2, trained further by `scripts/train_detectors.py` so that its embedding stays where it was
while further outputs tell what a message to a company holds; int8 ONNX, run on one thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from core.errors import OperatorError

Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent / "model"
DIMENSIONS = 384
MOST_TOKENS = 128
"""A longer text is cut here; positions beyond it were not trained."""


@dataclass(frozen=True)
class Pieces:
    """A text as the encoder cuts it: vocabulary ids with the marks of both ends, and each one's word."""

    ids: list[int]
    owners: list[int | None]


@dataclass(frozen=True)
class Encoded:
    """What the encoder makes of one text of `n` words."""

    embedding: Floats
    """Unit vector, (DIMENSIONS,)."""
    logits: Floats
    """One raw logit per label, (labels,); their names and calibration belong to whoever trained them."""
    words: Floats
    """How much each word speaks for each label, (n, labels); words beyond the cut speak for none."""


class Encoder:
    """One loaded model. Safe to call from many threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """OperatorError when the artefact is missing from `folder`."""
        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).exists():
                raise OperatorError(
                    f"{folder / name}: found nothing, expected the trained encoder; restore the file or run: "
                    "python scripts/train_detectors.py DATA_FOLDER"
                )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._session = ort.InferenceSession(
            str(folder / "model.onnx"), _one_thread(), providers=["CPUExecutionProvider"]
        )

    @property
    def nowhere(self) -> Floats:
        """The embedding of a text without words."""
        return np.zeros(DIMENSIONS, np.float32)

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary has this lower-case word whole, not only as pieces of others."""
        return self._tokenizer.token_to_id(word) is not None

    def pieces(self, words: Sequence[str]) -> Pieces:
        """How the encoder cuts a text that was cut into words already."""
        encoding = self._tokenizer.encode([_sound(word) for word in words], is_pretokenized=True)
        return Pieces(encoding.ids, encoding.word_ids)

    def read(self, pieces: Pieces) -> Encoded:
        """Meaning and labels of one text; `words` has a row for each word up to the last that has pieces."""
        embedding, logits, tokens = self._run(["embedding", "labels", "tokens"], pieces.ids)
        inside = [
            (at, owner) for at, owner in enumerate(pieces.owners[: len(tokens[0])]) if owner is not None
        ]
        count = 1 + max((owner for owner in pieces.owners if owner is not None), default=-1)
        spoken = np.full((count, logits.shape[1]), -np.inf, np.float32)
        if inside:
            at, owners = (np.array(column) for column in zip(*inside, strict=True))
            np.maximum.at(spoken, owners, tokens[0][at])
        return Encoded(embedding[0], logits[0], spoken)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row of `DIMENSIONS` numbers for each text."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        ids = (self._tokenizer.encode(_sound(text)).ids for text in texts)
        return np.stack([self._run(["embedding"], row)[0][0] for row in ids])

    def _run(self, outputs: list[str], ids: list[int]) -> list[Floats]:
        cut = ids if len(ids) <= MOST_TOKENS else [*ids[: MOST_TOKENS - 1], ids[-1]]
        row = np.array([cut], dtype=np.int64)
        found: list[Floats] = self._session.run(outputs, {"ids": row, "mask": np.ones_like(row)})
        return found


@lru_cache(maxsize=1)
def load_encoder() -> Encoder:
    """The encoder that ships with the package, loaded once for the whole process."""
    return Encoder()


def _sound(text: str) -> str:
    """Half an emoji breaks a tokenizer."""
    return text.encode("utf-8", "replace").decode()


def _one_thread() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The file is optimised and quantised already; what goes beyond makes it slower.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    return options
