"""The commands `serve` and `chat`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cli.addresses import bind
from cli.folder import held
from core.settings import load_settings

app = typer.Typer()


@app.command()
def serve() -> None:
    """Serve the agent, its API and its pages. Ctrl+C or SIGTERM stops it."""
    settings = load_settings()
    _ = settings.demo  # refused at once where it is not safe
    with held(settings), bind(settings.baton_host, settings.baton_port) as listening:
        with _no_garbage():
            from cli.server import serve as run

        run(settings, listening)


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
