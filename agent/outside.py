"""A change that another system makes: intent, call, outcome, each written down before the next begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.context import Means, TurnContext
from agent.models.parts import ToolCall
from agent.outside_calls import CHECK_AFTER, OUTSIDE_CHECK, carry_out
from agent.tool_runs import done_before, in_thread, rehearse, turn_of
from core.errors import FloorLost
from core.ids import PersonId
from core.shapes import Json
from core.vocabulary import Role
from store import audit, journal, messages, outbox, outside
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.outside import Intent
from tools.context import ToolContext
from tools.outside import CallOutside, Done, OutsidePort, OutsideRun, during
from tools.outside_codec import dump_arguments, dump_reads, load_arguments, load_outcome, load_reads
from tools.refusals import refused
from tools.registry import ToolSpec
from tools.run import run_tool

MOST_MESSAGES = 80


async def change_outside(
    context: TurnContext, spec: ToolSpec, call: ToolCall, key: str, step: int, confirmed: str | None
) -> Json | OutsideRun:
    """The result of a change that another system made; or what the tool has read there, if it needs none.

    A call that an earlier attempt began is looked up by its key, and never simply made again. FloorLost when
    somebody else has the floor by the time the outcome is known: it is recorded all the same.
    """
    begun = await context.means.database.aread(lambda uow: outside.held(uow, key))
    if begun is not None:
        return await _ended(context, lambda: begun, fresh=False)
    looked, needed = await rehearse(context, spec, call, key, confirmed)
    if needed is None:
        return looked or OutsideRun()
    reads = looked or OutsideRun()
    which = (key, step, confirmed)

    def begin() -> Intent | Json:
        return context.means.database.write(
            lambda uow: _begin(uow, context, spec, call, which, needed, reads)
        )

    return await _ended(context, begin, fresh=True)


async def _ended(context: TurnContext, begin: Callable[[], Intent | Json], *, fresh: bool) -> Json:
    """Intent, call and record in one go: a turn that is cancelled meanwhile does not stop the thread."""
    means = context.means

    def work() -> tuple[Json, int]:
        begun = begin()
        if not isinstance(begun, Intent):
            return begun, context.epoch
        ended = carry_out(means.database, means.ports, begun, fresh=fresh)
        return means.database.write(lambda uow: _on_record(uow, means, ended))

    result, epoch = await in_thread(work)
    if epoch != context.epoch:
        raise FloorLost
    return result


def _on_record(uow: UnitOfWork, means: Means, ended: Intent) -> tuple[Json, int]:
    held = hold(uow, ended.conversation_id)
    return record(held, means, ended), held.epoch


def _begin(
    uow: UnitOfWork,
    context: TurnContext,
    spec: ToolSpec,
    call: ToolCall,
    which: tuple[str, int, str | None],
    needed: CallOutside,
    looked: OutsideRun,
) -> Intent | Json:
    """The intent, under the floor's epoch; or the result that there is already."""
    key, step, confirmed = which
    hold(uow, context.conversation_id, context.epoch)
    before = done_before(uow, context, spec, key, step)
    if before is not None:
        return before.result
    given = confirmed is not None and journal.consume_confirmation(uow, confirmed, key)
    intent = Intent(
        business_key=key,
        conversation_id=context.conversation_id,
        turn_id=turn_of(context),
        step=step,
        call_id=call.id,
        tool=spec.name,
        arguments=call.arguments,
        confirmed=given,
        port=needed.port,
        method=needed.method,
        call=dump_arguments(needed.port, needed.method, needed.arguments),
        reads=dump_reads(looked),
        at=uow.now,
    )
    begun = outside.begin(uow, intent)
    if begun is None:
        return refused("changed_meanwhile")
    _watch(uow, context.means, begun)
    return begun


def _watch(uow: UnitOfWork, means: Means, begun: Intent) -> None:
    """A timer, for the case that this turn does not live to see the outcome."""
    port: OutsidePort = getattr(means.ports, begun.port)
    due = uow.now + CHECK_AFTER + port.settling
    payload = {"intent": begun.id}
    outbox.put(uow, OUTSIDE_CHECK, f"{OUTSIDE_CHECK}:{begun.id}", due, payload, begun.conversation_id)


@dataclass(frozen=True)
class Authority:
    """The person under whose authority an approved act runs, and how far it reaches."""

    person_id: PersonId | None
    limit_cents: int


def record(held: Held, means: Means, intent: Intent, authority: Authority | None = None) -> Json:
    """Writes what an ended call means here, once: effect, event, audit row. Returns the tool's result.

    Whoever holds the floor by now: what was done is on record.
    """
    before = journal.effect_of(held.uow, intent.business_key)
    if before is not None:
        return before.result
    if intent.status == "void":
        return refused("not_reached")
    if intent.outcome is None:
        return _unknown(held, intent)
    return _recorded(held, means, intent, authority)


def _recorded(held: Held, means: Means, intent: Intent, authority: Authority | None) -> Json:
    spec = means.toolbox.named(intent.tool)
    if spec is None or intent.outcome is None:
        return _unknown(held, intent)
    run = load_reads(intent.reads).again(load_outcome(intent.port, intent.method, intent.outcome))
    run.called = load_arguments(intent.port, intent.method, intent.call)
    context = _context(held, means, intent, run)
    if authority is not None:
        context = replace(context, person_id=authority.person_id, limit_cents=authority.limit_cents)
    try:
        outcome = run_tool(spec, intent.arguments, context, intent.call_id)
    except CallOutside:
        # A second change in one call: the first is done, and the tool cannot be ended.
        return _unknown(held, intent)
    if outcome.ok:
        _write(held, intent, outcome.result, context.person_id)
    elif isinstance(run.outcome, Done) and not run.used:
        # It was done there, and is refused here: nobody but a person can make sense of that.
        return _unknown(held, intent)
    else:
        outside.free(held.uow, intent.id)
    return outcome.result


def _context(held: Held, means: Means, intent: Intent, run: OutsideRun) -> ToolContext:
    said = messages.last_said(held.uow, held.talk.id, MOST_MESSAGES)
    return ToolContext(
        uow=held.uow,
        conversation_id=held.talk.id,
        customer=held.talk.customer,
        verified_order=held.talk.verified_order,
        said=tuple(one.message.text for one in said if one.message.role is Role.CUSTOMER),
        business=means.business,
        knowledge=means.knowledge,
        ports=during(means.ports, run),
        confirmed=intent.confirmed,
        business_key=intent.business_key,
    )


def _write(held: Held, intent: Intent, result: Json, person: PersonId | None) -> None:
    key, turn, actor = intent.business_key, intent.turn_id, Role.PERSON if person else Role.AI
    done = (key, intent.tool, intent.arguments, result)
    journal.record_effect(held.uow, held.talk.id, turn, intent.step, intent.call_id, done, person)
    held.event("effect", {"tool": intent.tool, "key": key, "turn": None if person else turn})
    audit.write(held.uow, actor, person, intent.tool, f"effect:{key}", {"turn": turn}, held.talk.id)


def _unknown(held: Held, intent: Intent) -> Json:
    """Nobody can say whether it was done: it is never tried again, and a person sees to it."""
    data = {"turn": intent.turn_id, "outcome": "unknown"}
    audit.write(held.uow, Role.AI, None, intent.tool, f"outside:{intent.id}", data, held.talk.id)
    return refused("unknown_outcome", person_offered=True)
