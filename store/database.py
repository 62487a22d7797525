"""The database and its unit of work: one function, one transaction, run in a thread."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from core.clock import Clock, utc_now
from core.errors import OperatorError
from core.ids import ConversationId

T = TypeVar("T")

CHANNEL = "baton"
"""Where PostgreSQL tells other processes what a commit touched."""
MOST_PAYLOAD = 7_900
Unreachable = (DBAPIError, PoolTimeout)
"""What a database raises that cannot do its work now: loops that live as long as the process go on."""
ALONE = 0x6261746F6E
"""The key of PostgreSQL's lock that a starting process holds."""
WRITE = "baton_write"
"""The execution option that opens a transaction as a writer."""


@dataclass
class UnitOfWork:
    """One open transaction. Whoever gets one reads and writes through `connection`, and commits nothing."""

    connection: Connection
    now: datetime
    touched: set[ConversationId] = field(default_factory=set)
    """Conversations that got events: who watches them is woken after the commit."""
    work: set[ConversationId] = field(default_factory=set)
    """Conversations that a worker should look at after the commit."""
    before_commit: list[Callable[[], None]] = field(default_factory=list)
    """Run last, just before the commit: the desk's counter is locked as briefly as can be."""


OnCommit = Callable[[set[ConversationId], set[ConversationId]], None]
"""Told after a commit: conversations with new events, and those that a worker should look at."""


def told_as(touched: set[ConversationId], work: set[ConversationId]) -> str:
    """What a commit touched, as the payload of a notification; PostgreSQL takes at most 8,000 bytes."""
    payload = json.dumps([sorted(touched), sorted(work)])
    return payload if len(payload) < MOST_PAYLOAD else json.dumps([[], []])


class Database:
    """SQLite or PostgreSQL behind `read` and `write`."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self.engine = engine
        self.clock = clock
        self.on_commit: OnCommit = lambda touched, work: None
        self._sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer: a queue in the process beats its busy timeout.
        self._writer = threading.Lock()
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="store")

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """What `work` returns, seen in one transaction that changes nothing."""
        with self.engine.connect() as connection:
            return work(UnitOfWork(connection, self.clock()))

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """What `work` returns, committed; nothing of it when it raises. Waiters are told after the commit."""
        with self._as_writer() as connection:
            unit = UnitOfWork(connection, self.clock())
            result = work(unit)
            for last in unit.before_commit:
                last()
            if not self._sqlite and (unit.touched or unit.work):
                connection.execute(select(func.pg_notify(CHANNEL, told_as(unit.touched, unit.work))))
            connection.commit()
        if unit.touched or unit.work:
            self.on_commit(unit.touched, unit.work)
        return result

    async def aread(self, work: Callable[[UnitOfWork], T]) -> T:
        """`read` in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, work)

    async def awrite(self, work: Callable[[UnitOfWork], T]) -> T:
        """`write` in a thread. A cancelled caller does not stop the thread: the epoch's guard does."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.write, work)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other processes of this database out of the same block; on SQLite there are none."""
        if self._sqlite:
            yield
            return
        with self.engine.connect() as connection:
            connection.execute(select(func.pg_advisory_lock(ALONE)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(ALONE)))

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.engine.dispose()

    @contextmanager
    def _as_writer(self) -> Iterator[Connection]:
        if not self._sqlite:
            with self.engine.connect() as connection:
                yield connection
            return
        with self._writer, self.engine.connect() as connection:
            yield connection.execution_options(**{WRITE: True})


def ping(uow: UnitOfWork) -> None:
    """Raises when the database does not answer."""
    uow.connection.execute(text("SELECT 1"))


def open_database(url: str, clock: Clock = utc_now) -> Database:
    """The database at an SQLAlchemy address; a SQLite file's folder is made when missing.

    OperatorError when PostgreSQL does not answer there, or it is another kind of database.
    """
    if url.startswith("postgresql"):
        return Database(_reached(url), clock)
    if not url.startswith("sqlite:///"):
        kind = url.partition(":")[0]
        raise OperatorError(
            f"DATABASE_URL begins with `{kind}:`. Baton keeps its data in PostgreSQL "
            "(postgresql://user:password@host/name) or, with DATABASE_URL unset, in SQLite."
        )
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, hide_parameters=True, pool_size=9, max_overflow=8, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, clock)


def _reached(url: str) -> Engine:
    """PostgreSQL, connected to once: an address that leads nowhere is told at the start."""
    try:
        engine = create_engine(url, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True)
        engine.connect().close()
    except SQLAlchemyError as error:
        raise OperatorError(f"DATABASE_URL leads to no database: {str(error).splitlines()[0]}") from None
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = "IMMEDIATE" if connection.get_execution_options().get(WRITE) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")
