"""The heartbeat: renews the leases of running turns, on a thread of its own: a busy loop loses none."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from store import leases
from store.database import Database, Unreachable
from store.leases import HEARTBEAT_S, Lease

log = logging.getLogger("baton.worker")


class Heartbeat:
    """Renews every lease that it was given until it is dropped. `lost` is called, on this thread, for one
    that is gone."""

    def __init__(self, database: Database, lost: Callable[[Lease], None]) -> None:
        self._database, self._lost = database, lost
        self._leases: set[Lease] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def keep(self, lease: Lease) -> None:
        with self._lock:
            self._leases.add(lease)

    def drop(self, lease: Lease) -> None:
        with self._lock:
            self._leases.discard(lease)

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT_S):
            with self._lock:
                kept = tuple(self._leases)
            for lease in kept:
                self._renew(lease)

    def _renew(self, lease: Lease) -> None:
        """One lease. Whether it outlives a database that cannot be reached, the next beat shows."""
        try:
            kept = self._database.write(partial(leases.renew, lease=lease))
        except Unreachable:
            log.warning("a lease could not be renewed", exc_info=True)
            return
        if not kept:
            self.drop(lease)
            self._lost(lease)
