"""The state machine of one turn. Nodes name where they may go next; no rule stands here.

START ─▶ listen ─▶ think ⇄ act        (listen ─▶ act: a confirmed call; listen ─▶ settle: only overheard)
           │         └──▶ judge ──▶ settle ─▶ END
           └──▶ handover ◀──┘         ▲
                   └──────────────────┘
"""

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.act import act
from agent.context import TurnContext
from agent.handover import handover
from agent.judge import judge
from agent.listen import listen
from agent.node import Opener, opened
from agent.settle import settle
from agent.state import Thread, TurnState
from agent.think import think

Graph = CompiledStateGraph[TurnState, TurnContext, Thread, Thread]


def build_graph(checkpointer: BaseCheckpointSaver[str] | None = None, opener: Opener | None = None) -> Graph:
    """The compiled graph. A checkpointer is for time travel on a dry store only: the store is the truth.

    `opener`: for callers that know only a thread of messages; it makes each turn's context of them.
    """
    context = TurnContext if opener is None else None
    graph = StateGraph(TurnState, context_schema=context, input_schema=Thread, output_schema=Thread)
    for node in (listen, think, act, judge, handover, settle):
        graph.add_node(node.__name__, node if opener is None else opened(node, opener))
    graph.add_edge(START, "listen")
    graph.add_edge("handover", "settle")
    graph.add_edge("settle", END)
    return graph.compile(checkpointer=checkpointer)
