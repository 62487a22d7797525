"""Reaching a server: the one that runs, else one in this process on a free port. Talked to alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import httpx

from cli.addresses import base_url, bind, url_of
from cli.app import create_app
from cli.folder import held
from cli.server import Server
from core.errors import OperatorError
from core.settings import Settings, load_settings
from runtime.wiring import open_baton

PROBE_S = 3.0
LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def reach(settings: Settings) -> AsyncIterator[str]:
    """The base URL of a server, for as long as the block runs.

    OperatorError: another process holds the data folder, and does not answer where it should.
    """
    running = base_url(settings.baton_host, settings.baton_port)
    with ExitStack() as folder:
        if settings.on_postgresql and await _answers(running):
            yield running
            return
        try:
            folder.enter_context(held(settings))
        except OperatorError as error:
            if not await _answers(running):
                raise OperatorError(
                    f"{error} No Baton answers at {running}, where BATON_HOST and BATON_PORT point."
                ) from None
            yield running
            return
        async with _own_server(settings.baton_data_dir) as own:
            yield own


@asynccontextmanager
async def _own_server(data_dir: Path) -> AsyncIterator[str]:
    settings = load_settings(baton_data_dir=data_dir, baton_host=LOOPBACK, baton_port=0)
    with bind(settings.baton_host, settings.baton_port) as listening:
        baton, ready = open_baton(settings), asyncio.Event()
        server = Server(create_app(baton), ready.set)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.wait(
                [serving, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED
            )
            yield url_of(listening)
        finally:
            server.stop()
            await serving
            baton.close()


async def _answers(url: str) -> bool:
    """Whether a Baton is there."""
    try:
        async with httpx.AsyncClient(timeout=PROBE_S, trust_env=False) as http:
            return (await http.get(f"{url}/healthz")).is_success
    except httpx.HTTPError:
        return False
