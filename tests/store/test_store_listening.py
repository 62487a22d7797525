"""Hearing other processes' commits, and hearing again after the connection was cut off."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core.ids import ConversationId
from store import conversations, inbox, listening
from store.database import MOST_PAYLOAD, Database, UnitOfWork, open_database, told_as
from store.listening import Listening
from tests.support.baton import wait_for

Heard = list[tuple[set[ConversationId], set[ConversationId]]]


@pytest.fixture
def other(postgresql_url: str) -> Iterator[Database]:
    """The store as another process has it."""
    database = open_database(postgresql_url)
    yield database
    database.close()


@pytest.fixture
def heard(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """What this process hears."""
    monkeypatch.setattr(listening, "AGAIN_S", 0.05)
    told: Heard = []
    database = open_database(postgresql_url)
    ear = Listening(database, lambda touched, work: told.append((touched, work)))
    ear.start()
    wait_for(lambda: listeners(database))
    yield told
    ear.stop()
    database.close()


def listeners(database: Database) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    return int(database.read(lambda uow: uow.connection.execute(text(query)).scalar_one()))


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_commit_of_another_process_names_what_it_touched_and_who_has_work(
    store: Database, other: Database, heard: Heard
) -> None:
    id = other.write(conversations.create)
    other.write(lambda uow: inbox.accept(uow, id, "Hello"))
    wait_for(lambda: heard)
    assert heard == [({id}, {id})]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_transaction_that_fails_is_not_heard(store: Database, other: Database, heard: Heard) -> None:
    id = other.write(conversations.create)

    def fails(uow: UnitOfWork) -> None:
        inbox.accept(uow, id, "Hello")
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        other.write(fails)
    other.write(lambda uow: inbox.accept(uow, id, "Hello again"))
    wait_for(lambda: heard)
    assert len(heard) == 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_cut_connection_is_made_again(store: Database, other: Database, heard: Heard) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    other.read(lambda uow: uow.connection.execute(text(cut)).all())
    id = other.write(conversations.create)

    def heard_again() -> bool:
        other.write(lambda uow: inbox.accept(uow, id, "Hello"))
        time.sleep(0.05)
        return bool(heard)

    wait_for(heard_again)


def test_what_is_too_long_for_a_notification_says_only_look_again() -> None:
    many = {ConversationId(f"conv_{number:016}") for number in range(1000)}
    assert told_as(many, many) == "[[], []]"
    assert len(told_as({ConversationId("conv_1")}, set())) < MOST_PAYLOAD
