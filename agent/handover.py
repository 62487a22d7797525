"""Node `handover`: a person is better now. Says which case is to be opened; `settle` opens it."""

from langgraph.runtime import Runtime

from agent.context import TurnContext
from agent.node import on_path
from agent.prompt import words_of
from agent.state import TurnState
from core.vocabulary import Capability
from handover.plan import plan
from tools.registry import tool_named


@on_path
async def handover(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    context, verdict = runtime.context, state["verdict"]
    about = capabilities_of(context, state)
    return {
        "plan": plan(
            verdict.reason,
            verdict.evidence,
            _asked(context),
            context.means.business,
            rule=verdict.rule,
            capability=about[0] if about else None,
            draft=state.get("draft", ""),
            wording=state.get("exhausted"),
            customer_name=context.input.talk.customer_name,
        )
    }


def capabilities_of(context: TurnContext, state: TurnState) -> tuple[Capability, ...]:
    """What the turn was about: its tools' capabilities, and those of the entries that it cites."""
    specs = [tool_named(run.name) for run in context.trace.tools]
    of_tools = [spec.capability for spec in specs if spec is not None]
    cited = {source.id for source in state.get("sources", [])}
    of_entries = [
        Capability.HOURS_LOCATIONS if one.kind == "place" else Capability.FAQ
        for one in (state.get("found") or ())
        if one.id in cited
    ]
    return tuple(dict.fromkeys([*of_tools, *of_entries]))


def _asked(context: TurnContext) -> str:
    """The customer's own unanswered words, on one line."""
    return " ".join(words_of(context.input).split())
