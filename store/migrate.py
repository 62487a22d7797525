"""Brings a database to the newest migration; on an up-to-date one it costs a query."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

FOLDER = Path(__file__).parent / "migrations"
"""Files in `versions` begin with their revision: `0001_first.py`."""


def migrate(engine: Engine) -> None:
    """Runs what migrations are missing."""
    if _current(engine) == newest():
        return
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def newest() -> str:
    """The revision that this code expects."""
    return max(file.stem for file in (FOLDER / "versions").glob("*.py")).partition("_")[0]


def _current(engine: Engine) -> str | None:
    if "alembic_version" not in inspect(engine).get_table_names():
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
