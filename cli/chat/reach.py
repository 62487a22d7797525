"""Reaching a server: the one that runs, else one in this process. Talked to alike."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import httpx

from cli.addresses import base_url
from cli.folder import held
from core.errors import OperatorError
from core.settings import Settings

PROBE_S = 3.0


@asynccontextmanager
async def reach(settings: Settings) -> AsyncIterator[str]:
    """The base URL of a server, for as long as the block runs.

    OperatorError: another process holds the data folder, and does not answer where it should.
    """
    running = base_url(settings.baton_host, settings.baton_port)
    with ExitStack() as folder:
        if await _is_there(settings, running, folder):
            yield running
            return
        # The whole of Baton, which a client of a running server can do without.
        from cli.chat.own_server import own_server

        async with own_server(settings.baton_data_dir) as own:
            yield own


async def _is_there(settings: Settings, running: str, folder: ExitStack) -> bool:
    """Whether a server runs that is to be used; if not, `folder` holds the data folder for one of ours."""
    if settings.on_postgresql:
        return await _answers(running)
    try:
        folder.enter_context(held(settings))
    except OperatorError as error:
        if not await _answers(running):
            raise OperatorError(
                f"{error} No Baton answers at {running}, where BATON_HOST and BATON_PORT point."
            ) from None
        return True
    return False


async def _answers(url: str) -> bool:
    """Whether a Baton is there."""
    try:
        async with httpx.AsyncClient(timeout=PROBE_S, trust_env=False) as http:
            return (await http.get(f"{url}/healthz")).is_success
    except httpx.HTTPError:
        return False
