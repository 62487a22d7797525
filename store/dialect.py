"""The few statements that SQLite and PostgreSQL spell differently."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from store.database import UnitOfWork

Insert = sqlite.Insert | postgresql.Insert


def insert_ignore(table: Table, uow: UnitOfWork) -> Insert:
    """An insert that leaves a row alone that is there already, whichever unique column says so."""
    if uow.connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
