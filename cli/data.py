"""The commands that tend the data: `migrate`, `seed`, `ingest`."""

from typing import Annotated

import typer

from core.settings import load_settings

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    from cli.upkeep import migrate_store

    migrate_store(load_settings())
    typer.echo("The database is up to date.")


@app.command()
def seed(
    reset: Annotated[
        bool, typer.Option("--reset", help="Replace the shop's rows even if there are some.")
    ] = False,
) -> None:
    """Fill an empty database with the business's customers, orders and bookings, dated as of today."""
    from cli.upkeep import seed_store

    done = seed_store(load_settings(), reset=reset)
    typer.echo("Seeded." if done else "There are rows already: nothing to do. `--reset` replaces them.")


@app.command()
def ingest() -> None:
    """Bring FAQ, policies and facts of the business folder into the knowledge store."""
    from cli.upkeep import ingest_knowledge

    typer.echo(f"The knowledge store is up to date: {ingest_knowledge(load_settings())} entries.")
