"""The commands `serve` and `chat`."""

import typer

from core.settings import load_settings

app = typer.Typer()


@app.command()
def serve() -> None:
    """Serve the agent, its API and its pages. Ctrl+C or SIGTERM stops it."""
    from cli.server import serve as run

    run(load_settings())


@app.command()
def chat() -> None:
    """Talk to the same agent in the terminal: with the server that runs, else with one of its own."""
    from cli.chat.command import chat as run

    run(load_settings())
