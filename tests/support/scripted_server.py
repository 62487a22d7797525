"""A scripted OpenAI-protocol server on a real socket, for tests and benchmarks.

    script = [calls(("find_order", {"order_number": "1002"})), reply("It is on its way.")]
    with ScriptedServer(script) as server:
        ... OPENAI_BASE_URL=server.base_url ...
    assert len(server.requests) == 2

A script is one `Answer` for every request, a sequence of them used up in order, or a function from the
`Request` to an `Answer`. It speaks `/v1/chat/completions` and `/v1/responses`, streamed and not, and
`/v1/models`.
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import uvicorn

from tests.support import scripted_wire as wire
from tests.support.scripted_answers import (
    Answer,
    Body,
    Call,
    calls,
    content,
    empty,
    error,
    hang,
    json_reply,
    json_step,
    nonsense,
    reply,
    reply_call,
)

__all__ = [
    "Answer",
    "Call",
    "Request",
    "Script",
    "ScriptedServer",
    "calls",
    "content",
    "empty",
    "error",
    "hang",
    "json_reply",
    "json_step",
    "nonsense",
    "refusing",
    "reply",
    "reply_call",
]

Receive = Callable[[], Awaitable[Body]]
Send = Callable[[Body], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """One request as it came in. `endpoint` is `chat` or `responses`."""

    endpoint: str
    body: Body
    headers: dict[str, str]
    number: int
    at: float

    @property
    def messages(self) -> list[Body]:
        """The messages, those of the Responses API brought into the shape of chat completions."""
        if self.endpoint == "chat":
            return list(self.body["messages"])
        return [wire.as_chat_message(item) for item in self.body["input"]]

    @property
    def last_role(self) -> str:
        return str(self.messages[-1]["role"])

    @property
    def user_text(self) -> str:
        """The last words of role `user`."""
        return next((wire.text_of(m) for m in reversed(self.messages) if m["role"] == "user"), "")

    @property
    def system_text(self) -> str:
        return "\n".join(wire.text_of(m) for m in self.messages if m["role"] in ("system", "developer"))

    @property
    def tool_names(self) -> list[str]:
        tools = self.body.get("tools") or []
        return [tool["function"]["name"] if "function" in tool else tool["name"] for tool in tools]

    @property
    def results(self) -> list[object]:
        """The tool results that the request ends with, read as JSON where they are."""
        found: list[object] = []
        for message in reversed(self.messages):
            if message["role"] != "tool":
                break
            found.insert(0, wire.read_json(wire.text_of(message)))
        return found

    @property
    def streamed(self) -> bool:
        return bool(self.body.get("stream"))


Script = Answer | Sequence[Answer] | Callable[[Request], Answer]


def refusing(parameter: str, otherwise: Script) -> Callable[[Request], Answer]:
    """Refuses requests that carry `parameter` (also `strict` inside the tools) with 400; else the script."""
    play = _player(otherwise)

    def answer(request: Request) -> Answer:
        if parameter in request.body or (parameter == "strict" and wire.has_strict(request.body)):
            return error(400, f"Unsupported parameter: '{parameter}' is not supported here.", param=parameter)
        return play(request)

    return answer


def _player(script: Script) -> Callable[[Request], Answer]:
    if isinstance(script, Answer):
        return lambda request: script
    if callable(script):
        return script
    left = list(script)
    return lambda request: left.pop(0) if left else error(500, "the script has ended")


class ScriptedServer:
    """Serves a script on a free loopback port while the `with` block runs.

    `requests` are all calls for an answer, in order; `models` is what `/v1/models` lists.
    """

    def __init__(self, script: Script, models: Sequence[str] = ("scripted",)) -> None:
        self._play = _player(script)
        self._models = models
        self.requests: list[Request] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._stopping = threading.Event()
        self._left = threading.Event()
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.002)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def wait_until_left(self, seconds: float = 10) -> None:
        """Blocks until a client went away before its answer's end. TimeoutError when none does."""
        if not self._left.wait(seconds):
            raise TimeoutError("no client left")

    def play(self, script: Script) -> None:
        """Replaces the script from the next request on."""
        self._play = _player(script)

    async def _app(self, scope: Body, receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        if path == "/v1/models":
            listed = {"object": "list", "data": [wire.model_entry(name) for name in self._models]}
            return await _send_whole(send, 200, wire.dump(listed), ())
        if path not in ("/v1/chat/completions", "/v1/responses"):
            return await _send_whole(send, 404, wire.dump({"error": {"message": f"no such path {path}"}}), ())
        request = self._record(scope, await _read_body(receive), path)
        answer = self._play(request)
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        if answer.hang:
            return await self._hang(receive)
        if answer.raw is not None:
            return await _send_whole(send, answer.status, answer.raw, (), wire.STREAM_TYPE)
        if answer.error is not None:
            return await _send_whole(send, answer.status, wire.dump(answer.error), answer.headers)
        if not request.streamed:
            body = wire.whole(answer, request.endpoint, str(request.body.get("model")))
            return await _send_whole(send, answer.status, wire.dump(body), answer.headers)
        return await self._stream(request, answer, receive, send)

    def _record(self, scope: Body, raw: bytes, path: str) -> Request:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        endpoint = "responses" if path.endswith("responses") else "chat"
        request = Request(endpoint, json.loads(raw), headers, len(self.requests), time.monotonic())
        self.requests.append(request)
        return request

    async def _hang(self, receive: Receive) -> None:
        leaving = asyncio.ensure_future(receive())
        while not leaving.done() and not self._stopping.is_set():
            await asyncio.wait([leaving], timeout=0.05)
        leaving.cancel()
        self._left.set()

    async def _stream(self, request: Request, answer: Answer, receive: Receive, send: Send) -> None:
        model = str(request.body.get("model"))
        usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
        await send(wire.start(200, wire.STREAM_TYPE, answer.headers))
        if not answer.chunk_delay_s and answer.cut_after is None:
            key = (request.endpoint, usage, True)
            if key not in answer.wire_cache:
                answer.wire_cache[key] = b"".join(wire.events(answer, request.endpoint, model, usage))
            return await send({"type": "http.response.body", "body": answer.wire_cache[key]})
        leaving = asyncio.ensure_future(receive())
        try:
            await self._send_slowly(
                answer, wire.events(answer, request.endpoint, model, usage), send, leaving
            )
        finally:
            leaving.cancel()

    async def _send_slowly(
        self, answer: Answer, events: Iterator[bytes], send: Send, leaving: asyncio.Future[Body]
    ) -> None:
        for number, event in enumerate(events):
            if leaving.done():
                self._left.set()
                return
            if answer.cut_after is not None and number >= answer.cut_after:
                if answer.cut_clean:
                    break
                raise ConnectionAbortedError("scripted cut")
            await asyncio.sleep(answer.chunk_delay_s)
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _read_body(receive: Receive) -> bytes:
    pieces = []
    while True:
        event = await receive()
        pieces.append(event.get("body", b""))
        if not event.get("more_body"):
            return b"".join(pieces)


async def _send_whole(
    send: Send,
    status: int,
    body: bytes,
    headers: tuple[tuple[str, str], ...],
    kind: str = "application/json",
) -> None:
    await send(wire.start(status, kind, headers))
    await send({"type": "http.response.body", "body": body})
