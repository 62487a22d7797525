"""Hybrid search: vectors and words, one calibrated score, and a line below which there is no answer."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from openai import OpenAIError

from core.business import Business
from core.errors import OperatorError
from core.settings import Settings
from knowledge.calibration import FEATURES, Calibration, Floats, load_calibration
from knowledge.embedding import Embedding, choose_embedding
from knowledge.encoder import load_encoder
from knowledge.entries import Entry, Kind, facets
from knowledge.ingest import IngestReport, entries_of, ingest
from knowledge.vectors import Near, Unavailable, VectorStore, open_vectors
from knowledge.words import Spelling, WordIndex

log = logging.getLogger(__name__)

_ROWS = 48
"""Nearest rows asked of Chroma: several belong to one entry."""
_BY_WORDS = 16
"""Entries that only their words bring in."""


@dataclass(frozen=True)
class Found:
    """An entry that may answer. `score`: the calibrated probability 0..1 that it does."""

    id: str
    title: str
    text: str
    url: str | None
    score: float
    kind: Kind


class _Shelf:
    """All that search reads of one state of the entries; replaced whole, so that readers need no lock."""

    def __init__(self, entries: Sequence[Entry], is_word: Callable[[str], bool]) -> None:
        self.entries = tuple(entries)
        self.place = {entry.id: number for number, entry in enumerate(entries)}
        self.words = WordIndex([[facet.text for facet in facets(entry)] for entry in entries])
        self.spelling = Spelling(self.words.vocabulary, is_word)


class Knowledge:
    """What the business knows, searchable. Safe to use from many threads."""

    def __init__(
        self,
        store: VectorStore,
        embedding: Embedding,
        calibration: Calibration,
        is_word: Callable[[str], bool],
    ) -> None:
        """`is_word`: whether the language has a lower-case word, which is then no slip of the keyboard."""
        self._store = store
        self._embedding = embedding
        self._calibration = calibration
        self._is_word = is_word
        self._shelf = _Shelf((), is_word)
        self._one_writes = threading.Lock()
        self.report = IngestReport(0, 0, 0, 0)

    @property
    def no_answer_line(self) -> float:
        """A best score below it means: I have no answer."""
        return self._calibration.no_answer_line

    def ingest(self, entries: Sequence[Entry]) -> IngestReport:
        """Makes the store hold exactly `entries`. OperatorError when store or embedding fail."""
        with self._one_writes:
            return self._ingest(entries)

    def _ingest(self, entries: Sequence[Entry]) -> IngestReport:
        try:
            self.report = ingest(self._store, self._embedding, entries)
        except OpenAIError as error:
            raise OperatorError(
                f"The embedding {self._embedding.name} failed: {error}. Check OPENAI_API_KEY and "
                "OPENAI_BASE_URL, or unset BATON_EMBEDDING for the built-in one."
            ) from error
        except Unavailable as error:
            raise OperatorError(
                f"The knowledge store failed while entries were written: {error}. Is the disk full, or the "
                "Chroma server down? Start again when that is mended; what is missing is then added."
            ) from error
        self._shelf = _Shelf(entries, self._is_word)
        return self.report

    def search(self, query: str, k: int = 4) -> tuple[Found, ...]:
        """The `k` entries most likely to answer, best first; also those below `no_answer_line`."""
        candidates, features = self.candidates(query)
        scores = self._calibration.score(features)
        best = np.argsort(-scores, kind="stable")[:k]
        return tuple(_found(candidates[at], float(scores[at])) for at in best)

    def candidates(self, query: str) -> tuple[Sequence[Entry], Floats]:
        """The entries worth scoring and their features, one row of `calibration.FEATURES` for each."""
        shelf = self._shelf
        if not shelf.entries or not query.strip():
            return (), np.zeros((0, len(FEATURES)))
        query = shelf.spelling.mend(query)
        near = self._near(query)
        by_vector = {shelf.place[entry] for entry in near.entries if entry in shelf.place}
        places = sorted(by_vector.union(shelf.words.nearest(query, _BY_WORDS)))
        matched = shelf.words.match(query, places)
        entries = [shelf.entries[place] for place in places]
        columns = [
            [near.of(entry.id, "question") for entry in entries],
            [near.of(entry.id, "gist" if entry.also else "question") for entry in entries],
            [near.of(entry.id, "passage") for entry in entries],
            matched.similar,
            matched.covered,
        ]
        return entries, np.array(columns, dtype=np.float64).T

    def _near(self, query: str) -> Near:
        """The nearest rows; none, with a warning, while store or embedding are away."""
        try:
            return self._store.nearest(self._embedding.embed([query]), _ROWS)
        except (*Unavailable, OpenAIError) as error:
            log.warning("search by words only: %s", type(error).__name__)
            return Near({}, 0.0)

    def close(self) -> None:
        """Lets go of the store and the embedding; no search after it."""
        self._store.close()
        self._embedding.close()


def _found(entry: Entry, score: float) -> Found:
    return Found(entry.id, entry.title, entry.text, entry.url, round(score, 4), entry.kind)


def open_knowledge(settings: Settings, business: Business, learned: Sequence[Entry] = ()) -> Knowledge:
    """The knowledge of a business and what was learned beside it, brought up to date.

    OperatorError: the store or the embedding fails.
    """
    embedding = choose_embedding(settings.baton_embedding, settings.openai_api_key, settings.openai_base_url)
    store = open_vectors(settings, embedding.name)
    knowledge = Knowledge(store, embedding, load_calibration(embedding.name), load_encoder().is_word)
    knowledge.ingest((*entries_of(business), *learned))
    return knowledge
