"""The model's endpoint for measuring: a scripted server in a process of its own, with no time of its own."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer

ORDER = "HL-10485"
ASKED = calls(("find_order", {"order_number": ORDER}))
TEXT = "Your order is on its way. It should be with you tomorrow."
REPLY = reply(TEXT)
PLAIN = content(TEXT)


def one_tool_step(request: Request) -> Answer:
    """A call of a tool, then a reply: as a tool call for who has that tool, else in plain words."""
    if request.last_role != "tool":
        return ASKED
    return REPLY if "reply" in request.tool_names else PLAIN


def plain(request: Request) -> Answer:
    """A reply at once, its tokens left to count."""
    return REPLY.without_usage()


def slow(request: Request) -> Answer:
    """A reply after the second that a model takes."""
    return REPLY.after(1.0)


@contextmanager
def endpoint(script: Callable[[Request], Answer]) -> Iterator[str]:
    """The base URL of a server that plays `script`."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(script, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join(10)


def _serve(script: Callable[[Request], Answer], there: Connection) -> None:
    with ScriptedServer(script) as server:
        there.send(server.base_url)
        there.recv()
