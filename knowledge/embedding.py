"""Texts to vectors: the shared encoder in process, or any OpenAI-protocol endpoint when configured."""

import hashlib
import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import httpx
import numpy as np
import wordllama
from numpy.typing import NDArray
from pydantic import SecretStr

from core.errors import OperatorError
from knowledge.encoder import FOLDER, load_encoder

Vectors = NDArray[np.float32]

OPENAI = "openai:"
"""What the setting begins with when an endpoint embeds; the model's name follows."""

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'"})


class Embedding(Protocol):
    """Turns texts into vectors. Another name means another space: everything is embedded anew."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order: shape (texts, dimensions). Safe to call from many threads."""
        ...

    def close(self) -> None:
        """Lets go of connections."""
        ...


def plain(text: str) -> str:
    """Lower case, one form per character, straight apostrophes: shouting means the same as whispering."""
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()


def unit(vectors: Vectors) -> Vectors:
    """Each row divided by its length; an empty text stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


class EncoderEmbedding:
    """The encoder that ships with the package: no network, a few milliseconds a text."""

    def __init__(self) -> None:
        # An encoder that was trained anew makes another space.
        with (FOLDER / "model.onnx").open("rb") as file:
            self.name = f"encoder-{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
        self._encoder = load_encoder()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) < 2:
            return self._encoder.embed([plain(text) for text in texts])
        # Each alone, on every core: in a batch its neighbours change its int8 scale, and so its vector.
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.concatenate(list(threads.map(lambda text: self._encoder.embed([plain(text)]), texts)))

    def close(self) -> None:
        """Has nothing to let go of: the process shares the encoder."""


class WordLlamaEmbedding:
    """Static vectors that come with its package, for the embedded model's intents: microseconds a text."""

    name = "wordllama-l2-supercat-256"

    def __init__(self) -> None:
        folder = Path(wordllama.__file__).parent
        self._model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.embed([plain(text) or " " for text in texts])
        return unit(np.asarray(vectors, dtype=np.float32))

    def close(self) -> None:
        """Has nothing to let go of."""


class OpenAIEmbedding:
    """An endpoint of the OpenAI protocol."""

    def __init__(self, model: str, key: SecretStr | None, base_url: str | None) -> None:
        # A seldom chosen client that takes a second to import.
        from langchain_openai import OpenAIEmbeddings

        self.name = f"{OPENAI}{model}"
        self._http = httpx.Client()
        self._client = OpenAIEmbeddings(
            http_client=self._http,
            model=model,
            openai_api_key=key or SecretStr("none"),
            openai_api_base=base_url,
            max_retries=1,
            # Other servers take texts, not token numbers.
            check_embedding_ctx_length=False,
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._client.embed_documents([text or " " for text in texts])
        return unit(np.asarray(vectors, dtype=np.float32))

    def close(self) -> None:
        self._http.close()


def choose_embedding(configured: str | None, key: SecretStr | None, base_url: str | None) -> Embedding:
    """The shared encoder, unless `configured` is `openai:MODEL`. OperatorError for anything else."""
    if not configured:
        return EncoderEmbedding()
    if configured.startswith(OPENAI) and len(configured) > len(OPENAI):
        return OpenAIEmbedding(configured.removeprefix(OPENAI), key, base_url)
    raise OperatorError(
        f"BATON_EMBEDDING={configured!r} is not usable: expected {OPENAI}MODEL, as the endpoint names its "
        "embedding model, or nothing for the built-in one."
    )
