"""A payment provider on a real socket: makes refunds by key, and stumbles where a test wants it to."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote

from tests.support.baton import Body

Moment = Callable[[str], None]
"""Called with a stage: `received` (nothing done yet), `done` (not answered yet), `answered`."""


class Dropped(Exception):
    """Raised by a moment: the connection ends without an answer, and nothing more is done."""


@dataclass
class Provider:
    """What was refunded, by key, and how often each key was called."""

    refunds: list[Body] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    moments: dict[str, Moment] = field(default_factory=dict)
    """Order number → what happens in its calls."""
    refuses: bool = False
    _server: ThreadingHTTPServer = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                length = int(self.headers["Content-Length"])
                provider.put(self, _key(self.path), json.loads(self.rfile.read(length)))

            def do_GET(self) -> None:
                found = provider.of_key(_key(self.path))
                _answer(self, 200 if found else 404, found or {})

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def of_key(self, key: str) -> Body | None:
        return next((one for one in self.refunds if one["key"] == key), None)

    def of_order(self, order: str) -> list[Body]:
        return [one for one in self.refunds if one["order"] == order]

    def put(self, handler: BaseHTTPRequestHandler, key: str, wanted: Body) -> None:
        """No key is looked at here: two calls are two refunds, as with a provider that knows no better."""
        self.calls.append(key)
        at = self.moments.get(wanted["order"], _nothing)
        try:
            at("received")
            if self.refuses:
                return _answer(handler, 409, {"detail": "the card is closed"})
            made = {**wanted, "key": key, "at": datetime.now(UTC).isoformat()}
            self.refunds.append(made)
            at("done")
            _answer(handler, 200, made)
            at("answered")
        except (Dropped, BrokenPipeError, ConnectionResetError):
            handler.close_connection = True
        return None


def _nothing(stage: str) -> None:
    """A call in which all goes well."""


def _key(path: str) -> str:
    return unquote(path.removeprefix("/refunds/"))


def _answer(handler: BaseHTTPRequestHandler, status: int, body: Body) -> None:
    text = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text)
    handler.wfile.flush()
