"""The state of one turn: what its nodes hand to each other. Nothing of it outlives the turn."""

from typing import Annotated, TypedDict

from langchain_core.messages import AnyMessage, BaseMessage
from langgraph.graph.message import add_messages

from agent.decide import Verdict
from agent.models.parts import ReplyHead, ToolCall
from agent.output_check import Problem
from agent.triggers.heard import Reading
from core.shapes import Source
from core.vocabulary import Trigger
from handover.plan import Plan
from knowledge import Found


class Thread(TypedDict, total=False):
    """All that LangGraph's own tools see."""

    messages: Annotated[list[AnyMessage], add_messages]
    """The thread as they show it; `settle` adds the answer. Read only where no conversation is given."""


class TurnState(Thread, total=False):
    """One turn. Every field is written anew by each turn."""

    readings: dict[Trigger, Reading]
    """Every trigger's score. Written by `listen`, and again by `think` with the model's self-report."""
    trail: list[BaseMessage]
    """The model's calls and their results in this turn. Written by `think` and `act`."""
    step: int
    """The step that `act` runs; the number of model steps so far. Written by `think`."""
    calls: tuple[ToolCall, ...]
    """Calls for `act`. Written by `think`, or by `listen` when the customer confirmed one."""
    confirmed: str | None
    """The confirmation row that the customer said yes to; used up by `act`."""
    refused_offer: bool
    """The customer said no to what was offered or asked. Written by `listen`."""
    found: tuple[Found, ...] | None
    """Knowledge found for the customer's words. Written by the first `think`."""
    head: ReplyHead | None
    """The decision fields of the model's reply. Written by `think`."""
    said: str
    """What of the reply has been released to the customer. Written by `think`."""
    draft: str
    """What of the reply was held back: a draft for a person at most. Written by `think`."""
    problems: list[Problem]
    """Why sentences were held back. Written by `think`."""
    sources: list[Source]
    """The entries that the reply cites. Written by `think`."""
    exhausted: str | None
    """The wording that says why the turn could not be finished; None when it could. Written by `think`."""
    verdict: Verdict
    """What the turn ends in. Written by `listen` or `judge`."""
    plan: Plan | None
    """The case to open. Written by `handover`."""


def fresh() -> TurnState:
    """What a turn begins with: under a checkpointer the thread's last turn would show through."""
    return {
        "trail": [],
        "step": 0,
        "calls": (),
        "confirmed": None,
        "refused_offer": False,
        "found": None,
        "head": None,
        "said": "",
        "draft": "",
        "problems": [],
        "sources": [],
        "exhausted": None,
        "plan": None,
    }
