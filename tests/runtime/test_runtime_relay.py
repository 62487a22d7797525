"""The relay: each due row on its own, timers once, failures backed off, whatever else goes wrong."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.business import Business
from core.shapes import Json
from runtime import relay as relays
from runtime.relay import Delivery, Relay, Timer
from store import outbox
from store.database import Database, UnitOfWork
from store.outbox import Due
from store.work_tables import outbox as table
from tests.support.desk import SetClock

Make = Callable[..., Relay]


@pytest.fixture
def make(store: Database, business: Business) -> Make:
    def relay(timers: Mapping[str, Timer], deliveries: Mapping[str, Delivery]) -> Relay:
        return Relay(store, business, timers, deliveries)

    return relay


def put(store: Database, kind: str, key: str, after: float = 0) -> None:
    due_at = store.clock() + timedelta(seconds=after)
    store.write(lambda uow: outbox.put(uow, kind, key, due_at, {"key": key}))


def statuses(store: Database) -> dict[str, tuple[str, str | None]]:
    """Status and error of every row, by its key."""
    query = select(table.c.dedup_key, table.c.status, table.c.error)
    found = store.read(lambda uow: uow.connection.execute(query).all())
    return {row.dedup_key: (row.status, row.error) for row in found}


@pytest.mark.anyio
async def test_a_failing_row_backs_off_and_the_others_are_done(store: Database, make: Make) -> None:
    sent: list[str] = []

    def deliver(due: Due) -> None:
        if due.payload["key"] == "bad":
            raise OSError("no route")
        sent.append(due.id)

    for key in ("one", "bad", "two"):
        put(store, "mail", key)
    assert await make({}, {"mail": deliver}).run_due() == 3
    assert len(sent) == 2
    assert statuses(store) == {
        "one": ("done", None),
        "bad": ("due", "OSError: no route"),
        "two": ("done", None),
    }


@pytest.mark.anyio
async def test_a_row_keeps_its_id_over_its_attempts(store: Database, clock: SetClock, make: Make) -> None:
    ids: list[str] = []

    def deliver(due: Due) -> None:
        ids.append(due.id)
        if len(ids) == 1:
            raise OSError("no route")

    put(store, "mail", "k")
    relay = make({}, {"mail": deliver})
    await relay.run_due()
    clock.passes(3)
    await relay.run_due()
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.anyio
async def test_what_nobody_delivers_stays_visible_with_its_reason(store: Database, make: Make) -> None:
    put(store, "pigeon", "k")
    await make({}, {}).run_due()
    status, error = statuses(store)["k"]
    assert status == "due"
    assert error is not None
    assert "pigeon" in error


@pytest.mark.anyio
async def test_a_timer_that_fails_leaves_nothing_of_what_it_did(store: Database, make: Make) -> None:
    def fails(uow: UnitOfWork, business: Business, payload: Json) -> None:
        outbox.put(uow, "mail", "made by the timer", uow.now, {})
        raise RuntimeError("on the way")

    put(store, "sla", "k")
    await make({"sla": fails}, {}).run_due()
    assert list(statuses(store)) == ["k"]


@pytest.mark.anyio
async def test_a_timer_that_two_relays_run_fires_once(
    store: Database, clock: SetClock, business: Business
) -> None:
    """The first was so slow that its row went to the second as well."""
    fired: list[str] = []

    def fire(uow: UnitOfWork, business: Business, payload: Json) -> None:
        fired.append(payload["key"])

    put(store, "sla", "k")
    slow, quick = (Relay(store, business, {"sla": fire}, {}) for _ in range(2))
    [row] = store.write(lambda uow: outbox.take(uow, 1))
    clock.passes(outbox.LEASE.total_seconds() + 1)
    assert await quick.run_due() == 1
    await slow._run(row)
    assert fired == ["k"]


@pytest.mark.anyio
async def test_a_row_due_in_three_days_holds_up_nothing(store: Database, clock: SetClock, make: Make) -> None:
    fired: list[str] = []

    def fire(uow: UnitOfWork, business: Business, payload: Json) -> None:
        fired.append(payload["key"])

    put(store, "sla", "in three days", 3 * 86400)
    put(store, "sla", "now")
    relay = make({"sla": fire}, {})
    assert await relay.run_due() == 1
    clock.passes(3 * 86400)
    assert await relay.run_due() == 1
    assert fired == ["now", "in three days"]


@pytest.mark.anyio
async def test_the_relay_outlives_a_database_that_is_gone_for_a_while(
    store: Database, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "POLL_S", 0.01)
    sent, loop = asyncio.Event(), asyncio.get_running_loop()
    gone = iter([True, True])
    take = outbox.take

    def take_when_there(uow: UnitOfWork, limit: int) -> list[Due]:
        if next(gone, False):
            raise OperationalError("SELECT 1", {}, OSError("connection refused"))
        return take(uow, limit)

    monkeypatch.setattr(outbox, "take", take_when_there)
    put(store, "mail", "k")
    relay = make({}, {"mail": lambda due: loop.call_soon_threadsafe(sent.set)})
    await relay.start()
    async with asyncio.timeout(10):
        await sent.wait()
    await relay.stop()
