"""The three ways in which a tool touches the store. Each changing call: one guarded transaction, once."""

from collections.abc import Sequence
from dataclasses import replace

from langchain_core.messages import BaseMessage, messages_to_dict

from agent.context import TurnContext
from agent.models.parts import ToolCall
from core.ids import TurnId, new_id
from core.shapes import Json
from core.vocabulary import Role
from store import audit, conversations, journal
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.journal import Confirmation, Effect, JournalledStep
from tools.context import ToolContext
from tools.registry import Effect as Kind
from tools.registry import ToolSpec, tool_named
from tools.run import ToolOutcome, run_tool


async def look(context: TurnContext, spec: ToolSpec, call: ToolCall) -> Json:
    """A call that only reads."""
    return await context.means.database.aread(
        lambda uow: run_tool(spec, call.arguments, _tool_context(context, uow), call.id).result
    )


async def identify(context: TurnContext, spec: ToolSpec, call: ToolCall) -> Json:
    """A call that may raise the customer's level: attempts stay counted whatever comes of it."""
    context.on_effect()

    def work(uow: UnitOfWork) -> Json:
        hold(uow, context.conversation_id, context.epoch)
        return run_tool(spec, call.arguments, _tool_context(context, uow), call.id).result

    result = await context.means.database.awrite(work)
    fresh = await context.means.database.aread(lambda uow: conversations.load(uow, context.conversation_id))
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
    """Journals a step before it runs, with each call's business key as the database stands now."""

    def work(uow: UnitOfWork) -> dict[str, str | None]:
        hold(uow, context.conversation_id, context.epoch)
        tools = _tool_context(context, uow)
        keys = {call.id: _key(call, tools) for call in calls}
        journal.write_step(uow, _turn(context), JournalledStep(step, messages_to_dict(trail), keys))
        return keys

    return await context.means.database.awrite(work)


async def change(
    context: TurnContext, spec: ToolSpec, call: ToolCall, key: str | None, step: int, confirmed: str | None
) -> Json:
    """A call that changes something: its effect, event, audit row and packet line in one transaction.

    The same business key a second time gives the first result, and so does a tool that had acted in this
    turn before it was begun again. FloorLost when somebody else holds the floor.
    """

    def work(uow: UnitOfWork) -> Json:
        held = hold(uow, context.conversation_id, context.epoch)
        before = _done_before(uow, context, spec, key, step)
        if before is not None:
            return before.result
        given = confirmed is not None and journal.consume_confirmation(uow, confirmed, key)
        tools = replace(_tool_context(context, uow), confirmed=given, business_key=key)
        outcome = run_tool(spec, call.arguments, tools, call.id)
        if outcome.confirm is not None:
            _ask(held, spec, call, key, outcome)
        elif outcome.ok and key:
            _record(held, context, call, key, step, outcome.result)
        return outcome.result

    return await context.means.database.awrite(work)


def _done_before(
    uow: UnitOfWork, context: TurnContext, spec: ToolSpec, key: str | None, step: int
) -> Effect | None:
    """What this call did already. After a replay the model has not seen what it said before: were it to ask
    for the same in other words, for another amount, one wish would act twice."""
    before = journal.effect_of(uow, key) if key else None
    replay = context.input.replay
    if before is None and replay is not None and step > replay.step:
        return journal.effect_in_turn(uow, _turn(context), spec.name, replay.step)
    return before


def _record(held: Held, context: TurnContext, call: ToolCall, key: str, step: int, result: Json) -> None:
    uow, turn = held.uow, _turn(context)
    done = (key, call.name, call.arguments, result)
    journal.record_effect(uow, held.talk.id, turn, step, call.id, done)
    held.event("effect", {"tool": call.name, "key": key, "turn": turn})
    audit.write(uow, Role.AI, None, call.name, f"effect:{key}", {"turn": turn}, held.talk.id)


def _ask(held: Held, spec: ToolSpec, call: ToolCall, key: str | None, outcome: ToolOutcome) -> None:
    assert outcome.confirm is not None
    asked = Confirmation(new_id("confirm"), spec.name, key or "", call.arguments, outcome.confirm.summary)
    journal.ask_confirmation(held.uow, held.talk.id, held.seq, asked)


def _key(call: ToolCall, tools: ToolContext) -> str | None:
    spec = tool_named(call.name)
    if spec is None or spec.effect is not Kind.CHANGE or spec.business_key is None:
        return None
    return spec.business_key(call.arguments, tools)


def _turn(context: TurnContext) -> TurnId:
    assert context.input.turn is not None
    return context.input.turn.id


def _tool_context(context: TurnContext, uow: UnitOfWork) -> ToolContext:
    given = context.input
    said = tuple(one.message.text for one in given.messages if one.message.role is Role.CUSTOMER)
    return ToolContext(
        uow=uow,
        conversation_id=context.conversation_id,
        customer=given.talk.customer,
        verified_order=given.talk.verified_order,
        said=said,
        business=context.means.business,
        knowledge=context.means.knowledge,
        ports=context.means.ports,
    )
