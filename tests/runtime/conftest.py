"""Fixtures of the tests of runs: an empty store on both databases, and a desk over it."""

import pytest

from tests.support.desk import business, clock, desk, empty_sqlite, postgresql_url, store

__all__ = ["business", "clock", "desk", "empty_sqlite", "postgresql_url", "store"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
