"""Hears what other processes commit: PostgreSQL's LISTEN, on a thread that connects again when cut off.

A lost notification costs a moment, never a message: everybody who waits also looks by themselves.
"""

import json
import logging
import threading
from collections.abc import Callable

import psycopg
from psycopg import sql

from core.ids import ConversationId
from store.database import CHANNEL, Database

log = logging.getLogger("baton.store")

AGAIN_S = 1.0
LOOK_S = 1.0


class Listening:
    """Tells `heard` which conversations a commit touched, and which have work; this process's own too."""

    def __init__(
        self, database: Database, heard: Callable[[set[ConversationId], set[ConversationId]], None]
    ) -> None:
        url = database.engine.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._heard = heard
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except psycopg.OperationalError as error:
                log.warning("the listening connection was cut off: %s", error)
                self._stop.wait(AGAIN_S)

    def _listen(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            while not self._stop.is_set():
                for notice in connection.notifies(timeout=LOOK_S):
                    touched, work = json.loads(notice.payload)
                    self._heard(set(touched), set(work))
