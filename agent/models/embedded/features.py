"""Texts as features: static word vectors beside hashed words, pairs of words and pieces of words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import plain

Matrix = NDArray[np.float32]


class Embeds(Protocol):
    """Texts to vectors: WordLlama, the shared encoder, or an endpoint."""

    def embed(self, texts: Sequence[str]) -> Matrix: ...


WORD_BUCKETS = 2048
PIECE_BUCKETS = 2048
WORDS = WORD_BUCKETS + PIECE_BUCKETS
"""Features beside the embedding's dimensions."""

_SHARES = (1.0, 0.8, 0.8)
"""Lengths of the three parts: flat between 0.5 and 1 on requests held apart."""

_VALUES = (
    (re.compile(r"\S+@\S+"), "name@example.org"),
    (re.compile(r"(?<!\w)\+?\d[\d ()/-]{7,}\d"), "phonenumber"),
    (re.compile(r"\bbk-?(?=\w*\d)\w{4,}\b"), "appointment"),
    (re.compile(r"\b[a-z]{1,3}-?\d{3,}\b|\b\d{4,}\b"), "ordernumber"),
    (re.compile(r"\d+"), "0"),
    (re.compile(r"(.)\1{2,}"), r"\1\1"),
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def canonical(text: str) -> str:
    """The text in plain lower case with its numbers and addresses replaced: only the wish is left."""
    text = plain(text)
    for pattern, word in _VALUES:
        text = pattern.sub(word, text)
    return text


def features(texts: Sequence[str], embedding: Embeds) -> Matrix:
    """One row per text, shape (texts, the embedding's dimensions + WORDS)."""
    plain_texts = [canonical(text) for text in texts]
    meaning = _SHARES[0] * embedding.embed(plain_texts)
    dense = meaning.shape[1]
    rows = np.zeros((len(texts), dense + WORDS), dtype=np.float32)
    rows[:, :dense] = meaning
    for row, text in zip(rows, plain_texts, strict=True):
        words = _WORD.findall(text)
        _fill(row, dense, WORD_BUCKETS, _SHARES[1], _pairs(words))
        _fill(row, dense + WORD_BUCKETS, PIECE_BUCKETS, _SHARES[2], _pieces(words))
    return rows


def _fill(row: Matrix, start: int, buckets: int, length: float, grams: Iterator[str]) -> None:
    """Counts of hashed grams under a square root, scaled to `length`."""
    counts = Counter(crc32(gram.encode()) % buckets for gram in grams)
    if counts:
        places = np.fromiter(counts.keys(), np.int64, len(counts)) + start
        weights = np.sqrt(np.fromiter(counts.values(), np.float32, len(counts)))
        row[places] = weights * (length / np.sqrt(np.square(weights).sum()))


def _pairs(words: Sequence[str]) -> Iterator[str]:
    yield from words
    framed = ("<", *words, ">")
    for first, second in pairwise(framed):
        yield f"{first} {second}"


def _pieces(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        framed = f"<{word}>"
        for size in (3, 4):
            for start in range(len(framed) - size + 1):
                yield framed[start : start + size]
