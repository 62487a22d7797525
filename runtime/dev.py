"""What `langgraph dev` serves: the same graph for developers, on a thread's messages and a throwaway store.

The store, with its own sample rows and folder, ends with the process. Of a thread only its messages count:
what the agent remembers beside them (an open offer, a verified order) begins anew with each run.
"""

import asyncio
import atexit
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from agent.context import Means, TurnContext
from agent.graph import Graph, build_graph
from agent.state import TurnState
from core.errors import InvalidInput
from core.ids import ConversationId
from core.settings import load_settings
from core.vocabulary import Role
from runtime.load import load
from runtime.warm import warm
from runtime.wiring import open_baton
from store import conversations, leases
from store.conversations import hold
from store.database import UnitOfWork

ROLES = {"human": Role.CUSTOMER, "ai": Role.AI}
_one_opens = threading.Lock()


async def graph() -> Graph:
    """The graph of one run: LangGraph's server asks for it anew each time."""
    context: list[TurnContext] = []

    async def open_once(state: TurnState) -> TurnContext:
        if not context:
            thread = [(ROLES[one.type], one.text) for one in state["messages"] if one.type in ROLES]
            context.append(await asyncio.to_thread(open_turn, thread))
        return context[0]

    return build_graph(opener=open_once)


def open_turn(thread: Sequence[tuple[Role, str]]) -> TurnContext:
    """A turn that answers the thread's last messages. InvalidInput when they are not the customer's."""
    means = _means()
    conversation_id = means.database.write(lambda uow: _conversation(uow, thread))

    def begin(uow: UnitOfWork) -> TurnContext:
        lease = leases.take(uow, conversation_id)
        if lease is None:
            raise InvalidInput("The last message must be of the role `user`: it is what is answered.")
        given = load(hold(uow, conversation_id, lease.epoch), means)
        return TurnContext(means, given, lease.epoch)

    return means.database.write(begin)


def _conversation(uow: UnitOfWork, thread: Sequence[tuple[Role, str]]) -> ConversationId:
    """A new conversation that holds the thread; what stands before the AI's last word is answered."""
    id = conversations.create(uow, channel="langgraph")
    held = hold(uow, id)
    for role, text in thread:
        held.say(role, text)
        if role is Role.AI:
            held.set(answered_seq=held.seq, listened_seq=held.seq)
    return id


def _means() -> Means:
    with _one_opens:
        return _opened()


@cache
def _opened() -> Means:
    folder = tempfile.TemporaryDirectory(prefix="baton-dev-", ignore_cleanup_errors=True)
    baton = open_baton(load_settings(baton_data_dir=Path(folder.name), database_url=None, chroma_url=None))
    warm()
    atexit.register(folder.cleanup)
    atexit.register(baton.close)
    return baton.worker.means
