"""Learned entries: what people approved is in the knowledge store at once, in every process."""

import asyncio
import logging
import threading

from core.business import Business
from core.errors import OperatorError
from handover.gap_decisions import learned_entries
from knowledge import Knowledge, entries_of
from knowledge.entries import Entry
from store import learning
from store.database import Database, UnitOfWork, Unreachable

log = logging.getLogger("baton.learned")

POLL_S = 2.0


def learned_now(uow: UnitOfWork, business: Business) -> tuple[int, list[Entry]]:
    """The learned entries, and the revision that they stand at."""
    return learning.revision(uow), learned_entries(uow, business)


class Learned:
    """Keeps this process's knowledge up with the store."""

    def __init__(self, database: Database, knowledge: Knowledge, business: Business, revision: int) -> None:
        self._database, self._knowledge, self._business = database, knowledge, business
        self._revision = revision
        self._lock = threading.Lock()
        self._task: asyncio.Task[None] | None = None

    def refresh(self) -> None:
        """Takes in what has changed since the last time. OperatorError when the knowledge store fails."""
        with self._lock:
            if self._database.read(learning.revision) == self._revision:
                return
            revision, learned = self._database.read(lambda uow: learned_now(uow, self._business))
            self._knowledge.ingest((*entries_of(self._business), *learned))
            self._revision = revision

    async def start(self) -> None:
        """Begins to look for what other processes took in."""
        self._task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _loop(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await asyncio.to_thread(self.refresh)
            except (*Unreachable, OperatorError):
                log.warning("what was learned elsewhere could not be taken in", exc_info=True)
