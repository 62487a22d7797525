"""The API as the terminal uses it: a conversation, its messages, its events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

import httpx

from core.errors import OperatorError
from core.shapes import Json

ANSWER_S = 120.0
"""Longer than any turn; the server answers 202 before."""
AGAIN_S = 1.0
"""Before a broken stream is asked for again."""


@dataclass(frozen=True)
class Opened:
    """A conversation with the token that opens it."""

    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Event:
    """One server-sent event; `id` only for stored ones."""

    kind: str
    data: Json
    id: int | None


class Refused(Exception):
    """The API refused a call; the text is its problem's detail."""


@asynccontextmanager
async def client_of(base_url: str) -> AsyncIterator["Client"]:
    """A client of the server there. OperatorError when it cannot be reached any more."""
    timeout = httpx.Timeout(ANSWER_S, connect=5.0)
    async with httpx.AsyncClient(base_url=base_url, timeout=timeout, trust_env=False) as http:
        try:
            yield Client(http)
        except httpx.TransportError as error:
            raise OperatorError(f"The server at {base_url} is gone: {error}") from None


class Client:
    """Calls of the API."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def demo(self) -> Json:
        """Personas and more; Refused outside demo mode."""
        return _body(await self._http.get("/v1/demo"))

    async def open(self, identity_token: str | None) -> Opened:
        """A new conversation, of a customer who is signed in when there is a token."""
        body = {"channel": "terminal", "identity_token": identity_token}
        made = _body(await self._http.post("/v1/conversations", json=body, headers=_once()))
        return Opened(made["id"], made["token"])

    async def send(self, conversation: Opened, text: str) -> Json:
        """The answer's body: accepted, message, turn, mode."""
        path, headers = f"/v1/conversations/{conversation.id}/messages", conversation.headers | _once()
        return _body(await self._http.post(path, json={"text": text}, headers=headers))

    async def events(self, conversation: Opened, after: int) -> AsyncIterator[Event]:
        """The conversation's events above `after`, without end: a line that breaks is taken up again."""
        while True:
            with suppress(httpx.TransportError):
                async for event in self._stream(conversation, after):
                    after = event.id or after
                    yield event
            await asyncio.sleep(AGAIN_S)

    async def _stream(self, conversation: Opened, after: int) -> AsyncIterator[Event]:
        path = f"/v1/conversations/{conversation.id}/events"
        headers = conversation.headers | {"Last-Event-ID": str(after)}
        async with self._http.stream("GET", path, headers=headers, timeout=None) as response:
            fields: dict[str, str] = {}
            async for line in response.aiter_lines():
                name, _, value = line.partition(":")
                if name:
                    fields[name] = value.removeprefix(" ")
                elif not line and "data" in fields:
                    yield _event(fields)
                    fields = {}


def _event(fields: dict[str, str]) -> Event:
    id = fields.get("id")
    return Event(fields.get("event", "message"), json.loads(fields["data"]), int(id) if id else None)


def _once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def _body(response: httpx.Response) -> Json:
    if response.is_success:
        body: Json = response.json()
        return body
    try:
        raise Refused(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        raise Refused(f"the server answered {response.status_code}") from None
