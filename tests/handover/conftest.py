"""The store, the sample business and the desk, for the tests of the handover."""

from tests.support.desk import business, clock, desk, empty_sqlite, postgresql_url, store

__all__ = ["business", "clock", "desk", "empty_sqlite", "postgresql_url", "store"]
