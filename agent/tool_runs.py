"""What every run of a tool has in common: its context, what was done before, a rehearsal without a trace."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from agent.context import TurnContext
from agent.data import note
from agent.models.parts import ToolCall
from core.ids import TurnId
from core.vocabulary import Role
from store import journal
from store.database import UnitOfWork, Unreachable
from store.journal import Effect
from tools.context import ToolContext
from tools.outside import CallOutside, OutsideRun, any_outside, during
from tools.registry import ToolSpec
from tools.run import run_tool

T = TypeVar("T")

_FAR = ThreadPoolExecutor(max_workers=8, thread_name_prefix="outside")
"""Threads of their own: other systems may be slow, and the store's must not wait for them."""


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` returns, run where waiting for another system is in nobody's way."""
    return await asyncio.get_running_loop().run_in_executor(_FAR, work)


async def read(context: TurnContext, work: Callable[[UnitOfWork], T]) -> T:
    """What `work` returns, in a transaction that reads."""
    database = context.means.database
    if any_outside(context.means.ports):
        return await in_thread(partial(database.read, work))
    return await database.aread(work)


async def rehearse(
    context: TurnContext,
    spec: ToolSpec,
    call: ToolCall,
    key: str | None = None,
    confirmed: str | None = None,
) -> tuple[OutsideRun | None, CallOutside | None]:
    """Runs a tool and undoes what it wrote: what it reads in other systems, and the change it needs there.

    (None, None) where no other system is connected.
    """
    if not any_outside(context.means.ports):
        return None, None
    run = OutsideRun()

    def work(uow: UnitOfWork) -> CallOutside | None:
        asked = journal.open_confirmation(uow, context.conversation_id) if confirmed else None
        given = asked is not None and (asked.id, asked.business_key) == (confirmed, key)
        tools = replace(tool_context(context, uow, run), confirmed=given, business_key=key)
        try:
            run_tool(spec, call.arguments, tools, call.id)
        except CallOutside as needed:
            return needed
        return None

    try:
        needed = await in_thread(partial(context.means.database.read, work))
    except Unreachable:
        # A transaction that reads could not be made to write; what was read before it counts all the same.
        needed = None
    return run.again(None), needed


def done_before(
    uow: UnitOfWork, context: TurnContext, spec: ToolSpec, key: str | None, step: int
) -> Effect | None:
    """What this call did already; None when it did nothing.

    A model that is asked again after a crash may ask for the same in other words, for another amount: one
    wish would act twice. So its first step after the replayed one meets what the tool did before on the same
    subject, and is told so: what the customer wants besides, it may ask for in a later step.
    """
    before = journal.effect_of(uow, key) if key else None
    replay = context.input.replay
    if before is not None or key is None or replay is None or step != replay.step + 1:
        return before
    for effect in journal.effects_of_turn(uow, turn_of(context), spec.name, replay.step):
        if spec.same_subject(key, effect.business_key):
            return replace(effect, result={**effect.result, "note": note("done_before_restart")})
    return None


def turn_of(context: TurnContext) -> TurnId:
    """The turn that runs."""
    assert context.input.turn is not None
    return context.input.turn.id


def tool_context(context: TurnContext, uow: UnitOfWork, run: OutsideRun | None = None) -> ToolContext:
    """What the run brings to a tool; `run`: its calls to other systems are noted there, or answered."""
    given, ports = context.input, context.means.ports
    said = tuple(one.message.text for one in given.messages if one.message.role is Role.CUSTOMER)
    return ToolContext(
        uow=uow,
        conversation_id=context.conversation_id,
        customer=given.talk.customer,
        verified_order=given.talk.verified_order,
        said=said,
        business=context.means.business,
        knowledge=context.means.knowledge,
        ports=during(ports, run) if run is not None else ports,
    )
