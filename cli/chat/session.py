"""One sitting at the terminal: the conversation, its events, and the commands that begin with a slash."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from cli.chat.client import Client, Event, Opened, Refused
from cli.chat.screen import Screen
from core.shapes import Json

SEEN_S = 5.0
"""How long an answer that the server gave may take to come on the stream."""

HELP = {
    "/as NAME": "talk as one of the demo's customers; alone it lists them, `nobody` is anonymous",
    "/trace on|off": "show tool calls, scores and decisions; alone it shows the last turn's",
    "/new": "begin a new conversation",
    "/quit": "leave",
}


class Session:
    """A customer at the terminal."""

    def __init__(self, client: Client, screen: Screen) -> None:
        self._client, self._screen = client, screen
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "/as": self._as,
            "/trace": self._trace,
            "/new": self._new,
            "/help": self._help,
        }
        self._identity: str | None = None
        self._conversation: Opened | None = None
        self._listening: asyncio.Task[None] | None = None
        self._seen: set[str] = set()
        self._something = asyncio.Event()
        self._last_turn: Json | None = None

    async def begin(self) -> None:
        """Opens the first conversation."""
        self._screen.note("/help says what can be typed besides what a customer says; /quit leaves.")
        await self._open()

    async def take(self, line: str) -> bool:
        """Does what the line asks. False: the customer leaves."""
        name, _, rest = line.partition(" ")
        if name in ("/quit", "/exit"):
            return False
        try:
            if not name.startswith("/"):
                await self._say(line)
            elif name in self._commands:
                await self._commands[name](rest.strip())
            else:
                self._screen.note(f"  There is no {name}. /help lists what there is.")
        except Refused as refusal:
            self._screen.note(f"  {refusal}")
        return True

    async def aclose(self) -> None:
        """Stops listening."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _open(self) -> None:
        await self.aclose()
        self._conversation = await self._client.open(self._identity)
        self._something.clear()
        self._listening = asyncio.create_task(self._listen(self._conversation))
        with suppress(TimeoutError):  # what a conversation begins with stands above the first prompt
            await asyncio.wait_for(self._something.wait(), SEEN_S)

    async def _say(self, text: str) -> None:
        assert self._conversation is not None
        self._screen.answering = True
        try:
            answer = await self._client.send(self._conversation, text)
            await self._until_seen(_last_of(answer))
        finally:
            self._screen.answering = False

    async def _until_seen(self, id: str) -> None:
        """Waits until the stream has shown what the server has already answered."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SEEN_S):
                while id not in self._seen:
                    self._something.clear()
                    await self._something.wait()

    async def _listen(self, conversation: Opened) -> None:
        async for event in self._client.events(conversation, after=0):
            self._show(event)
            self._something.set()

    def _show(self, event: Event) -> None:
        data, screen = event.data, self._screen
        match event.kind:
            case "accepted":
                self._seen.add(data["message"]["id"])
            case "token":
                screen.token(data["text"])
            case "message":
                screen.message(data)
                self._seen.add(data["id"])
            case "tool":
                screen.tool(data)
            case "retracted":
                screen.retracted()
            case "handover":
                screen.note(f"  (handed over: case {data['case']['id']})")
            case "mode":
                screen.note(f"  (now speaking: {data.get('name') or data['mode']})")
            case "error":
                screen.note(f"  {data['detail']}")
            case "done" if data["turn"] is not None:
                self._done(data["turn"])

    def _done(self, turn: Json) -> None:
        self._last_turn = turn
        if self._screen.trace:
            self._screen.turn(turn)
        self._seen.add(turn["id"])

    async def _as(self, name: str) -> None:
        if name == "nobody":
            self._identity = None
            await self._new("")
            return
        personas = (await self._client.demo())["customers"]
        chosen = [one for one in personas if name and name.lower() in f"{one['name']} {one['id']}".lower()]
        if len(chosen) != 1:
            for one in chosen or personas:
                self._screen.note(f"  {one['name']}: {one['about']}")
            return
        self._identity = chosen[0]["identity_token"]
        numbers = ", ".join(order["number"] for order in chosen[0]["orders"])
        self._screen.note(f"  You are {chosen[0]['name']}. Orders: {numbers or 'none'}")
        await self._new("")

    async def _trace(self, word: str) -> None:
        if word in ("on", "off"):
            self._screen.trace = word == "on"
            self._screen.note(f"  Trace is {word}.")
        elif self._last_turn is None:
            self._screen.note("  There was no turn yet.")
        else:
            self._screen.turn(self._last_turn)

    async def _new(self, _: str) -> None:
        await self._open()
        self._screen.note("  A new conversation.")

    async def _help(self, _: str) -> None:
        for command, does in HELP.items():
            self._screen.note(f"  {command:<15} {does}")


def _last_of(answer: Json) -> str:
    """The id of the last thing that the stream tells of an answer."""
    last = answer["turn"] or answer["message"] or answer["accepted"]
    return str(last["id"])
