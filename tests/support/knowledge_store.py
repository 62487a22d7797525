"""A knowledge store of a test's own: a real Chroma folder, the real embedding, and a counter on it."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.settings import Settings
from knowledge import Knowledge
from knowledge.calibration import load_calibration
from knowledge.embedding import Embedding, EncoderEmbedding, Vectors, WordLlamaEmbedding
from knowledge.encoder import load_encoder
from knowledge.entries import Entry
from knowledge.vectors import open_vectors


@cache
def shared_encoder() -> EncoderEmbedding:
    """The default embedding, loaded once."""
    return EncoderEmbedding()


@cache
def word_llama() -> WordLlamaEmbedding:
    """Vectors that cost next to nothing, loaded once."""
    return WordLlamaEmbedding()


class CountingEmbedding:
    """The default embedding under its own name or another, counting the texts that it is given."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name or shared_encoder().name
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return shared_encoder().embed(texts)

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
    chosen = embedding or shared_encoder()
    store = open_vectors(settings, chosen.name)
    knowledge = Knowledge(store, chosen, load_calibration(chosen.name), load_encoder().is_word)
    knowledge.ingest(entries)
    return knowledge
