"""A server of the terminal's own: in this process, on a free loopback port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cli.addresses import bind, url_of
from cli.app import create_app
from cli.server import Server
from core.settings import load_settings
from runtime.wiring import open_baton

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def own_server(data_dir: Path) -> AsyncIterator[str]:
    """Its base URL, for as long as the block runs. Whoever calls holds the data folder."""
    settings = load_settings(baton_data_dir=data_dir, baton_host=LOOPBACK, baton_port=0)
    with bind(settings.baton_host, settings.baton_port) as listening:
        baton, ready = open_baton(settings), asyncio.Event()
        server = Server(create_app(baton), ready.set)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait([serving, waiting], return_when=asyncio.FIRST_COMPLETED)
            yield url_of(listening)
        finally:
            waiting.cancel()
            server.stop()
            await serving
            baton.close()
