"""Wiring: makes one Baton of its parts, from settings."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from agent.approved import approved_acts
from agent.context import Means
from agent.graph import Graph, build_graph
from agent.models.embedded import open_embedded
from agent.models.open_model import OpenedModel, open_model
from channels.spool import Spool
from core.business import Business, load_business
from core.clock import Clock, utc_now
from core.errors import ModelUnavailable
from core.ids import ConversationId
from core.settings import Settings
from handover.timers import HANDLERS
from knowledge import Knowledge, open_knowledge
from runtime.demo import add_people
from runtime.extensions import Extensions, load_extensions
from runtime.folder import identity_secret
from runtime.hub import Hub
from runtime.learned import Learned, learned_now
from runtime.notices import deliveries
from runtime.outside import outside_checks
from runtime.relay import Relay
from runtime.retention import RETENTION, remove_old, watch_retention
from runtime.worker import Worker
from store import leases, outbox
from store.database import Database, UnitOfWork, open_database
from store.listening import Listening
from store.migrate import migrate
from store.seed import seed_shop, seeded_at
from tools.ports import Ports
from tools.timers import handlers

log = logging.getLogger("baton")

PROBE_S = 5.0
DEMO_DATA_AGE = timedelta(days=7)


@dataclass
class Baton:
    """One running Baton."""

    settings: Settings
    business: Business
    database: Database
    knowledge: Knowledge
    model: OpenedModel
    graph: Graph
    hub: Hub
    worker: Worker
    relay: Relay
    listening: Listening | None
    secret: str | None
    """Signs customers' identity tokens; None: none are taken."""
    extensions: Extensions
    learned: Learned
    """What people approved of knowledge gaps."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Baton"]:
        """Turns, timers and the outbox run for as long as the block does."""
        if not self.settings.on_postgresql:
            # The only process: what is still leased was left by one that died.
            await self.database.awrite(_free_all)
        await self.database.awrite(watch_retention)
        await self._probe()
        await self.worker.start()
        await self.relay.start()
        if self.listening is not None:
            self.listening.start()
            await self.learned.start()
        try:
            yield self
        finally:
            await self.learned.stop()
            if self.listening is not None:
                await asyncio.to_thread(self.listening.stop)
            await self.relay.stop()
            await self.worker.stop()
            await self.model.aclose()

    async def _probe(self) -> None:
        """Finds out, outside of any turn, what a model that no profile names can do."""
        try:
            async with asyncio.timeout(PROBE_S):
                await self.model.probe(self.worker.means.toolbox.tools)
        except (ModelUnavailable, TimeoutError) as error:
            log.warning("the model %s did not answer a first call: %s", self.model.name, error)

    def close(self) -> None:
        self.extensions.close()
        self.knowledge.close()
        self.database.close()


def open_baton(settings: Settings, clock: Clock = utc_now) -> Baton:
    """Loads the business, migrates and seeds the store, opens knowledge and model.

    OperatorError says what to mend.
    """
    business = load_business(settings.business_dir)
    database = open_database(settings.sql_url, clock)
    with database.alone():
        migrate(database.engine)
        prepare(database, business, settings)
    revision, entries = database.read(lambda uow: learned_now(uow, business))
    knowledge = open_knowledge(settings, business, entries)
    learned = Learned(database, knowledge, business, revision)
    model = open_model(settings, business, lambda: open_embedded(business))
    hub, graph = Hub(), build_graph()
    more = load_extensions(business.directory)
    ports = more.ports_over(Ports(public_url=settings.public_url))
    means = Means(
        database, business, knowledge, model, ports, more.toolbox().offered_by(business), more.detectors
    )
    worker = Worker(means, graph, hub)
    sent = {
        **deliveries(database, business, ports, Spool(settings.baton_data_dir)),
        **outside_checks(means),
        **approved_acts(means),
    }
    relay = Relay(database, business, {**HANDLERS, **handlers(ports), RETENTION: remove_old}, sent)

    def told(touched: set[ConversationId], work: set[ConversationId]) -> None:
        hub.wake(touched)
        worker.nudge(work)

    # PostgreSQL tells every process of every commit; SQLite has but this one.
    listening = Listening(database, told) if settings.on_postgresql else None
    if listening is None:
        database.on_commit = told
    secret = identity_secret(settings)
    return Baton(
        settings,
        business,
        database,
        knowledge,
        model,
        graph,
        hub,
        worker,
        relay,
        listening,
        secret,
        more,
        learned,
    )


def _free_all(uow: UnitOfWork) -> None:
    leases.end_all(uow)
    outbox.free_all(uow)


def prepare(database: Database, business: Business, settings: Settings, *, reset: bool = False) -> bool:
    """Seeds an empty store, and in demo mode one whose dates have grown old. Returns whether it seeded."""
    at = database.read(seeded_at)
    old = settings.demo and at is not None and database.clock() - at > DEMO_DATA_AGE
    if at is None or old or reset:
        database.write(lambda uow: seed_shop(uow, business))
    secret = identity_secret(settings)
    if settings.demo and secret is not None:
        database.write(lambda uow: add_people(uow, business, secret))
    return at is None or old or reset
