"""The shared encoder: meaning and labels of a text, read once."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import OperatorError
from knowledge.encoder import DIMENSIONS, Encoder, load_encoder


def test_texts_of_one_meaning_lie_nearer_than_others() -> None:
    where, track, sofa = load_encoder().embed(
        ["Where is my parcel?", "I'd like to track my delivery", "Do you sell leather sofas?"]
    )
    assert where @ track > where @ sofa + 0.2


def test_embeddings_are_unit_vectors_and_none_for_no_texts() -> None:
    vectors = load_encoder().embed(["hello", "", "x" * 5000, "half an emoji \ud83d"])
    assert vectors.shape == (4, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert load_encoder().embed([]).shape == (0, DIMENSIONS)


def test_every_word_speaks_for_every_label() -> None:
    encoder = load_encoder()
    words = ["my", "sofa", "arrived", "broken"]
    read = encoder.read(encoder.pieces(words))
    assert read.words.shape == (len(words), len(read.logits))
    assert np.isfinite(read.words).all()


def test_words_beyond_the_cut_speak_for_nothing() -> None:
    encoder = load_encoder()
    read = encoder.read(encoder.pieces(["word"] * 300))
    assert np.isfinite(read.words[0]).all()
    assert np.isneginf(read.words[-1]).all()


def test_a_missing_artefact_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="train_detectors"):
        Encoder(tmp_path)
