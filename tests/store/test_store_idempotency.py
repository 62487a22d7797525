"""Answers kept for a repeated key: made once, told again, refused for another body."""

import pytest
from sqlalchemy import select

from core.errors import InvalidInput
from core.shapes import Json
from store import idempotency
from store.database import Database, UnitOfWork
from store.work_tables import idempotency as table
from tests.support.at_once import at_once
from tests.support.desk import SetClock


def call(
    store: Database, made: list[int], key: str = "k", body: bytes = b"{}", scope: str = "POST /x a"
) -> Json:
    """One call as the API makes it: claimed, run and kept in one transaction."""

    def work(uow: UnitOfWork) -> Json:
        first, answer = idempotency.begin(uow, scope, key, body)
        if first:
            made.append(len(made) + 1)
            answer = {"made": len(made)}
            idempotency.keep(uow, scope, key, answer)
        assert answer is not None
        return answer

    return store.write(work)


def test_a_repeated_key_gives_the_first_answer_and_makes_nothing(store: Database) -> None:
    made: list[int] = []
    assert call(store, made) == call(store, made) == {"made": 1}
    assert made == [1]


def test_the_same_key_at_once_makes_one(store: Database) -> None:
    made: list[int] = []
    assert at_once(*[lambda: call(store, made)] * 8) == [{"made": 1}] * 8
    assert made == [1]


def test_the_same_key_with_another_body_is_refused(store: Database) -> None:
    made: list[int] = []
    call(store, made)
    with pytest.raises(InvalidInput):
        call(store, made, body=b'{"text": "other"}')
    assert made == [1]


def test_a_key_counts_for_one_caller_and_one_call(store: Database) -> None:
    made: list[int] = []
    call(store, made)
    call(store, made, scope="POST /x b")
    call(store, made, scope="POST /y a")
    call(store, made, key="k2")
    assert made == [1, 2, 3, 4]


def test_a_first_call_that_fails_leaves_the_key_free(store: Database) -> None:
    def fails(uow: UnitOfWork) -> None:
        idempotency.begin(uow, "POST /x a", "k", b"{}")
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        store.write(fails)
    made: list[int] = []
    assert call(store, made) == {"made": 1}


def test_an_answer_is_forgotten_after_two_days(store: Database, clock: SetClock) -> None:
    made: list[int] = []
    call(store, made)
    clock.passes(days=1)
    assert store.write(idempotency.forget) == 0
    clock.passes(days=1, seconds=1)
    assert store.write(idempotency.forget) == 1


def test_the_key_itself_is_kept_nowhere(store: Database) -> None:
    call(store, [], key="3f0c5f1e-client-key")
    kept = store.read(lambda uow: uow.connection.execute(select(table)).all())
    assert "3f0c5f1e-client-key" not in str(kept)
