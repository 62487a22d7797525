"""What `migrate`, `seed` and `ingest` do. Whoever calls holds the data folder."""

from core.business import load_business
from core.settings import Settings
from knowledge import entries_of, open_knowledge
from runtime.learned import learned_now
from runtime.wiring import prepare
from store.database import open_database
from store.migrate import migrate


def migrate_store(settings: Settings) -> None:
    """Runs what migrations are missing."""
    database = open_database(settings.sql_url)
    try:
        migrate(database.engine)
    finally:
        database.close()


def seed_store(settings: Settings, *, reset: bool) -> bool:
    """Seeds an empty database, or any with `reset`. Returns whether it did."""
    business = load_business(settings.business_dir)
    database = open_database(settings.sql_url)
    try:
        migrate(database.engine)
        return prepare(database, business, settings, reset=reset)
    finally:
        database.close()


def ingest_knowledge(settings: Settings) -> int:
    """Takes in what changed in the business folder. Returns how many entries there are now."""
    business = load_business(settings.business_dir)
    database = open_database(settings.sql_url)
    try:
        migrate(database.engine)
        _, learned = database.read(lambda uow: learned_now(uow, business))
    finally:
        database.close()
    open_knowledge(settings, business, learned).close()
    return len(entries_of(business)) + len(learned)
