"""What `migrate`, `seed` and `ingest` do. On SQLite each needs the data folder for itself."""

from cli.folder import held
from core.business import load_business
from core.settings import Settings
from knowledge import entries_of, open_knowledge
from runtime.wiring import prepare
from store.database import open_database
from store.migrate import migrate

RESTART = "For `ingest`: a server takes in what changed when it starts, so restart it."


def migrate_store(settings: Settings) -> None:
    """Runs what migrations are missing."""
    with held(settings):
        database = open_database(settings.sql_url)
        try:
            migrate(database.engine)
        finally:
            database.close()


def seed_store(settings: Settings, *, reset: bool) -> bool:
    """Seeds an empty database, or any with `reset`. Returns whether it did."""
    with held(settings):
        business = load_business(settings.business_dir)
        database = open_database(settings.sql_url)
        try:
            migrate(database.engine)
            return prepare(database, business, settings, reset=reset)
        finally:
            database.close()


def ingest_knowledge(settings: Settings) -> int:
    """Takes in what changed in the business folder. Returns how many entries there are now."""
    with held(settings, RESTART):
        business = load_business(settings.business_dir)
        open_knowledge(settings, business).close()
        return len(entries_of(business))
