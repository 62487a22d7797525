"""Server-sent events: stored ones in their order from the store, live ones as they come."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from fastapi.sse import EventSourceResponse, format_sse_event

from api.places import Places
from api.views import live_view, stored_view
from core.ids import ConversationId
from core.shapes import Json
from runtime.hub import DESK, Live, Watcher
from runtime.wiring import Baton
from store import events

COMMENT_S = 15.0
LAST = 2**63 - 1
"""The highest number that an event can have."""
POLL_S = 2.0
"""How long a change in another process may stay unseen."""
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Event:
    """One event on the wire; `id` only for stored ones."""

    kind: str
    data: Json
    id: int | None = None

    def encode(self) -> bytes:
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return format_sse_event(data_str=data, event=self.kind, id=None if self.id is None else str(self.id))


def response(stream: AsyncIterator[Event | None]) -> EventSourceResponse:
    """The stream over HTTP; a None becomes a comment that keeps the line open."""

    async def body() -> AsyncIterator[bytes]:
        async for event in stream:
            yield event.encode() if event else format_sse_event(data_str=None, comment="still here")

    return EventSourceResponse(body(), headers=HEADERS)


async def of_conversation(
    baton: Baton,
    conversation_id: ConversationId,
    after: int,
    *,
    inside: bool,
    watcher: Watcher,
    places: Places | None = None,
) -> AsyncIterator[Event | None]:
    """A conversation's events above `after` as its customer sees them, without end; None every 15 s.

    With `places`, `position` too whenever it changes while the customer waits.
    """
    last = after
    async for signal in _signals(watcher):
        if isinstance(signal, Live):
            shown = live_view(signal.kind, signal.data, inside)
            if shown is not None:
                yield Event(signal.kind, shown)
            continue
        read = partial(events.of_conversation, id=conversation_id, after=last)
        for stored in await baton.database.aread(read):
            last = stored.id
            if places is not None:
                places.follow(stored.kind, stored.data)
            shown = stored_view(stored, inside)
            if shown is not None:
                yield Event(stored.kind, shown, stored.id)
        if places is not None and (moved := await places.moved()) is not None:
            yield Event("position", moved)
        if signal is None:
            yield None


async def of_desk(baton: Baton, after: int) -> AsyncIterator[Event | None]:
    """The whole desk's events above `after`, without end; each says which conversation it is of."""
    last = after
    with baton.hub.watch(DESK) as watcher:
        async for signal in _signals(watcher):
            for stored in await baton.database.aread(partial(events.of_desk, after=last)):
                last = stored.id
                data = {**stored.data, "conversation_id": stored.conversation_id}
                yield Event(stored.kind, data, stored.id)
            if signal is None:
                yield None


async def _signals(watcher: Watcher) -> AsyncIterator[Live | bool | None]:
    """True for "look again" (at once, and at least every 2 s), a live event, None when a comment is due."""
    loop = asyncio.get_running_loop()
    comment_at = loop.time() + COMMENT_S
    yield True
    while True:
        try:
            signal = await asyncio.wait_for(watcher.get(), POLL_S)
        except TimeoutError:
            if loop.time() >= comment_at:
                comment_at = loop.time() + COMMENT_S
                yield None
            else:
                yield True
            continue
        yield signal if isinstance(signal, Live) else True
