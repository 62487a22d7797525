"""The world of the evals: one Baton, and a seeded store of which each case gets a copy of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from agent.context import Means
from core.settings import Settings
from runtime.warm import warm
from runtime.wiring import Baton, open_baton
from store.database import open_database

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday morning, on which the seed's relative days and the cases' dates rest."""
BETWEEN_MESSAGES = timedelta(seconds=20)


class CaseClock:
    """A clock that stands still within a turn and moves on from one message to the next."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def next_message(self) -> None:
        self._now += BETWEEN_MESSAGES


@dataclass
class Copy:
    """One case's own store."""

    means: Means
    clock: CaseClock


class World:
    """What all cases share, and the store that they are copied from."""

    def __init__(self, baton: Baton, folder: Path) -> None:
        self.baton = baton
        self._folder = folder
        self._seed = folder / "baton.db"
        self._numbers = count(1)

    @contextmanager
    def copy(self) -> Iterator[Copy]:
        """A fresh store, gone with the block."""
        file = self._folder / f"case-{next(self._numbers)}.db"
        shutil.copyfile(self._seed, file)
        clock = CaseClock()
        database = open_database(f"sqlite:///{file}", clock)
        try:
            yield Copy(replace(self.baton.worker.means, database=database), clock)
        finally:
            database.close()
            file.unlink()


@contextmanager
def open_world(settings: Settings, folder: Path) -> Iterator[World]:
    """Migrates and seeds one SQLite file in `folder`, opens knowledge and the configured model.

    Nothing of the operator's own data folder, database or Chroma server is touched.
    """
    own = settings.model_copy(update={"baton_data_dir": folder, "database_url": None, "chroma_url": None})
    baton = open_baton(own, CaseClock())
    # The last connection takes its write-ahead log along: from here on the file is whole.
    baton.database.close()
    warm()
    try:
        yield World(baton, folder)
    finally:
        baton.close()
