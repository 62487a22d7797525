"""The three ways in which a tool touches the store. Each changing call: one guarded transaction, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import BaseMessage, messages_to_dict

from agent.asking import ask_instead
from agent.context import TurnContext
from agent.models.parts import ToolCall
from agent.outside import change_outside
from agent.tool_runs import done_before, read, rehearse, tool_context, turn_of
from core.ids import new_id
from core.shapes import Json
from core.vocabulary import Role
from store import audit, conversations, journal
from store.conversations import Held, Talk, hold
from store.database import UnitOfWork
from store.journal import Confirmation, JournalledStep
from tools.context import ToolContext
from tools.outside import OutsideRun, any_outside
from tools.registry import Effect as Kind
from tools.registry import ToolSpec
from tools.run import ToolOutcome, run_tool


@dataclass(frozen=True)
class Written:
    """A step as it is being run: the model's messages up to its calls, their business keys, a yes given."""

    step: int
    trail: Sequence[BaseMessage]
    keys: Mapping[str, str | None]
    confirmed: str | None


async def look(context: TurnContext, spec: ToolSpec, call: ToolCall) -> Json:
    """A call that only reads."""

    def work(uow: UnitOfWork) -> Json:
        return run_tool(spec, call.arguments, tool_context(context, uow), call.id).result

    return await read(context, work)


async def identify(context: TurnContext, spec: ToolSpec, call: ToolCall, written: Written) -> Json:
    """A call that may raise the customer's level: a try stays counted whatever comes of it, and once.

    Its result is written down in the transaction that counts it. A turn that is begun again takes it from
    there, and tries nothing.
    """
    replay = context.input.replay
    if replay is not None and replay.step == written.step and call.id in replay.results:
        return replay.results[call.id]
    context.on_effect()
    looked, _ = await rehearse(context, spec, call)

    def work(uow: UnitOfWork) -> tuple[Json, Talk]:
        hold(uow, context.conversation_id, context.epoch)
        result = run_tool(spec, call.arguments, tool_context(context, uow, looked), call.id).result
        trail = messages_to_dict(written.trail)
        journal.write_result(uow, turn_of(context), written.step, trail, call.id, result)
        return result, conversations.load(uow, context.conversation_id)

    result, fresh = await context.means.database.awrite(work)
    talk = replace(
        context.input.talk,
        level=fresh.level,
        customer_id=fresh.customer_id,
        customer_name=fresh.customer_name,
        verified_order=fresh.verified_order,
    )
    context.input = replace(context.input, talk=talk)
    return result


async def write_down(
    context: TurnContext, calls: Sequence[ToolCall], trail: Sequence[BaseMessage], step: int
) -> dict[str, str | None]:
    """Journals a step before it runs, with each call's business key as the books stand now."""

    def read_keys(uow: UnitOfWork) -> dict[str, str | None]:
        tools = tool_context(context, uow)
        return {call.id: _key(context, call, tools) for call in calls}

    # Other systems are never asked while a transaction holds the conversation.
    known = await read(context, read_keys) if any_outside(context.means.ports) else None

    def work(uow: UnitOfWork) -> dict[str, str | None]:
        hold(uow, context.conversation_id, context.epoch)
        keys = read_keys(uow) if known is None else known
        journal.write_step(uow, turn_of(context), JournalledStep(step, messages_to_dict(trail), keys))
        return keys

    return await context.means.database.awrite(work)


async def change(
    context: TurnContext, spec: ToolSpec, call: ToolCall, key: str | None, step: int, confirmed: str | None
) -> Json:
    """A call that changes something: its effect, event, audit row and packet line in one transaction.

    The same business key a second time gives the first result; so may a tool that had acted in this turn
    before it was begun again. A change that another system has to make goes by `agent/outside.py`.
    FloorLost when somebody else holds the floor.
    """
    looked: OutsideRun | None = None
    if key is not None and any_outside(context.means.ports):
        far = await change_outside(context, spec, call, key, step, confirmed)
        if not isinstance(far, OutsideRun):
            return far
        looked = far

    def work(uow: UnitOfWork) -> Json:
        held = hold(uow, context.conversation_id, context.epoch)
        before = done_before(uow, context, spec, key, step)
        if before is not None:
            return before.result
        given = confirmed is not None and journal.consume_confirmation(uow, confirmed, key)
        tools = replace(tool_context(context, uow, looked), confirmed=given, business_key=key)
        outcome = run_tool(spec, call.arguments, tools, call.id)
        if outcome.confirm is not None:
            _ask(held, spec, call, key, outcome)
        elif outcome.ok and key:
            _record(held, context, call, key, step, outcome.result)
        elif not outcome.ok:
            return ask_instead(held, spec, call.arguments, tools, outcome)
        return outcome.result

    return await context.means.database.awrite(work)


def _record(held: Held, context: TurnContext, call: ToolCall, key: str, step: int, result: Json) -> None:
    uow, turn = held.uow, turn_of(context)
    done = (key, call.name, call.arguments, result)
    journal.record_effect(uow, held.talk.id, turn, step, call.id, done)
    held.event("effect", {"tool": call.name, "key": key, "turn": turn})
    audit.write(uow, Role.AI, None, call.name, f"effect:{key}", {"turn": turn}, held.talk.id)


def _ask(held: Held, spec: ToolSpec, call: ToolCall, key: str | None, outcome: ToolOutcome) -> None:
    assert outcome.confirm is not None
    asked = Confirmation(new_id("confirm"), spec.name, key or "", call.arguments, outcome.confirm.summary)
    journal.ask_confirmation(held.uow, held.talk.id, held.seq, asked)


def _key(context: TurnContext, call: ToolCall, tools: ToolContext) -> str | None:
    spec = context.means.toolbox.named(call.name)
    if spec is None or spec.effect is not Kind.CHANGE or spec.business_key is None:
        return None
    return spec.business_key(call.arguments, tools)
