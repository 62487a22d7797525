"""The commands that tend the data: `migrate`, `seed`, `ingest`. On SQLite each has the folder for itself."""

from typing import Annotated

import typer

from cli.folder import held
from core.settings import load_settings

app = typer.Typer()
RESTART = "For `ingest`: a server takes in what changed when it starts, so restart it."


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    settings = load_settings()
    with held(settings):
        from cli.upkeep import migrate_store

        migrate_store(settings)
    typer.echo("The database is up to date.")


@app.command()
def seed(
    reset: Annotated[
        bool, typer.Option("--reset", help="Replace the shop's rows even if there are some.")
    ] = False,
) -> None:
    """Fill an empty database with the business's customers, orders and bookings, dated as of today."""
    settings = load_settings()
    with held(settings):
        from cli.upkeep import seed_store

        done = seed_store(settings, reset=reset)
    typer.echo("Seeded." if done else "There are rows already: nothing to do. `--reset` replaces them.")


@app.command()
def ingest() -> None:
    """Bring FAQ, policies and facts of the business folder into the knowledge store."""
    settings = load_settings()
    with held(settings, RESTART):
        from cli.upkeep import ingest_knowledge

        entries = ingest_knowledge(settings)
    typer.echo(f"The knowledge store is up to date: {entries} entries.")
