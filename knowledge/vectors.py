"""The Chroma store: one row per facet of an entry, with the vector that ours made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from core.errors import OperatorError
from core.settings import Settings
from knowledge.embedding import Vectors
from knowledge.entries import Role

COLLECTION = "baton-knowledge"

_PAGE = 2_000
"""Rows per read and write: more than SQLite's variables allow is refused by Chroma."""
_SERVER_S = 10.0
"""After so long without an answer a Chroma server counts as away."""
_PORTS = {"http": 80, "https": 443}

T = TypeVar("T")

Unavailable = (ChromaError, httpx.HTTPError, OSError)
"""What a Chroma that has gone away raises."""


@dataclass(frozen=True)
class Row:
    """One facet of an entry; `digest` is that of the whole entry."""

    id: str
    entry: str
    digest: str
    text: str


def row_id_of(entry: str, role: Role, number: int) -> str:
    """The id of an entry's facet; it bears all that a search needs, since reading metadata would slow it."""
    return f"{entry}#{role}#{number}"


def entry_of(row_id: str) -> str:
    return row_id.rsplit("#", 2)[0]


@dataclass(frozen=True)
class Near:
    """The nearest rows of a query: (entry id, role) → cosine similarity of the best one."""

    best: Mapping[tuple[str, str], float]
    farthest: float
    """The similarity of the last of them: no row that is missing lies nearer."""

    @property
    def entries(self) -> frozenset[str]:
        return frozenset(entry for entry, _ in self.best)

    def of(self, entry: str, role: Role) -> float:
        """The similarity of the entry's best facet of this role, or `farthest`."""
        return self.best.get((entry, role), self.farthest)


class VectorStore:
    """A Chroma collection in one embedding's space."""

    def __init__(self, client: ClientAPI, embedding: str) -> None:
        """Opens the collection; one made with another embedding is dropped, its vectors mean nothing here."""
        self._client = client
        self._embedding = embedding
        self._collection = self._open()
        if (self._collection.metadata or {}).get("embedding") != embedding:
            client.delete_collection(COLLECTION)
            self._collection = self._open()

    def _open(self) -> chromadb.Collection:
        return self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            metadata={"embedding": self._embedding},
            configuration={"hnsw": {"space": "cosine"}},
        )

    def digests(self) -> dict[str, str]:
        """Row id → digest of the entry that it belongs to, of everything stored."""
        stored: dict[str, str] = {}
        while True:
            page = self._collection.get(include=["metadatas"], limit=_PAGE, offset=len(stored))
            if not page["ids"]:
                return stored
            metadatas = page["metadatas"] or []
            stored.update(zip(page["ids"], (str(meta["digest"]) for meta in metadatas), strict=True))

    def put(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Adds or replaces rows; `vectors` has one line per row."""
        for start in range(0, len(rows), _PAGE):
            part = rows[start : start + _PAGE]
            self._collection.upsert(
                ids=[row.id for row in part],
                embeddings=vectors[start : start + _PAGE],
                documents=[row.text for row in part],
                metadatas=[{"entry": row.entry, "digest": row.digest} for row in part],
            )

    def drop(self, row_ids: Sequence[str]) -> None:
        for part in _pages(row_ids):
            self._collection.delete(ids=list(part))

    def nearest(self, vector: Vectors, rows: int) -> Near:
        """The `rows` nearest to one query vector, of shape (1, dimensions)."""
        answer = self._collection.query(query_embeddings=vector, n_results=rows, include=["distances"])
        best: dict[tuple[str, str], float] = {}
        distances = (answer["distances"] or [[]])[0]
        for row_id, distance in zip(answer["ids"][0], distances, strict=True):
            entry, role, _ = row_id.rsplit("#", 2)
            best.setdefault((entry, role), 1.0 - distance)
        return Near(best, 1.0 - distances[-1] if distances else 0.0)

    def close(self) -> None:
        """Lets go of the folder or of the connections."""
        for session in _sessions(self._client):
            session.close()
        if isinstance(self._client, Client):
            self._client.close()


def _sessions(client: ClientAPI) -> Iterator[httpx.Client]:
    """Chroma's connections to its server, which it neither closes nor bounds in time; none for a folder."""
    for part in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if isinstance(session, httpx.Client):
            yield session


def _pages(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _PAGE] for start in range(0, len(items), _PAGE))


def open_vectors(settings: Settings, embedding: str) -> VectorStore:
    """The store at CHROMA_URL, or the folder `chroma` in the data folder. OperatorError: not usable."""
    if settings.chroma_url:
        return _on_server(settings.chroma_url, embedding)
    return _in_folder(settings.baton_data_dir / "chroma", embedding)


def _in_folder(folder: Path, embedding: str) -> VectorStore:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        client = chromadb.PersistentClient(
            path=str(folder), settings=ChromaSettings(anonymized_telemetry=False)
        )
        return VectorStore(client, embedding)
    except (*Unavailable, ValueError, AttributeError) as error:
        # Chroma, closing what it could not open, hides the cause behind an AttributeError of its own.
        cause = error.__context__ if isinstance(error, AttributeError) else error
        raise OperatorError(
            f"The knowledge store in {folder} cannot be opened: {cause}. It holds nothing that the business "
            f"folder does not; stop Baton, type `rm -rf {folder}`, start again, and it is made anew. Is the "
            "folder not writable for this user? Then give it write access, or set BATON_DATA_DIR."
        ) from error


def _on_server(url: str, embedding: str) -> VectorStore:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise OperatorError(f"CHROMA_URL={url!r} is not usable: expected http://HOST:PORT, or https.")
    try:
        client = chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            ssl=parts.scheme == "https",
            settings=ChromaSettings(anonymized_telemetry=False),
        )
        for session in _sessions(client):
            session.timeout = httpx.Timeout(_SERVER_S)
        return VectorStore(client, embedding)
    except (*Unavailable, ValueError) as error:
        raise OperatorError(
            f"No Chroma server answers at CHROMA_URL={url} ({type(error).__name__}). Start one with `chroma "
            "run --path FOLDER --port PORT`, mend the address, or unset CHROMA_URL to keep the store in the "
            "data folder."
        ) from error
