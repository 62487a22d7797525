"""The state machine of one turn. Nodes name where they may go next; no rule stands here.

START ─▶ listen ─▶ think ⇄ act
           │         └──▶ judge ──▶ settle ─▶ END
           └──▶ handover ──────────▲
"""

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.act import act
from agent.context import TurnContext
from agent.handover import handover
from agent.judge import judge
from agent.listen import listen
from agent.settle import settle
from agent.state import TurnState
from agent.think import think

Graph = CompiledStateGraph[TurnState, TurnContext, TurnState, TurnState]


def build_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> Graph:
    """The compiled graph. A checkpointer is for time travel on a dry store only: the store is the truth."""
    graph = StateGraph(TurnState, context_schema=TurnContext)
    graph.add_node("listen", listen)
    graph.add_node("think", think)
    graph.add_node("act", act)
    graph.add_node("judge", judge)
    graph.add_node("handover", handover)
    graph.add_node("settle", settle)
    graph.add_edge(START, "listen")
    graph.add_edge("handover", "settle")
    graph.add_edge("settle", END)
    return graph.compile(checkpointer=checkpointer)
