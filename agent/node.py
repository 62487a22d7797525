"""What every node has in common: it is timed, watched, and put on the turn's path."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeVar, cast

from langgraph.runtime import Runtime

from agent.context import TurnContext
from agent.state import TurnState
from agent.trace import Visit

Node = TypeVar("Node", bound=Callable[..., Awaitable[object]])
Opener = Callable[[TurnState], Awaitable[TurnContext]]
"""Makes a turn's context where the caller of the graph brings none; the same one for the whole run."""


def on_path(node: Node) -> Node:
    """Wraps a node; its annotations still name what it takes and where it may go next."""
    name = node.__name__

    @wraps(node)
    async def timed(state: TurnState, runtime: Runtime[TurnContext]) -> object:
        context = runtime.context
        context.emit("node", {"node": name, "state": "entered"})
        visit = Visit(name)
        context.trace.visits.append(visit)
        try:
            return await node(state, runtime)
        finally:
            context.emit("node", {"node": name, "state": "left", "ms": visit.leave()})

    return cast(Node, timed)


def opened(node: Node, opener: Opener) -> Node:
    """Wraps a node for callers that know nothing of a conversation, such as LangGraph's own tools."""

    @wraps(node)
    async def with_context(state: TurnState, runtime: Runtime[TurnContext]) -> object:
        return await node(state, runtime.override(context=await opener(state)))

    return cast(Node, with_context)
