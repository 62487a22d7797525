"""Node `act`: runs the tool calls of a step, each effect in a transaction of its own, and once."""

import asyncio
import json
from typing import Literal

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.context import TurnContext
from agent.data import note
from agent.effects import Written, change, identify, look, write_down
from agent.models.parts import ToolCall
from agent.node import on_path
from agent.state import TurnState
from agent.trace import now_ms
from core.shapes import Json, ToolRun
from tools.registry import Effect


@on_path
async def act(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Literal["think"]]:
    context = runtime.context
    calls = state["calls"]
    trail: list[BaseMessage] = list(state["trail"])
    step = state["step"]
    if state.get("confirmed") and not trail:
        trail, step = [_as_asked(context, calls)], 1
    keys = await _keys(context, calls, trail, step)
    written = Written(step, trail, keys, state.get("confirmed"))
    if any(_effect(context, call) is not Effect.NONE for call in calls):
        results = [await _run(context, call, written) for call in calls]
    else:
        results = list(await asyncio.gather(*(_run(context, call, written) for call in calls)))
    told = [
        ToolMessage(json.dumps(result, ensure_ascii=False), tool_call_id=call.id) for call, result in results
    ]
    return Command(goto="think", update={"trail": [*trail, *told], "step": step, "confirmed": None})


async def _keys(
    context: TurnContext, calls: tuple[ToolCall, ...], trail: list[BaseMessage], step: int
) -> dict[str, str | None]:
    """The business keys under which this step was, or is now, written down; none when it changes nothing."""
    replay = context.input.replay
    if replay is not None and replay.step == step:
        return replay.keys
    if not any(_effect(context, call) is Effect.CHANGE for call in calls):
        return {}
    context.on_effect()
    return await write_down(context, calls, trail, step)


async def _run(context: TurnContext, call: ToolCall, written: Written) -> tuple[ToolCall, Json]:
    """One call, watched and timed."""
    context.emit("tool", {"name": call.name, "state": "started", "arguments": call.arguments})
    started, began = now_ms(), context.trace.at()
    result = await _result(context, call, written)
    ms, ok = round(now_ms() - started, 3), bool(result.get("ok"))
    context.trace.tools.append(
        ToolRun(name=call.name, arguments=call.arguments, result=result, ok=ok, started_ms=began, ms=ms)
    )
    context.emit("tool", {"name": call.name, "state": "ended", "ok": ok, "ms": ms})
    return call, result


async def _result(context: TurnContext, call: ToolCall, written: Written) -> Json:
    spec = context.means.toolbox.named(call.name)
    if spec is None:
        return {"ok": False, "error": "unknown_tool", "say": note("unknown_tool", name=call.name)}
    match spec.effect_of(call.arguments):
        case Effect.NONE:
            return await look(context, spec, call)
        case Effect.IDENTITY:
            return await identify(context, spec, call, written)
        case Effect.CHANGE:
            key = written.keys.get(call.id)
            return await change(context, spec, call, key, written.step, written.confirmed)


def _effect(context: TurnContext, call: ToolCall) -> Effect:
    spec = context.means.toolbox.named(call.name)
    return spec.effect_of(call.arguments) if spec else Effect.NONE


def _as_asked(context: TurnContext, calls: tuple[ToolCall, ...]) -> AIMessage:
    """The confirmed call as the model's own: it goes on from there."""
    asked = [{"id": call.id, "name": call.name, "args": call.arguments} for call in calls]
    return AIMessage(content="", tool_calls=asked)
