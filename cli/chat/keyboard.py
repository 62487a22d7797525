"""What the customer types: from the keyboard with history and editing, or line by line from a pipe."""

import asyncio
import sys
from collections.abc import AsyncGenerator

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

from cli.chat.screen import Screen

PROMPT = "you> "


def lines_of(screen: Screen) -> AsyncGenerator[str, None]:
    """Lines that are not empty, until the end of the input."""
    return _typed() if sys.stdin.isatty() else _piped(screen)


async def _typed() -> AsyncGenerator[str, None]:
    session: PromptSession[str] = PromptSession()
    while True:
        try:
            # What a person writes meanwhile appears above the prompt.
            with patch_stdout(raw=True):
                line = await session.prompt_async(PROMPT)
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip():
            yield line.strip()


async def _piped(screen: Screen) -> AsyncGenerator[str, None]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            screen.echo(PROMPT, line.strip())
            yield line.strip()
