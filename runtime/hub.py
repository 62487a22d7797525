"""The hub: tells who watches a conversation that there is something new. In this process only.

A wake says no more than "look again"; what counts is read from the store. Live events (tokens, nodes) are
passed on as they come and are not kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.ids import ConversationId
from core.shapes import Json


@dataclass(frozen=True)
class Live:
    """An event that is told as it happens, and not kept."""

    kind: str
    data: Json


@dataclass(frozen=True)
class LookAgain:
    """The store has something new."""


Signal = Live | LookAgain
Watcher = asyncio.Queue[Signal]

DESK = ConversationId("*")
"""Watched by the desk: woken by every conversation."""
LONGEST_QUEUE = 10_000


class Hub:
    """Watchers by conversation. `wake` may be called from any thread, all else from the loop's."""

    def __init__(self) -> None:
        self._watchers: dict[ConversationId, set[Watcher]] = defaultdict(set)
        self._live: dict[ConversationId, set[Watcher]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Says on which loop the watchers live."""
        self._loop = loop

    @contextmanager
    def watch(self, conversation_id: ConversationId, *, live: bool = True) -> Iterator[Watcher]:
        """A queue of signals for as long as the block runs; without `live`, only "look again"."""
        watcher: Watcher = asyncio.Queue(LONGEST_QUEUE)
        watchers = (self._watchers, self._live) if live else (self._watchers,)
        for kind in watchers:
            kind[conversation_id].add(watcher)
        try:
            yield watcher
        finally:
            for kind in watchers:
                kind[conversation_id].discard(watcher)
                if not kind[conversation_id]:
                    del kind[conversation_id]

    def is_watched_live(self, conversation_id: ConversationId) -> bool:
        """Whether anybody here would see an answer grow."""
        return conversation_id in self._live

    def live(self, conversation_id: ConversationId, kind: str, data: Json) -> None:
        """Passes a live event on, best effort: a watcher that does not read loses it."""
        if conversation_id in self._live:
            self._tell(self._live[conversation_id], Live(kind, data))

    def wake(self, touched: set[ConversationId]) -> None:
        """Wakes the watchers of these conversations, and the desk's."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, frozenset(touched))

    def _wake(self, touched: frozenset[ConversationId]) -> None:
        for conversation_id in (*touched, DESK):
            self._tell(self._watchers.get(conversation_id, ()), LookAgain())

    def _tell(self, watchers: Iterable[Watcher], signal: Signal) -> None:
        for watcher in tuple(watchers):
            if not watcher.full():
                watcher.put_nowait(signal)
