"""The serving process: opens Baton, serves until it is told to stop."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from cli.addresses import url_of
from cli.app import create_app
from cli.greeting import greeting
from core.clock import utc_now
from core.settings import Settings
from runtime.warm import warm
from runtime.wiring import open_baton

GRACE_S = 2
"""An open event stream would hold a stop for ever."""


class Server(uvicorn.Server):
    """uvicorn that says when it listens, warms up then, and leaves signals to whoever started it."""

    def __init__(self, app: FastAPI, on_listening: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app, lifespan="on", ws="none", log_level="warning", timeout_graceful_shutdown=GRACE_S
            )
        )
        self._on_listening = on_listening
        logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_listening()
            asyncio.get_running_loop().run_in_executor(None, warm)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's own raises the signal once more at its end: a clean stop would end with an error."""
        yield

    def stop(self) -> None:
        """Ends the server: what is under way has `GRACE_S`, the second time nothing."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(settings: Settings, listening: socket.socket) -> None:
    """Serves until SIGTERM or SIGINT. Whoever calls holds the data folder.

    OperatorError says what is to be mended before it can.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    began, base_url = utc_now(), url_of(listening)
    reached_at = settings.baton_public_url or base_url
    baton = open_baton(settings.model_copy(update={"baton_public_url": reached_at}))

    def on_listening() -> None:
        print(greeting(baton, base_url, began), flush=True)

    try:
        server = Server(create_app(baton), on_listening)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_until_stopped(server, listening))
    finally:
        baton.close()
    if not server.started:
        sys.exit(1)


async def _until_stopped(server: Server, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.stop)
    await server.serve(sockets=[listening])


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """A stream that ends with the server is no error, and needs no trace."""
    cancelled = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cancelled and not str(record.msg).startswith("Cancel %s running task")
