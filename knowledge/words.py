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


def words_of(text: str) -> list[str]:
    """The words of a text in plain form."""
    return _WORD.findall(plain(text))


class Matched(NamedTuple):
    """How a query's words match each entry, 0..1, in the order of the entries."""

    similar: Scores
    """Cosine similarity of the TF-IDF vectors of the query and of the entry's most similar text."""
    covered: Scores
    """The share of the query's words, weighed by rarity, that occur in any text of the entry."""


class WordIndex:
    """TF-IDF (logarithmic counts) over entries of several short texts each.

    Written on numpy: only the postings of the query's own words are touched, which keeps 100,000 entries
    within a few milliseconds, and scikit-learn would cost every start more than a second of import.
    """

    def __init__(self, entries: Sequence[Sequence[str]]) -> None:
        """`entries`: the texts of each, at least one."""
        sizes = [len(texts) for texts in entries]
        self._entries = len(entries)
        self._owner = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        self._first = np.cumsum([0, *sizes[:-1]]) if sizes else np.zeros(0, dtype=np.intp)
        self._column: dict[str, int] = {}
        self._index([Counter(words_of(text)) for texts in entries for text in texts])

    def _index(self, counts: list[Counter[str]]) -> None:
        """Fills the postings: for each word its texts and its weight in them, of unit length by text."""
        size = len(counts)
        rows, columns, tally = self._cells(counts)
        order = np.argsort(columns, kind="stable")
        self._rows, columns, tally = rows[order], columns[order], tally[order]
        self._starts = np.searchsorted(columns, np.arange(len(self._column) + 1))
        self._idf = (np.log((1 + size) / (1 + np.diff(self._starts))) + 1).astype(np.float32)
        self._rarest = float(np.log(1 + size) + 1)
        weights = (1 + np.log(tally)) * self._idf[columns]
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

    def match(self, query: str) -> Matched:
        """How the query matches each entry. A word that no text has counts against all of them."""
        similar = np.zeros(len(self._owner), dtype=np.float32)
        covered = np.zeros(self._entries, dtype=np.float32)
        length = total = 0.0
        for word, count in Counter(words_of(query)).items():
            column = self._column.get(word)
            idf = self._rarest if column is None else float(self._idf[column])
            weight = (1 + np.log(count)) * idf
            length += weight * weight
            total += idf
            if column is not None:
                here = slice(self._starts[column], self._starts[column + 1])
                rows = self._rows[here]
                similar[rows] += np.float32(weight) * self._weights[here]
                # Assigned, not added up: an entry with the word in two texts counts it once.
                covered[self._owner[rows]] = covered[self._owner[rows]] + np.float32(idf)
        if self._entries:
            similar = np.maximum.reduceat(similar, self._first)
        return Matched(
            similar / np.float32(max(np.sqrt(length), _TINY)), covered / np.float32(max(total, _TINY))
        )


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
