"""The data folder: all that a run writes lies below it. On SQLite one serving process holds its lock."""

import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import OperatorError
from core.settings import Settings

SECRET_FILE = "identity-secret"


def hold_folder(settings: Settings) -> FileLock:
    """Takes the folder's lock, which ends with the process. OperatorError when another process serves it."""
    settings.baton_data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.baton_data_dir / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OperatorError(
            f"Another Baton process serves {settings.baton_data_dir}. Stop it first, give this one a folder "
            "of its own (BATON_DATA_DIR), or use PostgreSQL (DATABASE_URL), which allows many."
        ) from None
    return lock


def identity_secret(settings: Settings) -> str | None:
    """BATON_IDENTITY_SECRET; in demo mode one is made and kept in the folder. None: no tokens are taken."""
    if settings.baton_identity_secret is not None:
        return settings.baton_identity_secret.get_secret_value()
    if not settings.demo:
        return None
    file = settings.baton_data_dir / SECRET_FILE
    return file.read_text().strip() if file.exists() else _make_secret(file)


def _make_secret(file: Path) -> str:
    secret = secrets.token_hex(32)
    file.touch(mode=0o600)
    file.write_text(secret)
    return secret
