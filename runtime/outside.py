"""Calls to other systems whose turn did not live to see the outcome: looked up later, and put on record."""

from functools import partial

from agent.context import Means
from agent.outside import record
from agent.outside_calls import OUTSIDE_CHECK, carry_out
from core.ids import TurnId
from core.vocabulary import Trigger
from handover.opening import open_case
from handover.plan import plan
from runtime.relay import Delivery
from store import messages, outside, turns
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.outbox import Due
from store.outside import Intent


def outside_checks(means: Means) -> dict[str, Delivery]:
    """What the relay does with such a call when it is due."""
    return {OUTSIDE_CHECK: partial(_check, means)}


def _check(means: Means, due: Due) -> None:
    """Never makes the call: whoever wanted it is not there any more to be told."""
    intent = means.database.read(lambda uow: outside.load(uow, due.payload["intent"]))
    if intent is None or intent.status == "void":
        return
    ended = carry_out(means.database, means.ports, intent, fresh=False, again=False)
    means.database.write(lambda uow: _told(uow, means, ended))


def _told(uow: UnitOfWork, means: Means, intent: Intent) -> None:
    """The effect on record; a case where nobody can say, unless the turn has opened it itself."""
    held = hold(uow, intent.conversation_id)
    result = record(held, means, intent)
    if result.get("error") != "unknown_outcome" or turns.by_ids(uow, {TurnId(intent.turn_id)}):
        return
    _open_case(held, means, intent)


def _open_case(held: Held, means: Means, intent: Intent) -> None:
    wanted = " ".join(one.message.text for one in messages.last_said(held.uow, held.talk.id, 1))
    spec = means.toolbox.named(intent.tool)
    about = plan(
        Trigger.POLICY_EXCEPTION,
        (),
        wanted,
        means.business,
        capability=spec.capability if spec else None,
        customer_name=held.talk.customer_name,
    )
    open_case(held, about, intent.turn_id, means.business)
