"""The heartbeat: what is kept is renewed, what is lost is told, and a database that is gone ends nothing."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from core.ids import ConversationId
from runtime import heartbeat as beats
from runtime.heartbeat import Heartbeat
from store import leases
from store.conversations import hold
from store.database import UnitOfWork
from store.leases import Lease
from tests.support.baton import wait_for
from tests.support.desk import Desk


@pytest.fixture
def lost() -> list[Lease]:
    return []


@pytest.fixture
def heartbeat(desk: Desk, lost: list[Lease], monkeypatch: pytest.MonkeyPatch) -> Iterator[Heartbeat]:
    monkeypatch.setattr(beats, "HEARTBEAT_S", 0.01)
    beating = Heartbeat(desk.store, lost.append)
    beating.start()
    yield beating
    beating.stop()


def leased(desk: Desk) -> Lease:
    id = desk.conversation()
    desk.writes(id, "Hello")
    lease = desk.store.write(lambda uow: leases.take(uow, id))
    assert lease is not None
    return lease


def stolen(desk: Desk, id: ConversationId) -> None:
    def steal(uow: UnitOfWork) -> None:
        held = hold(uow, id)
        held.set(epoch=held.epoch + 1)

    desk.store.write(steal)


def renewals(monkeypatch: pytest.MonkeyPatch, fails: int = 0) -> list[Lease]:
    """Every renewal that is tried; the first `fails` of them find no database."""
    tried: list[Lease] = []
    renew = leases.renew

    def watched(uow: UnitOfWork, lease: Lease) -> bool:
        tried.append(lease)
        if len(tried) <= fails:
            raise OperationalError("UPDATE", {}, OSError("connection refused"))
        return renew(uow, lease)

    monkeypatch.setattr(leases, "renew", watched)
    return tried


def test_a_lost_lease_is_told_once_and_the_others_are_kept(
    desk: Desk, heartbeat: Heartbeat, lost: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = renewals(monkeypatch)
    mine, theirs = leased(desk), leased(desk)
    for lease in (mine, theirs):
        heartbeat.keep(lease)
    stolen(desk, theirs.conversation_id)
    wait_for(lambda: lost)
    before = tried.count(mine)
    wait_for(lambda: tried.count(mine) > before + 2)
    assert lost == [theirs]


def test_a_dropped_lease_is_renewed_no_more(
    desk: Desk, heartbeat: Heartbeat, lost: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = renewals(monkeypatch)
    kept, dropped = leased(desk), leased(desk)
    heartbeat.keep(kept)
    heartbeat.keep(dropped)
    wait_for(lambda: dropped in tried)
    heartbeat.drop(dropped)
    wait_for(lambda: tried[-2:] == [kept, kept])
    assert lost == []


def test_a_database_that_is_gone_for_a_beat_loses_no_lease(
    desk: Desk, heartbeat: Heartbeat, lost: list[Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = renewals(monkeypatch, fails=2)
    lease = leased(desk)
    heartbeat.keep(lease)
    wait_for(lambda: len(tried) > 4)
    assert lost == []
