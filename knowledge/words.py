"""Finding by words: TF-IDF over an inverted index, and words mistyped set right first."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.embedding import plain

Scores = NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_SHORT = 4
"""Words below this length are left as typed: too many others are one letter away."""
_ALIKE = 0.74
"""Two slips in eight letters, or one in four."""


def words_of(text: str) -> list[str]:
    """The words of a text in plain form."""
    return _WORD.findall(plain(text))


class WordIndex:
    """Cosine similarity of TF-IDF vectors (logarithmic counts) between a query and many short texts.

    Written on numpy: only the postings of the query's own words are touched, which keeps 100,000 entries
    within a few milliseconds, and scikit-learn would cost every start more than a second of import.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(words_of(text)) for text in texts]
        self._size = len(texts)
        self._column: dict[str, int] = {}
        rows, columns, weights = self._cells(counts)
        order = np.argsort(columns, kind="stable")
        self._rows, columns, weights = rows[order], columns[order], weights[order]
        self._starts = np.searchsorted(columns, np.arange(len(self._column) + 1))
        holding = np.diff(self._starts)
        self._idf = (np.log((1 + self._size) / (1 + holding)) + 1).astype(np.float32)
        self._rarest = float(np.log(1 + self._size) + 1)
        weights = weights * self._idf[columns]
        lengths = np.sqrt(np.bincount(self._rows, weights * weights, minlength=self._size))
        self._weights = (weights / np.maximum(lengths, 1e-9)[self._rows]).astype(np.float32)

    def _cells(self, counts: list[Counter[str]]) -> tuple[NDArray[np.int32], NDArray[np.int32], Scores]:
        """Row, column and logarithmic count of every word of every text; fills the vocabulary."""
        seen = self._column
        columns = [seen.setdefault(word, len(seen)) for counter in counts for word in counter]
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), [len(counter) for counter in counts])
        tally = np.fromiter((n for counter in counts for n in counter.values()), np.float32, len(columns))
        return rows, np.asarray(columns, dtype=np.int32), 1 + np.log(tally)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the texts."""
        return frozenset(self._column)

    def scores(self, query: str) -> Scores:
        """Similarity 0..1 of the query with each text, in their order. Unknown words count against it."""
        scores = np.zeros(self._size, dtype=np.float32)
        length = 0.0
        for word, count in Counter(words_of(query)).items():
            column = self._column.get(word)
            idf = self._rarest if column is None else float(self._idf[column])
            weight = (1 + np.log(count)) * idf
            length += weight * weight
            if column is not None:
                here = slice(self._starts[column], self._starts[column + 1])
                scores[self._rows[here]] += np.float32(weight) * self._weights[here]
        return scores / np.float32(max(np.sqrt(length), 1e-9))


class Spelling:
    """Sets mistyped words right: an unknown word becomes the nearest one of the store's own words."""

    def __init__(self, vocabulary: frozenset[str], is_word: Callable[[str], bool]) -> None:
        self._known = vocabulary
        self._is_word = is_word
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for word in sorted(vocabulary):
            if len(word) >= _SHORT:
                self._by_initial[word[0]].append(word)

    def mend(self, text: str) -> str:
        """The text in plain form with its mistyped words replaced; names and numbers stay."""
        return "".join(self._mended(plain(text)))

    def _mended(self, text: str) -> Iterator[str]:
        end = 0
        for match in _WORD.finditer(text):
            yield text[end : match.start()]
            yield self._right(match.group())
            end = match.end()
        yield text[end:]

    def _right(self, word: str) -> str:
        if len(word) < _SHORT or word in self._known or not word.isalpha() or self._is_word(word):
            return word
        candidates = self._by_initial.get(word[0], ())
        best = process.extractOne(word, candidates, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
        return best[0] if best else word
