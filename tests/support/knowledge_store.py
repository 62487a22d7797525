"""A knowledge store of a test's own: a real Chroma folder, the real embedding, and a counter on it."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.settings import Settings
from knowledge import Knowledge
from knowledge.calibration import load_calibration
from knowledge.embedding import Embedding, Vectors, WordLlamaEmbedding
from knowledge.entries import Entry
from knowledge.vectors import open_vectors


@cache
def word_llama() -> WordLlamaEmbedding:
    """The default embedding, loaded once."""
    return WordLlamaEmbedding()


class CountingEmbedding:
    """The default embedding under any name, counting the texts that it is given."""

    def __init__(self, name: str = WordLlamaEmbedding.name) -> None:
        self.name = name
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return word_llama().embed(texts)

    def close(self) -> None:
        """Has nothing to let go of."""


def start_knowledge(
    folder: Path,
    entries: Sequence[Entry] = (),
    embedding: Embedding | None = None,
    chroma_url: str | None = None,
) -> Knowledge:
    """What a start of Baton does, with these entries. The caller closes it."""
    settings = Settings(baton_data_dir=folder, chroma_url=chroma_url)
    chosen = embedding or word_llama()
    store = open_vectors(settings, chosen.name)
    knowledge = Knowledge(store, chosen, load_calibration(chosen.name), word_llama())
    knowledge.ingest(entries)
    return knowledge
