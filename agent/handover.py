"""Node `handover`: a person is better now. Says which case is to be opened; `settle` opens it."""

from langgraph.runtime import Runtime

from agent.context import TurnContext
from agent.node import on_path
from agent.output_check import Backing, kept
from agent.prompt import words_of
from agent.state import TurnState
from core.vocabulary import Capability
from handover.plan import plan


@on_path
async def handover(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    context, verdict = runtime.context, state["verdict"]
    about = capabilities_of(context, state)
    offer = context.input.memory.offer
    named = offer.department if offer is not None and offer.trigger is verdict.reason else None
    return {
        "plan": plan(
            verdict.reason,
            verdict.evidence,
            _asked(context),
            context.means.business,
            rule=verdict.rule,
            capability=about[0] if about else None,
            departments=(named,) if named else (),
            draft=kept(state.get("draft", ""), _backing(context), context.input.talk.locale),
            wording=state.get("exhausted"),
            customer_name=context.input.talk.customer_name,
        )
    }


def _backing(context: TurnContext) -> Backing:
    """What a draft may say: only what this turn has done or found."""
    runs = context.trace.tools
    return Backing(frozenset(run.name for run in runs if run.ok), cited=any(run.ok for run in runs))


def capabilities_of(context: TurnContext, state: TurnState) -> tuple[Capability, ...]:
    """What the turn was about: its tools' capabilities, those of the entries that it cites, and what the
    model names itself where it asks before it calls."""
    specs = [context.means.toolbox.named(run.name) for run in context.trace.tools]
    of_tools = [spec.capability for spec in specs if spec is not None]
    cited = {source.id for source in state.get("sources", [])}
    of_entries = [
        Capability.HOURS_LOCATIONS if one.kind == "place" else Capability.FAQ
        for one in (state.get("found") or ())
        if one.id in cited
    ]
    named = [one for one in Capability if one in context.trace.about]
    return tuple(dict.fromkeys([*of_tools, *of_entries, *named]))


def _asked(context: TurnContext) -> str:
    """The customer's own unanswered words, on one line; without any, what a person was asked for them."""
    words, answered = words_of(context.input), context.input.answered
    return " ".join((words or (answered.question if answered else "")).split())
