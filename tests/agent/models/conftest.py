"""Fixtures of the tests of the answer strategies: scripted servers that stop with the test."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.support.model_bench import Bench
from tests.support.scripted_server import Script, ScriptedServer


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def bench(anyio_backend: str) -> AsyncIterator[Bench]:
    opened = Bench()
    yield opened
    for model in opened.models:
        await model.aclose()
    for server in opened.servers:
        server.__exit__(None, None, None)


@pytest.fixture
def serving() -> Iterator[Callable[[Script], ScriptedServer]]:
    """Opens scripted servers that stop with the test."""
    opened: list[ScriptedServer] = []

    def serve(script: Script) -> ScriptedServer:
        opened.append(ScriptedServer(script).__enter__())
        return opened[-1]

    yield serve
    for server in opened:
        server.__exit__(None, None, None)
