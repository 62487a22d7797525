"""The commands `serve` and `chat`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from core.settings import load_settings

app = typer.Typer()


@app.command()
def serve() -> None:
    """Serve the agent, its API and its pages. Ctrl+C or SIGTERM stops it."""
    with _no_garbage():
        from cli.server import serve as run

    run(load_settings())


@app.command()
def chat() -> None:
    """Talk to the same agent in the terminal: with the server that runs, else with one of its own."""
    with _no_garbage():
        from cli.chat.command import chat as run

    run(load_settings())


@contextmanager
def _no_garbage() -> Iterator[None]:
    """What is imported stays: looking for garbage among it is a tenth of a start, and goes on for ever."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
