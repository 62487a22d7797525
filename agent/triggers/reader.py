"""Reads messages with the trained encoder: tokens, a language guess, calibrated probabilities per label."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from agent.triggers.brevity import weighed
from agent.triggers.features import Features, Floats, Scored
from agent.triggers.heard import Heard
from agent.triggers.language import is_english
from agent.triggers.tokens import Token, sentences, tokenize
from core.errors import OperatorError
from core.vocabulary import Role
from knowledge.encoder import Encoder, Pieces, load_encoder

MODEL = Path(__file__).parent / "model"
REMEMBERED = 6
"""So many of the customer's earlier messages are read again; older moods no longer count."""
BUDGET = 40
"""Pieces of a message that the encoder reads, a tenth of a millisecond each."""
LONGEST_SENTENCE = 24
_LOUDEST = 3
"""A sentence is as telling as so many of its most telling words."""
_KEPT = 2048


@dataclass(frozen=True)
class Calibration:
    """From raw logits to probabilities: sigmoid(scale * logit + shift), a line for each label."""

    labels: tuple[str, ...]
    scale: Floats
    shift: Floats
    telling: Floats
    """For each piece of the encoder's vocabulary how much it told in training, whatever the label."""

    def probabilities(self, logits: Floats) -> Floats:
        probabilities: Floats = 1.0 / (1.0 + np.exp(-(self.scale * logits + self.shift)))
        return probabilities


class Reader:
    """Scores messages; remembers the latest, since earlier messages come again with each turn."""

    def __init__(self, encoder: Encoder, calibration: Calibration) -> None:
        self._encoder = encoder
        self._calibration = calibration
        self._seen: OrderedDict[str, Scored] = OrderedDict()
        self._lock = Lock()

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of what is read, in the order of every array over labels."""
        return self._calibration.labels

    def features(self, heard: Heard) -> Features:
        """All that the triggers share for one message."""
        spoken: list[Scored] = []
        after: str | None = None
        for said in heard.history:
            if said.role is Role.AI:
                after = said.text
            elif said.role is Role.CUSTOMER and said.text.strip():
                spoken.append(weighed(self.score(said.text), after))
        return Features(weighed(self.score(heard.text), after), tuple(spoken[-REMEMBERED:]))

    def score(self, text: str) -> Scored:
        """One message by itself."""
        with self._lock:
            if text in self._seen:
                self._seen.move_to_end(text)
                return self._seen[text]
        scored = self._score(text)
        with self._lock:
            self._seen[text] = scored
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return scored

    def _score(self, text: str) -> Scored:
        labels = self._calibration.labels
        tokens = tokenize(text)
        if not tokens:
            nothing = np.zeros((0, len(labels)), np.float32)
            return Scored(text, (), labels, np.zeros(len(labels), np.float32), nothing, self._encoder.nowhere)
        pieces = self._encoder.pieces([token.form for token in tokens])
        known = is_english([token.form for token in tokens], pieces)
        if len(pieces.ids) > BUDGET:
            tokens, pieces = self._most_telling(text, tokens, pieces)
        read = self._encoder.read(pieces)
        probabilities = self._calibration.probabilities(read.logits) * np.float32(known)
        return Scored(text, tuple(tokens), labels, probabilities, read.words, read.embedding, known)

    def _most_telling(self, text: str, tokens: list[Token], pieces: Pieces) -> tuple[list[Token], Pieces]:
        """The sentences of a long message that look as if they told most, in their order."""
        cut: list[list[int]] = [[] for _ in tokens]
        for piece, owner in zip(pieces.ids, pieces.owners, strict=True):
            if owner is not None:
                cut[owner].append(piece)
        telling = self._calibration.telling
        told = np.array([telling[ids].max() if ids else -np.inf for ids in cut], np.float32)
        parts = sentences(text, tokens, LONGEST_SENTENCE)
        parts.sort(key=lambda part: -float(np.sort(told[part])[-_LOUDEST:].sum()))
        kept: list[range] = []
        room = BUDGET
        for part in parts:
            need = sum(len(cut[i]) for i in part)
            if need <= room or not kept:
                kept.append(part)
                room -= need
        chosen = [i for part in sorted(kept, key=lambda part: part.start) for i in part]
        ids = [piece for i in chosen for piece in cut[i]]
        owners: list[int | None] = [at for at, i in enumerate(chosen) for _ in cut[i]]
        whole = Pieces([pieces.ids[0], *ids, pieces.ids[-1]], [None, *owners, None])
        return [tokens[i] for i in chosen], whole


def load_calibration(folder: Path = MODEL) -> Calibration:
    """The labels and their calibration. OperatorError when the artefact is missing."""
    file = folder / "labels.json"
    if not file.exists():
        raise OperatorError(
            f"{file}: found nothing, expected the calibration of the detectors; "
            "restore the file or run: python scripts/train_detectors.py DATA_FOLDER"
        )
    lines = json.loads(file.read_text(encoding="utf-8"))
    scale, shift = (
        np.array([line[key] for line in lines.values()], np.float32) for key in ("scale", "shift")
    )
    return Calibration(tuple(lines), scale, shift, np.load(folder / "telling.npy").astype(np.float32))


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """The reader with the model that ships."""
    return Reader(load_encoder(), load_calibration())
