"""The relay: runs what is due in the outbox, each row on its own; a failure backs off and blocks nothing."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from core.business import Business
from core.shapes import Json
from store import outbox
from store.database import Database, UnitOfWork, Unreachable
from store.outbox import Due

log = logging.getLogger("baton.relay")

Timer = Callable[[UnitOfWork, Business, Json], None]
"""Work inside the store: runs in the transaction that marks its row done."""
Delivery = Callable[[Due], None]
"""Work outside of the store: runs in a thread with no transaction open; raises when it failed."""

POLL_S = 1.0
AT_ONCE = 20


class Relay:
    """Due rows of the outbox, in this process."""

    def __init__(
        self,
        database: Database,
        business: Business,
        timers: Mapping[str, Timer],
        deliveries: Mapping[str, Delivery],
    ) -> None:
        self._database, self._business = database, business
        self._timers, self._deliveries = timers, deliveries
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _loop(self) -> None:
        while True:
            try:
                ran = await self.run_due()
            except Unreachable:
                log.warning("the outbox could not be read", exc_info=True)
                ran = 0
            if not ran:
                await asyncio.sleep(POLL_S)

    async def run_due(self) -> int:
        """Runs what is due now and returns how many rows that were."""
        due = await self._database.awrite(lambda uow: outbox.take(uow, AT_ONCE))
        for row in due:
            await self._run(row)
        return len(due)

    async def _run(self, row: Due) -> None:
        """One row. The boundary of a piece of work: whatever fails is written down and tried again."""
        try:
            await asyncio.to_thread(self._do, row)
        except Exception as error:
            log.warning("outbox row failed", extra={"id": row.id, "kind": row.kind}, exc_info=error)
            message = f"{type(error).__name__}: {error}"
            await self._database.awrite(lambda uow: outbox.failed(uow, row, message))

    def _do(self, row: Due) -> None:
        if row.kind in self._timers:
            self._database.write(lambda uow: self._fire(uow, row))
            return
        delivery = self._deliveries.get(row.kind)
        if delivery is None:
            raise LookupError(f"nothing is registered for outbox rows of the kind {row.kind!r}")
        delivery(row)
        self._database.write(lambda uow: outbox.done(uow, row.id))

    def _fire(self, uow: UnitOfWork, row: Due) -> None:
        """Marked first: of two relays that run the row at once, the second waits and then does nothing."""
        if outbox.done(uow, row.id):
            self._timers[row.kind](uow, self._business, row.payload)
