"""The command: reaches a server, then talks until the customer leaves."""

import asyncio
from contextlib import aclosing

from cli.chat.client import client_of
from cli.chat.keyboard import lines_of
from cli.chat.reach import reach
from cli.chat.screen import Screen
from cli.chat.session import Session
from core.settings import Settings


def chat(settings: Settings) -> None:
    """Talks until /quit, the end of the input, or Ctrl+C."""
    try:
        asyncio.run(_chat(settings))
    except KeyboardInterrupt:
        return


async def _chat(settings: Settings) -> None:
    async with reach(settings) as base_url, client_of(base_url) as client:
        screen = Screen()
        session = Session(client, screen)
        async with aclosing(session), aclosing(lines_of(screen)) as lines:
            await session.begin()
            async for line in lines:
                if not await session.take(line):
                    return
