"""Fixtures of the store's tests: an empty store on both databases, and a desk over it."""

from tests.support.desk import business, clock, desk, empty_sqlite, postgresql_url, store

__all__ = ["business", "clock", "desk", "empty_sqlite", "postgresql_url", "store"]
