"""The data folder in the hands of a command."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import OperatorError
from core.settings import Settings
from runtime.folder import hold_folder


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Holds the data folder as its only process for as long as the block runs; on PostgreSQL many may.

    OperatorError: another process holds it, or it cannot be written.
    """
    try:
        lock = None if settings.on_postgresql else hold_folder(settings)
    except OSError as error:
        raise OperatorError(
            f"BATON_DATA_DIR={settings.baton_data_dir} is not a folder that can be written: {error}"
        ) from None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()
