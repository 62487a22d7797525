"""Outbox and timers: due in time, once, backing off, dead but not lost; one row holds up no other."""

from datetime import timedelta

from sqlalchemy import Row, select

from core.shapes import Json
from store import outbox
from store.database import Database
from store.outbox import Due
from store.work_tables import outbox as table
from tests.support.at_once import at_once
from tests.support.desk import SetClock

WAITS_S = [2, 4, 8, 16, 32, 64, 128, 256, 512]


def put(store: Database, key: str, after: float = 0, payload: Json | None = None) -> None:
    due_at = store.clock() + timedelta(seconds=after)
    store.write(lambda uow: outbox.put(uow, "sla", key, due_at, payload or {"key": key}))


def take(store: Database, limit: int = 10) -> list[Due]:
    return store.write(lambda uow: outbox.take(uow, limit))


def fail(store: Database, due: Due, error: str = "no route") -> None:
    store.write(lambda uow: outbox.failed(uow, due, error))


def row(store: Database, id: str) -> Row[tuple[object, ...]]:
    query = select(table).where(table.c.id == id)
    return store.read(lambda uow: uow.connection.execute(query).one())


def test_work_is_taken_when_it_is_due_and_oldest_first(store: Database, clock: SetClock) -> None:
    put(store, "in three days", 3 * 86400)
    put(store, "soon", 60)
    put(store, "now")
    assert [due.payload["key"] for due in take(store)] == ["now"]
    clock.passes(61)
    assert [due.payload["key"] for due in take(store)] == ["now", "soon"]


def test_the_same_key_is_one_piece_of_work(store: Database) -> None:
    put(store, "sla:case:1", payload={"first": True})
    put(store, "sla:case:1", payload={"first": False})
    [due] = take(store)
    assert due.payload == {"first": True}


def test_work_that_is_done_does_not_come_again_even_under_its_key(store: Database, clock: SetClock) -> None:
    put(store, "k")
    [due] = take(store)
    assert store.write(lambda uow: outbox.done(uow, due.id))
    clock.passes(3600)
    put(store, "k")
    assert take(store) == []
    assert not store.write(lambda uow: outbox.done(uow, due.id))


def test_what_one_relay_has_taken_no_other_gets_until_it_is_dead(store: Database, clock: SetClock) -> None:
    for number in range(12):
        put(store, f"k{number}")
    taken = at_once(*[lambda: take(store, 4)] * 4)
    ids = [due.id for some in taken for due in some]  # type: ignore[union-attr]
    assert len(ids) == len(set(ids)) == 12
    assert take(store, 12) == []
    clock.passes(outbox.LEASE.total_seconds() + 1)
    again = take(store, 12)
    assert {due.id for due in again} == set(ids)
    assert {due.attempts for due in again} == {2}


def test_a_process_that_knows_that_it_is_alone_takes_what_the_dead_left(store: Database) -> None:
    put(store, "k")
    assert take(store)
    assert take(store) == []
    store.write(outbox.free_all)
    assert take(store)


def test_a_failure_backs_off_and_after_ten_the_row_is_dead_but_visible(
    store: Database, clock: SetClock
) -> None:
    put(store, "k")
    for wait in WAITS_S:
        [due] = take(store)
        fail(store, due)
        assert take(store) == []
        clock.passes(wait - 1)
        assert take(store) == []
        clock.passes(1)
    [last] = take(store)
    fail(store, last, "x" * 5000)
    clock.passes(86400)
    assert take(store) == []
    dead = row(store, last.id)
    assert (dead.status, dead.attempts, len(dead.error)) == ("dead", outbox.MOST_ATTEMPTS, 2000)


def test_a_dead_row_is_sent_again_under_its_own_id(store: Database, clock: SetClock) -> None:
    put(store, "k")
    for _ in range(outbox.MOST_ATTEMPTS):
        [due] = take(store)
        fail(store, due)
        clock.passes(3600)
    assert store.write(lambda uow: outbox.resend(uow, due.id))
    [again] = take(store)
    assert (again.id, again.attempts) == (due.id, 1)
    assert not store.write(lambda uow: outbox.resend(uow, due.id))


def test_a_failure_told_after_another_relay_was_done_changes_nothing(
    store: Database, clock: SetClock
) -> None:
    put(store, "k")
    [slow] = take(store)
    clock.passes(outbox.LEASE.total_seconds() + 1)
    [quick] = take(store)
    store.write(lambda uow: outbox.done(uow, quick.id))
    fail(store, slow)
    clock.passes(3600)
    assert take(store) == []
    assert row(store, slow.id).status == "done"


def test_a_failing_row_holds_up_no_other(store: Database) -> None:
    put(store, "bad")
    [bad] = take(store)
    put(store, "good")
    fail(store, bad)
    assert [due.payload["key"] for due in take(store)] == ["good"]


def test_work_that_ends_each_process_that_runs_it_is_dead_after_ten_and_can_be_sent_again(
    store: Database, clock: SetClock
) -> None:
    put(store, "deadly")
    for _ in range(outbox.MOST_ATTEMPTS):
        [due] = take(store)
        clock.passes(outbox.LEASE.total_seconds() + 1)
    assert take(store) == []
    assert row(store, due.id).status == "dead"
    assert store.write(lambda uow: outbox.resend(uow, due.id))
    assert [one.id for one in take(store)] == [due.id]


def test_rows_that_were_done_long_ago_are_removed_and_no_others(store: Database, clock: SetClock) -> None:
    put(store, "done")
    put(store, "later", after=90 * 86400)
    [due] = take(store)
    store.write(lambda uow: outbox.done(uow, due.id))
    clock.passes(days=29)
    assert store.write(outbox.forget) == 0
    clock.passes(days=2)
    assert store.write(outbox.forget) == 1
    clock.passes(days=90)
    assert [one.payload["key"] for one in take(store)] == ["later"]
