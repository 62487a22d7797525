"""The connections to MCP servers: opened once, on a loop of their own; a lost one is opened anew."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass, field
from typing import TypeVar, cast

from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.sessions import Connection
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession
from mcp.types import CallToolResult, TextContent

from core.errors import OperatorError
from core.shapes import Json
from tools.mcp_config import McpServer
from tools.mcp_tools import Listed
from tools.outside import NotReached, Outside, OutsideCall

T = TypeVar("T")
log = logging.getLogger("baton.mcp")
START_S = 30.0
"""A server that Baton starts may take so long until it answers."""
GRACE_S = 2.0


@dataclass
class _Link:
    """One server's session, held open by a task."""

    name: str
    client: MultiServerMCPClient
    task: "asyncio.Task[None] | None" = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    opened: "asyncio.Future[ClientSession] | None" = None

    async def session(self) -> ClientSession:
        """The open session. NotReached when there is none to be had."""
        if self.task is not None and self.stop.is_set():
            await asyncio.wait([self.task])
        if self.task is None or self.task.done() or self.opened is None:
            self.stop = asyncio.Event()
            self.opened = asyncio.get_running_loop().create_future()
            self.task = asyncio.create_task(self._hold(self.opened, self.stop))
        return await asyncio.shield(self.opened)

    async def _hold(self, opened: "asyncio.Future[ClientSession]", stop: asyncio.Event) -> None:
        """The boundary of a connection: however it fails, whoever waits for it is told."""
        try:
            async with self.client.session(self.name) as session:
                opened.set_result(session)
                await stop.wait()
        except Exception as error:
            log.warning("the MCP server %s was lost", self.name, exc_info=True)
            if not opened.done():
                opened.set_exception(NotReached(f"{self.name}: {error}"))

    async def close(self) -> None:
        self.stop.set()
        if self.task is not None:
            await asyncio.wait([self.task], timeout=GRACE_S)


class McpServers:
    """What stands behind the port `mcp`."""

    outside = Outside(changes=("change",), reads=("read",))

    def __init__(self, servers: Sequence[McpServer]) -> None:
        """Starts to connect. OperatorError when an environment variable is missing."""
        self._seconds = {one.name: one.seconds for one in servers}
        client = MultiServerMCPClient({one.name: _connection(one) for one in servers})
        self._links = {one.name: _Link(one.name, client) for one in servers}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mcp", daemon=True)
        self._thread.start()

    def listed(self, server: str) -> Mapping[str, Listed]:
        """A server's tools by name. OperatorError when it cannot be reached."""
        try:
            tools = self._run(server, self._list(server), START_S)
        except (NotReached, TimeoutError) as error:
            raise OperatorError(
                f"The MCP server `{server}` does not answer: {error or 'no answer in time'}. "
                "Start it, or take it out of extensions.yaml."
            ) from error
        return {one.name: one for one in tools}

    def read(self, call: OutsideCall, server: str, tool: str, arguments: Json) -> Json:
        """A call that changes nothing. NotReached however it fails."""
        try:
            self._run(server, self._links[server].session(), START_S)
            return self._run(server, self._call(server, tool, arguments))
        except NotReached:
            raise
        except Exception as error:
            raise NotReached(f"{server}: {error}") from error

    def change(self, call: OutsideCall, server: str, tool: str, arguments: Json) -> Json:
        """A call that changes something. NotReached: it was not sent; any other error: nobody can say."""
        try:
            self._run(server, self._alive(server), START_S)
        except Exception as error:
            raise NotReached(f"{server}: {error}") from error
        return self._run(server, self._call(server, tool, arguments))

    def close(self) -> None:
        """Ends the connections, and the servers that were started."""
        for link in self._links.values():
            asyncio.run_coroutine_threadsafe(link.close(), self._loop).result(2 * GRACE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(GRACE_S)
        self._loop.close()

    async def _list(self, server: str) -> list[Listed]:
        tools = await load_mcp_tools(await self._links[server].session())
        return [Listed(one.name, one.description, cast(Json, one.args_schema)) for one in tools]

    async def _alive(self, server: str) -> None:
        """A server that was lost is found so before anything is sent to it, and connected to again."""
        link = self._links[server]
        try:
            await (await link.session()).send_ping()
        except Exception:
            log.info("the MCP server %s is connected to again", server, exc_info=True)
            await link.close()
            await (await link.session()).send_ping()

    async def _call(self, server: str, tool: str, arguments: Json) -> Json:
        link = self._links[server]
        session = await link.session()
        try:
            return _told(await session.call_tool(tool, arguments))
        except BaseException:
            # Whatever it was, the next call begins with a connection that is known to be good.
            link.stop.set()
            raise

    def _run(self, server: str, work: Coroutine[object, object, T], seconds: float = 0.0) -> T:
        most = seconds or self._seconds[server]
        waiting = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return waiting.result(most)
        except WaitedTooLong as error:
            waiting.cancel()
            raise TimeoutError(f"{server}: no answer in {most:g} s") from error


def _told(result: CallToolResult) -> Json:
    """`{ok, content}`: the structured content where there is one, else the texts."""
    texts = [one.text for one in result.content if isinstance(one, TextContent)]
    return {"ok": not result.isError, "content": result.structuredContent or "\n".join(texts)}


def _connection(server: McpServer) -> Connection:
    if server.url is not None:
        headers = {name: _from_env(server, variable) for name, variable in server.headers.items()}
        return {"transport": "streamable_http", "url": server.url, "headers": headers}
    command = sys.executable if server.command == "python" else str(server.command)
    env = {name: _from_env(server, name) for name in server.env}
    return {"transport": "stdio", "command": command, "args": list(server.args), "env": env or None}


def _from_env(server: McpServer, variable: str) -> str:
    value = os.environ.get(variable)
    if value is None:
        raise OperatorError(
            f"The MCP server `{server.name}` needs the environment variable {variable}: set it."
        )
    return value
