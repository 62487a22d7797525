"""Leases: one worker at a time, for as long as it lives; who lost one commits nothing."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import update

from core.errors import FloorLost
from core.ids import ConversationId
from core.vocabulary import Mode
from store import leases
from store.conversations import hold
from store.database import UnitOfWork
from store.leases import Lease
from store.talk_tables import conversation
from tests.support.at_once import at_once
from tests.support.desk import Desk


def take(desk: Desk, id: ConversationId) -> Lease | None:
    return desk.store.write(lambda uow: leases.take(uow, id))


def renew(desk: Desk, lease: Lease) -> bool:
    return desk.store.write(lambda uow: leases.renew(uow, lease))


def ends(desk: Desk, id: ConversationId) -> None:
    """The lease's time is over."""
    over = (
        update(conversation)
        .where(conversation.c.id == id)
        .values(lease_until=desk.clock.now.replace(year=2000))
    )
    desk.store.write(lambda uow: uow.connection.execute(over))


@pytest.fixture
def waiting(desk: Desk) -> ConversationId:
    """A conversation with an unanswered message."""
    id = desk.conversation()
    desk.writes(id, "Hello")
    return id


def test_of_many_workers_at_once_one_gets_the_lease(desk: Desk, waiting: ConversationId) -> None:
    got = at_once(*[lambda: take(desk, waiting)] * 8)
    assert len([lease for lease in got if lease is not None]) == 1


def test_a_conversation_without_work_is_not_leased(desk: Desk) -> None:
    assert take(desk, desk.conversation()) is None


def test_any_waiting_conversation_is_found_without_naming_it(desk: Desk, waiting: ConversationId) -> None:
    assert desk.store.read(lambda uow: leases.waiting(uow, 10)) == [waiting]
    assert take(desk, waiting) is not None
    assert desk.store.read(lambda uow: leases.waiting(uow, 10)) == []


def test_a_lease_raises_the_epoch_and_the_worker_before_commits_nothing(
    desk: Desk, waiting: ConversationId
) -> None:
    first = take(desk, waiting)
    assert first is not None
    ends(desk, waiting)
    second = take(desk, waiting)
    assert second is not None
    assert second.epoch > first.epoch
    assert not renew(desk, first)
    assert renew(desk, second)
    with pytest.raises(FloorLost):
        desk.store.write(lambda uow: hold(uow, waiting, first.epoch))


def test_a_renewed_lease_is_not_given_to_another(desk: Desk, waiting: ConversationId) -> None:
    lease = take(desk, waiting)
    assert lease is not None
    assert renew(desk, lease)
    assert not desk.has_work(waiting)
    assert take(desk, waiting) is None


def test_a_lease_that_is_over_is_not_renewed(desk: Desk, waiting: ConversationId) -> None:
    """Else a heartbeat that comes just after the turn's end would keep the next one waiting."""
    lease = take(desk, waiting)
    assert lease is not None
    desk.store.write(lambda uow: hold(uow, waiting, lease.epoch).set(lease_until=None))
    assert not renew(desk, lease)
    assert desk.has_work(waiting)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)  # SQLite has one writer anyway
def test_a_row_that_a_slow_transaction_holds_keeps_no_heartbeat_waiting(
    desk: Desk, waiting: ConversationId
) -> None:
    lease = take(desk, waiting)
    assert lease is not None
    with held_row(desk, waiting):
        assert renew(desk, lease)


class held_row:  # noqa: N801 - reads as what it does
    """The conversation's row, held by a transaction for as long as the block runs."""

    def __init__(self, desk: Desk, id: ConversationId) -> None:
        self._desk, self._id = desk, id
        self._has, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._has.wait(10)

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _hold(self) -> None:
        def work(uow: UnitOfWork) -> None:
            hold(uow, self._id)
            self._has.set()
            self._ends.wait(10)

        self._desk.store.write(work)


def test_a_process_that_knows_that_it_is_alone_ends_what_the_dead_left(
    desk: Desk, waiting: ConversationId
) -> None:
    assert take(desk, waiting) is not None
    assert not desk.has_work(waiting)
    desk.store.write(leases.end_all)
    assert desk.has_work(waiting)


@pytest.mark.parametrize(
    ("mode", "changes", "has_work"),
    [
        (Mode.AI, {"answered_seq": 0}, True),
        (Mode.AI, {"answered_seq": 1}, False),
        (Mode.AI, {"answered_seq": 1, "open_causes": 1}, True),
        (Mode.PERSON, {"answered_seq": 0, "listened_seq": 0}, True),
        (Mode.PERSON, {"answered_seq": 0, "listened_seq": 1}, False),
        (Mode.PERSON, {"answered_seq": 1, "listened_seq": 1, "open_causes": 1}, False),
        (Mode.WAITING, {"answered_seq": 0, "listened_seq": 0}, True),
        (Mode.CLOSED, {"answered_seq": 0, "listened_seq": 0}, False),
    ],
)
def test_what_is_work_depends_on_who_holds_the_floor(
    desk: Desk, waiting: ConversationId, mode: Mode, changes: dict[str, int], has_work: bool
) -> None:
    act: Callable[[UnitOfWork], None] = lambda uow: hold(uow, waiting).set(mode=mode, **changes)  # noqa: E731
    desk.store.write(act)
    assert desk.has_work(waiting) is has_work
    assert (take(desk, waiting) is not None) is has_work
