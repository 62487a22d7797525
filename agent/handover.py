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
    """What the turn was about: its tools' capabilities, and FAQ where an entry was cited."""
    specs = [tool_named(run.name) for run in context.trace.tools]
    found = [spec.capability for spec in specs if spec is not None]
    if state.get("sources"):
        found.append(Capability.FAQ)
    return tuple(dict.fromkeys(found))


def _asked(context: TurnContext) -> str:
    """The customer's own unanswered words, on one line."""
    return " ".join(words_of(context.input).split())
