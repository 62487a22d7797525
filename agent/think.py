"""Node `think`: finds knowledge, asks the model once, and lets its answer out only through the gate."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Literal

from langchain_core.messages import AIMessage, BaseMessage, messages_from_dict
from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.context import TurnContext, TurnInput
from agent.decide import crossed, decide
from agent.finding import found_for
from agent.listen import confirmed_call, heard_of
from agent.models.parts import ReplyHead, ReplyText, StepEnd, ToolCall, ToolCalls
from agent.node import on_path
from agent.prompt import compose, words_of
from agent.report import Before, backing_of, report_of, self_report
from agent.rule_facts import rules_of
from agent.speech import Speech
from agent.state import TurnState
from agent.trace import now_ms
from agent.triggers import hear
from core.errors import ModelUnavailable
from core.shapes import Source
from core.vocabulary import Decision, Trigger
from knowledge import Found
from store import journal, promises
from store.database import UnitOfWork
from tools.registry import Effect


@dataclass
class _Answer:
    """What one step of the model comes to."""

    speech: Speech
    head: ReplyHead | None = None
    calls: tuple[ToolCall, ...] = ()
    message: AIMessage | None = None
    update: TurnState = field(default_factory=lambda: TurnState())


@on_path
async def think(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Literal["act", "judge"]]:
    context = runtime.context
    if not state["trail"] and context.input.replay is not None:
        return Command(goto="act", update=_replayed(context.input, context.input.replay))
    step = state["step"] + 1
    if _spent(context, step):
        return Command(goto="judge", update={"exhausted": "budget_spent", "step": step})
    found = state["found"]
    if found is None:
        found = await found_for(context)
    answer = _Answer(Speech(_releaser(context), context.input.talk.locale))
    exhausted = await _ask(context, state, found, answer)
    trail = [*state["trail"], *([answer.message] if answer.message else [])]
    update: TurnState = {"found": found, "step": step, "trail": trail, "exhausted": exhausted}
    if answer.calls and exhausted is None and not _for_a_person(context, state, answer.calls):
        return Command(goto="act", update={**update, "calls": answer.calls})
    speech = answer.speech
    spoken: TurnState = {
        "said": speech.shown.strip(),
        "draft": speech.held.strip(),
        "problems": speech.problems,
    }
    return Command(goto="judge", update={**update, **spoken, **answer.update, "head": answer.head})


async def _ask(
    context: TurnContext, state: TurnState, found: tuple[Found, ...], answer: _Answer
) -> str | None:
    """Streams one step into `answer`. Returns the wording that says why there is none, else None."""
    messages = [*compose(context, found, state["refused_offer"]), *state["trail"]]
    left = context.means.business.budget.seconds - context.trace.at() / 1000
    started = now_ms()
    try:
        async with asyncio.timeout(max(left, 0.1)):
            await _stream(context, state, found, messages, answer)
    except ModelUnavailable:
        return "model_down"
    except TimeoutError:
        return "budget_spent"
    finally:
        context.trace.model_ms += now_ms() - started
    return None


async def _stream(
    context: TurnContext,
    state: TurnState,
    found: tuple[Found, ...],
    messages: list[BaseMessage],
    answer: _Answer,
) -> None:
    started = now_ms()
    async with aclosing(
        context.means.model.stream(messages, context.means.toolbox.tools, whole=not context.streamed)
    ) as parts:
        async for part in parts:
            match part:
                case ToolCalls(calls):
                    answer.calls = calls
                case ReplyHead():
                    answer.head = part
                    await _gate(context, state, found, answer)
                case ReplyText(delta):
                    answer.speech.add(delta)
                case StepEnd(message, usage, _, about):
                    answer.message = message
                    context.trace.about += about
                    context.trace.model_step(
                        usage.calls, usage.prompt_tokens, usage.completion_tokens, now_ms() - started
                    )
    answer.speech.finish()


async def _gate(context: TurnContext, state: TurnState, found: tuple[Found, ...], answer: _Answer) -> None:
    """Decides before the first word; opens for an answer or an offer, stays shut for a handover."""
    head = answer.head
    assert head is not None
    business = context.means.business
    heard = replace(
        heard_of(context.input, words_of(context.input, after=context.input.memory.heard_from)),
        self_report=self_report(context, head, found),
    )
    listened = state["readings"]
    again = hear(heard, context.means.detectors)
    # What listening left out stays out; with no fresh words it heard nothing at all.
    readings = {**listened, **{one: read for one, read in again.items() if one in listened or not listened}}
    answer.update = {"readings": readings, "sources": _cited(head, found)}
    verdict = decide(
        readings,
        report_of(context, head, []),
        context.input.memory,
        business.triggers,
        business.decision,
        rules_of(context, {**state, **answer.update, "found": found}, readings),
    )
    if verdict.decision is not Decision.HANDOVER:
        answer.speech.unlock(backing_of(context, answer.update["sources"], await _before(context)))


async def _before(context: TurnContext) -> Before:
    """What of earlier turns stands behind an answer. A first turn has nothing behind it."""
    if not context.input.memory.turns:
        return Before()

    def read(uow: UnitOfWork) -> Before:
        effects = journal.effects_in(uow, context.conversation_id)
        promised = promises.open_in(uow, context.conversation_id)
        return Before(frozenset(effect.tool for effect in effects), promised)

    return await context.means.database.aread(read)


def _cited(head: ReplyHead, found: tuple[Found, ...]) -> list[Source]:
    """The entries that the reply names, as far as they were really found."""
    known = {one.id: one for one in found}
    return [
        Source(id=id, title=known[id].title, url=known[id].url)
        for id in dict.fromkeys(head.sources)
        if id in known
    ]


def _for_a_person(context: TurnContext, state: TurnState, calls: tuple[ToolCall, ...]) -> bool:
    """Whether these calls would change something for a customer whom a person is about to serve."""
    policies = context.means.business.triggers
    handed_over = any(
        policies[trigger].effect == "handover" and crossed(trigger, state["readings"], policies)
        for trigger in policies
        if trigger is not Trigger.NOT_UNDERSTOOD
    )
    changing = (context.means.toolbox.named(call.name) for call in calls)
    return handed_over and any(spec is not None and spec.effect is Effect.CHANGE for spec in changing)


def _spent(context: TurnContext, step: int) -> bool:
    budget, trace = context.means.business.budget, context.trace
    tokens = trace.prompt_tokens + trace.completion_tokens
    return step > budget.steps or tokens > budget.tokens or trace.at() > budget.seconds * 1000


def _replayed(given: TurnInput, step: journal.JournalledStep) -> TurnState:
    """The journalled step instead of the model's: whatever the model would say now, this was begun.

    A yes that the customer gave to one of its calls, and that is not used up, still counts.
    """
    trail = messages_from_dict(step.trail)
    last = trail[-1]
    assert isinstance(last, AIMessage)
    calls = tuple(ToolCall(str(call["id"]), call["name"], call["args"]) for call in last.tool_calls)
    asked = given.confirmation
    given_yes = asked is not None and confirmed_call(asked) in calls
    confirmed = asked.id if asked is not None and given_yes else None
    return {"trail": trail, "step": step.step, "calls": calls, "confirmed": confirmed}


def _releaser(context: TurnContext) -> Callable[[str], None]:
    turn = context.input.turn

    def release(sentence: str) -> None:
        context.on_release()
        if turn is not None:
            context.emit("token", {"turn": turn.id, "attempt": turn.attempt, "text": sentence})

    return release
