"""Migrations make the tables that the code declares, on both databases, whoever starts first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, select, text

from store.database import Database, open_database
from store.migrate import migrate, newest
from store.tables import metadata
from store.talk_tables import desk_counter
from tests.support.at_once import at_once
from tests.support.shop import BOTH, fresh_url


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return fresh_url(request.param, tmp_path)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    migrate(opened.engine)
    yield opened
    opened.close()


def test_the_migrated_tables_are_those_of_the_metadata(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_that_hold_invariants_are_in_the_migrated_tables(database: Database) -> None:
    """What a comparison of columns does not see: checks and keys."""
    found = inspect(database.engine)
    for table in metadata.sorted_tables:
        key = found.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key], table.name
        declared = [one for one in table.constraints if isinstance(one, CheckConstraint)]
        assert len(found.get_check_constraints(table.name)) == len(declared), table.name


def test_a_migrated_database_stands_at_the_newest_revision_and_a_second_run_changes_nothing(
    database: Database,
) -> None:
    migrate(database.engine)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [
            newest()
        ]
        assert connection.execute(select(desk_counter.c.seq)).scalars().all() == [0]


def test_processes_that_start_at_once_make_the_tables_once(tmp_path: Path) -> None:
    url = fresh_url("postgresql", tmp_path)
    opened = [open_database(url) for _ in range(3)]

    def start(database: Database) -> str:
        with database.alone():
            migrate(database.engine)
        return "started"

    assert at_once(*[lambda one=one: start(one) for one in opened]) == ["started"] * 3
    with opened[0].engine.connect() as connection:
        assert connection.execute(select(desk_counter.c.seq)).scalars().all() == [0]
    for database in opened:
        database.close()
