"""Finding by words: TF-IDF over an inverted index, and words mistyped set right first."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.embedding import plain

Scores = NDArray[np.float32]
Places = NDArray[np.int32]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_SHORT = 4
"""Words below this length are left as typed: too many others are one letter away."""
_ALIKE = 0.74
"""Two slips in eight letters, or one in four."""
_TINY = 1e-9
_FEW = 2_000
"""A word that more texts have tells no entry from another."""
_TEXTS = 3
"""Texts of one entry that may be among the best, as a rule."""


def words_of(text: str) -> list[str]:
    """The words of a text in plain form."""
    return _WORD.findall(plain(text))


class Matched(NamedTuple):
    """How a query's words match each of some entries, 0..1, in their order."""

    similar: Scores
    """Cosine similarity of the TF-IDF vectors of the query and of the entry's most similar text."""
    covered: Scores
    """The share of the query's words, weighed by rarity, that occur in any text of the entry."""


class _Query(NamedTuple):
    """A query's words that some text has, by column, with weight and rarity; totals over all its words."""

    columns: Places
    weights: Scores
    idf: Scores
    length: float
    total: float


class WordIndex:
    """TF-IDF (logarithmic counts) over entries of several short texts each.

    Written on numpy: candidates come from the postings of the query's rarer words alone, and only they are
    compared word by word, which keeps 100,000 entries within a few milliseconds; and scikit-learn would cost
    every start more than a second of import.
    """

    def __init__(self, entries: Sequence[Sequence[str]]) -> None:
        """`entries`: the texts of each."""
        counts = [[Counter(words_of(text)) for text in texts] for texts in entries]
        sizes = [len(texts) for texts in counts]
        self._owner = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        self._column: dict[str, int] = {}
        self._index([counter for texts in counts for counter in texts])
        # Cells stand in the order of rows, so that those of one entry lie together.
        self._cells_of = np.searchsorted(self._owner[self._rows], np.arange(len(sizes) + 1))

    def _index(self, counts: list[Counter[str]]) -> None:
        """Fills the cells (row, column, weight; rows of unit length) and, for each word, its postings."""
        size = len(counts)
        self._rows, self._columns, tally = self._cells(counts)
        self._postings = np.argsort(self._columns, kind="stable")
        bounds = np.searchsorted(self._columns[self._postings], np.arange(len(self._column) + 1))
        self._starts = bounds
        self._idf = (np.log((1 + size) / (1 + np.diff(bounds))) + 1).astype(np.float32)
        self._rarest = float(np.log(1 + size) + 1)
        weights = (1 + np.log(tally)) * self._idf[self._columns]
        lengths = np.sqrt(np.bincount(self._rows, weights * weights, minlength=size))
        self._weights = (weights / np.maximum(lengths, _TINY)[self._rows]).astype(np.float32)

    def _cells(self, counts: list[Counter[str]]) -> tuple[Places, Places, Scores]:
        """Row, column and count of every word of every text; fills the vocabulary."""
        seen = self._column
        columns = [seen.setdefault(word, len(seen)) for counter in counts for word in counter]
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), [len(counter) for counter in counts])
        tally = np.fromiter((n for counter in counts for n in counter.values()), np.float32, len(columns))
        return rows, np.asarray(columns, dtype=np.int32), tally

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the texts."""
        return frozenset(self._column)

    def _read(self, query: str) -> _Query:
        columns, weights, rarity = [], [], []
        length = total = 0.0
        for word, count in Counter(words_of(query)).items():
            column = self._column.get(word)
            idf = self._rarest if column is None else float(self._idf[column])
            weight = (1 + np.log(count)) * idf
            length += weight * weight
            total += idf
            if column is not None:
                columns.append(column)
                weights.append(weight)
                rarity.append(idf)
        order = np.argsort(columns)
        return _Query(
            np.array(columns, dtype=np.int32)[order],
            np.array(weights, dtype=np.float32)[order],
            np.array(rarity, dtype=np.float32)[order],
            max(float(np.sqrt(length)), _TINY),
            max(total, _TINY),
        )

    def nearest(self, query: str, count: int) -> Places:
        """The entries, up to about `count`, of the texts most similar in those words that few texts have."""
        read = self._read(query)
        spans = [self._postings[self._starts[column] : self._starts[column + 1]] for column in read.columns]
        told = [
            (cells, weight) for cells, weight in zip(spans, read.weights, strict=True) if len(cells) <= _FEW
        ]
        if not told:
            return np.zeros(0, dtype=np.int32)
        rows, where = np.unique(np.concatenate([self._rows[cells] for cells, _ in told]), return_inverse=True)
        scores = np.bincount(where, np.concatenate([self._weights[cells] * weight for cells, weight in told]))
        best = rows[np.argsort(-scores, kind="stable")[: count * _TEXTS]]
        return np.asarray(list(dict.fromkeys(self._owner[best].tolist()))[:count], dtype=np.int32)

    def match(self, query: str, entries: Sequence[int]) -> Matched:
        """How the query matches each of `entries`. A word that no text has counts against all of them."""
        read = self._read(query)
        similar, covered = np.zeros(len(entries), np.float32), np.zeros(len(entries), np.float32)
        if not len(entries) or not len(read.columns):
            return Matched(similar, covered)
        spans = [np.arange(self._cells_of[entry], self._cells_of[entry + 1]) for entry in entries]
        cells, place = np.concatenate(spans), np.repeat(np.arange(len(spans)), [len(span) for span in spans])
        word = np.minimum(np.searchsorted(read.columns, self._columns[cells]), len(read.columns) - 1)
        shared = read.columns[word] == self._columns[cells]
        cells, place, word = cells[shared], place[shared], word[shared]
        _, first, row = np.unique(self._rows[cells], return_index=True, return_inverse=True)
        products = np.bincount(row, self._weights[cells] * read.weights[word], minlength=len(first))
        np.maximum.at(similar, place[first], (products / read.length).astype(np.float32))
        # A word in two texts of an entry covers it once.
        once = np.unique(place * len(read.columns) + word)
        share = read.idf[once % len(read.columns)] / read.total
        np.add.at(covered, once // len(read.columns), share.astype(np.float32))
        return Matched(similar, covered)


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
