"""The data folder in the hands of a command."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import OperatorError
from core.settings import Settings
from runtime.folder import hold_folder


@contextmanager
def held(settings: Settings, instead: str = "") -> Iterator[None]:
    """Holds the data folder as its only process for as long as the block runs; on PostgreSQL many may.

    OperatorError: another process holds it (`instead`: what to do then), or it cannot be written.
    """
    try:
        lock = None if settings.on_postgresql else hold_folder(settings)
    except OperatorError as error:
        raise OperatorError(f"{error} {instead}".strip()) from None
    except OSError as error:
        raise OperatorError(
            f"BATON_DATA_DIR={settings.baton_data_dir} is not a folder that can be written: {error}"
        ) from None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()
