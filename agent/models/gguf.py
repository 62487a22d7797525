"""A local LLM without a server to install: llama.cpp's own server in this process (extra `gguf`)."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from core.errors import OperatorError

PREFIX = "gguf:"
_ANSWER_SHARE = 4
"""An answer may fill this part of the window; without a bound a small model may never end."""


@dataclass(frozen=True)
class LocalServer:
    """A running server; it stops when `handle` is let go. The key keeps other local programs out."""

    base_url: str
    key: SecretStr
    handle: object


def gguf_path(model: str) -> Path:
    """The file that `gguf:PATH` names. OperatorError when it is not there."""
    path = Path(model.removeprefix(PREFIX)).expanduser()
    if not path.is_file():
        raise OperatorError(
            f"BATON_MODEL={model}: found no file at {path}; expected a GGUF model. Set BATON_MODEL=gguf:FILE."
        )
    with path.open("rb") as file:
        magic = file.read(4)
    if magic != b"GGUF":
        raise OperatorError(f"BATON_MODEL={model}: {path} is no GGUF file (it begins with {magic!r}).")
    return path


def serve_gguf(path: Path, window: int) -> LocalServer:
    """Loads the model and serves it on a free loopback port; blocks until it is loaded.

    `window` is the context's size in tokens. OperatorError when the extra is missing or the file unusable.
    """
    try:
        import xllamacpp
    except ImportError:
        raise OperatorError(
            "BATON_MODEL=gguf:… needs the optional extra `gguf` (llama.cpp as a wheel). "
            "Type: .venv/bin/uv pip install --python .venv xllamacpp"
        ) from None
    key = secrets.token_urlsafe(16)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.port = 0
    params.n_ctx = window
    params.n_predict = window // _ANSWER_SHARE
    params.n_parallel = 1
    # llama.cpp's threads spin, so a core that Baton needs as well stalls both many times over.
    threads = max(1, (os.cpu_count() or 2) - 1)
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.api_keys = [key]
    params.sampling.temp = 0.0  # small models choose tools best without dice
    params.offline = True
    params.ui = False
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise OperatorError(f"llama.cpp cannot load {path}: {error}") from error
    return LocalServer(f"{server.listening_address}/v1", SecretStr(key), server)
