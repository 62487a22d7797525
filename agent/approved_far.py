"""An approved act that another system carries out: by intent, call and outcome, as in a turn."""

from collections.abc import Callable
from dataclasses import replace

from agent.context import Means
from agent.outside import Authority, record
from agent.outside_calls import carry_out
from core.ids import TurnId
from core.shapes import Json
from store import outside
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.outside import Intent
from store.requests import RequestRow
from tools.context import ToolContext
from tools.outside import CallOutside, OutsideRun, during
from tools.outside_codec import dump_arguments, dump_reads
from tools.run import run_tool

ContextOf = Callable[[UnitOfWork], ToolContext]
"""The person's authority, as it stands in this transaction."""
Recorded = Callable[[Held, Json], None]
"""Writes the result where the request is; in the transaction that records the effect."""


def carry_out_far(means: Means, row: RequestRow, context_of: ContextOf, recorded: Recorded) -> bool:
    """Carries it out once, however often it is called. False: it needs no other system."""
    key = row.business_key or ""
    begun = means.database.read(lambda uow: outside.held(uow, key))
    fresh = begun is None
    if begun is None:
        begun = _begin(means, row, key, context_of)
    if begun is None:
        return False
    ended = carry_out(means.database, means.ports, begun, fresh=fresh)

    def work(uow: UnitOfWork) -> None:
        given = context_of(uow)
        authority = Authority(given.person_id, given.limit_cents or 0)
        held = hold(uow, row.conversation_id)
        recorded(held, record(held, means, ended, authority))

    means.database.write(work)
    return True


def _begin(means: Means, row: RequestRow, key: str, context_of: ContextOf) -> Intent | None:
    spec, run = means.toolbox.named(row.tool or ""), OutsideRun()
    if spec is None:
        return None

    def rehearse(uow: UnitOfWork) -> CallOutside | None:
        try:
            run_tool(
                spec, row.arguments or {}, replace(context_of(uow), ports=during(means.ports, run)), row.id
            )
        except CallOutside as needed:
            return needed
        return None

    needed = means.database.read(rehearse)
    if needed is None:
        return None

    def work(uow: UnitOfWork) -> Intent | None:
        hold(uow, row.conversation_id)
        intent = Intent(
            business_key=key,
            conversation_id=row.conversation_id,
            turn_id=TurnId(row.id),
            step=0,
            call_id=row.id,
            tool=spec.name,
            arguments=row.arguments or {},
            confirmed=True,
            port=needed.port,
            method=needed.method,
            call=dump_arguments(needed.port, needed.method, needed.arguments),
            reads=dump_reads(run),
            at=uow.now,
        )
        return outside.begin(uow, intent)

    return means.database.write(work)
