"""From tokens to numbers: hashed word and character n-grams, a sentence embedding, a few marks of style.

Training and serving use this one file, so that what was learnt is what is read.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import wordllama
from numpy.typing import NDArray
from wordllama.inference import WordLlamaInference

from agent.triggers.tokens import Token

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Shape = tuple[int, ...]

BUCKETS = 1 << 16
"""Rows of the table for word n-grams, and of the one for character n-grams."""
EMBEDDING = 256
STYLE = 4

_MIX = np.uint64(0x9E3779B97F4A7C15)
_WORD_SHAPES = ((0,), (0, 1), (0, 1, 2), (0, 2), (0, 3))
"""Offsets of the tokens that make one feature: one to three in a row, and pairs with a gap."""
_CHAR_SIZES = (3, 4, 5)
_CHAR_WEIGHT = np.float32(0.6)
_EMBEDDING_WEIGHT = np.float32(1.0)


def word_features(tokens: Sequence[Token]) -> list[tuple[Shape, Ints]]:
    """For each shape the buckets of its n-grams, in the order of the tokens.

    Bucket `i` of a shape stands for the tokens `i + offset - 1`: an edge mark stands before the first
    token and after the last.
    """
    edge = crc32(b"<edge>")
    codes = np.array(
        [edge, *(crc32(t.form.encode("utf-8", "surrogatepass")) for t in tokens), edge], dtype=np.uint64
    )
    return [(shape, _buckets(codes, shape, seed)) for seed, shape in enumerate(_WORD_SHAPES)]


def char_features(tokens: Sequence[Token]) -> list[tuple[int, Ints]]:
    """For each size the buckets of the character n-grams of `spelled(tokens)`, in order."""
    text = spelled(tokens)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return [(size, _buckets(codes, tuple(range(size)), size)) for size in _CHAR_SIZES]


def spelled(tokens: Sequence[Token]) -> str:
    """The plain forms, each between blanks."""
    return f" {' '.join(t.form for t in tokens)} "


def sparse(tokens: Sequence[Token]) -> tuple[Ints, Floats]:
    """Columns and values of the hashed part: word buckets first, character buckets after them."""
    words = np.unique(np.concatenate([buckets for _, buckets in word_features(tokens)]))
    chars = np.unique(np.concatenate([buckets for _, buckets in char_features(tokens)]))
    columns = np.concatenate([words, chars + BUCKETS])
    values = np.concatenate([_share(len(words)), _CHAR_WEIGHT * _share(len(chars))])
    return columns, values


def shares(tokens: Sequence[Token], words: Floats, dense_weights: Floats) -> list[float]:
    """How much each token adds to a label's logit, up to what all tokens have in common.

    `words` are the label's weights by column of `sparse`, `dense_weights` those by column of `dense`.
    """
    added = np.zeros(len(tokens) + 2, np.float32)
    for shape, buckets in word_features(tokens):
        for offset in shape:
            added[offset : offset + len(buckets)] += words[buckets] / len(shape)
    owner = np.repeat(np.arange(len(tokens)), [len(t.form) + 1 for t in tokens])
    chars = np.zeros(len(owner) + 1, np.float32)
    for size, buckets in char_features(tokens):
        for offset in range(size):
            chars[offset : offset + len(buckets)] += words[BUCKETS + buckets] / size
    spelling = np.bincount(owner, weights=chars[: len(owner)], minlength=len(tokens))
    meaning = embed([t.form for t in tokens]) @ dense_weights[:EMBEDDING]
    norm = max(float(np.linalg.norm(embed([spelled(tokens)])[0])), 1e-6)
    word_share, char_share = 1.0 / _ngrams(tokens) ** 0.5, float(_CHAR_WEIGHT) / max(len(owner), 1) ** 0.5
    total = added[1:-1] * word_share + spelling * char_share / len(_CHAR_SIZES) ** 0.5
    return [float(one) for one in total + meaning / (norm * len(tokens))]


def _ngrams(tokens: Sequence[Token]) -> int:
    return sum(len(buckets) for _, buckets in word_features(tokens))


def dense(texts: list[str], embeddings: Floats) -> Floats:
    """The dense part for each text: unit embedding, then the marks of style."""
    norms = np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-6)
    style = np.array([_style(text) for text in texts], dtype=np.float32)
    return np.hstack([_EMBEDDING_WEIGHT * embeddings / norms, style])


def embed(texts: list[str]) -> Floats:
    """Sentence embeddings, one row of `EMBEDDING` numbers for each text; works offline."""
    clean = [text.encode("utf-8", "replace").decode() for text in texts]  # half an emoji breaks a tokenizer
    vectors: Floats = np.asarray(_embedder().embed(clean), dtype=np.float32)
    return np.nan_to_num(vectors)


@lru_cache(maxsize=1)
def _embedder() -> WordLlamaInference:
    home = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=home, disable_download=True)


def _buckets(codes: NDArray[np.uint64], shape: Shape, seed: int) -> Ints:
    length = len(codes) - shape[-1]
    if length <= 0:
        return np.zeros(0, np.int64)
    mixed = np.full(length, seed + 1, dtype=np.uint64)
    for offset in shape:
        mixed = (mixed ^ codes[offset : offset + length]) * _MIX
    return ((mixed >> np.uint64(40)) % np.uint64(BUCKETS)).astype(np.int64)


def _share(count: int) -> Floats:
    return np.full(count, 1.0 / max(count, 1) ** 0.5, dtype=np.float32)


def _style(text: str) -> list[float]:
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) / len(letters) if len(letters) > 8 else 0.0
    return [
        max(0.0, capitals - 0.3),
        min(text.count("!"), 4) / 4,
        min(text.count("?"), 4) / 4,
        min(len(text), 400) / 400,
    ]
