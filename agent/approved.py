"""An act that a person has approved: checked again, and carried out once under that person's authority."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agent.approved_far import carry_out_far
from agent.context import Means
from agent.data import note
from core.business import Business
from core.errors import NotFound
from core.ids import TurnId
from core.shapes import Json
from core.vocabulary import Role
from handover import requests as asked
from store import audit, conversations, journal, outside, people, requests
from store.conversations import Held, Talk, hold
from store.database import UnitOfWork
from store.outbox import Due
from store.requests import RequestRow
from tools.context import ToolContext
from tools.outside import any_outside
from tools.run import run_tool


def approved_acts(means: Means) -> dict[str, Callable[[Due], None]]:
    """What the relay does with an approved act, by the outbox's kind."""
    return {asked.APPROVED: partial(_deliver, means)}


def _deliver(means: Means, due: Due) -> None:
    id = due.payload["request"]
    if not any_outside(means.ports) or not _carry_out_far(means, id):
        means.database.write(lambda uow: carry_out(uow, means, id))


def _carry_out_far(means: Means, id: str) -> bool:
    """Whether the act was another system's to do."""

    def still_wanted(uow: UnitOfWork) -> RequestRow | None:
        row = requests.load(uow, id)
        held_back = row.result is not None or journal.effect_of(uow, row.business_key or "") is not None
        begun = outside.held(uow, row.business_key or "")
        fresh = begun is not None or _stale(uow, means.business, row) is None
        return row if row.approved and not held_back and fresh else None

    def recorded(held: Held, result: Json) -> None:
        now = requests.load(held.uow, id)
        if now.result is None:
            asked.carried_out(held, now, result)

    try:
        row = means.database.read(still_wanted)
    except NotFound:  # erased meanwhile
        return True
    if row is None:
        return False
    if _erased(row):
        return True
    return carry_out_far(
        means,
        row,
        lambda uow: _context(uow, conversations.load(uow, row.conversation_id), means, row),
        recorded,
    )


def carry_out(uow: UnitOfWork, means: Means, id: str) -> None:
    """Effect, event, audit row and outcome in one transaction, whoever has the floor; it runs once."""
    try:
        held = hold(uow, requests.load(uow, id).conversation_id)
        row = requests.load(uow, id)
    except NotFound:  # erased meanwhile
        return
    if row.approved and row.result is None and not _erased(row):
        asked.carried_out(held, row, _result(held, means, row))


def _erased(row: RequestRow) -> bool:
    """Erasing a customer leaves a request without what it was about: there is nothing to carry out."""
    return row.business_key is None


def _result(held: Held, means: Means, row: RequestRow) -> Json:
    key, spec = row.business_key or "", means.toolbox.named(row.tool or "")
    before = journal.effect_of(held.uow, key)
    if before is not None:
        return before.result
    stale = "policy_changed" if spec is None else _stale(held.uow, means.business, row)
    if stale is not None or spec is None:
        return {"ok": False, "error": stale, "say": note(str(stale))}
    arguments = row.arguments or {}
    outcome = run_tool(spec, arguments, _context(held.uow, held.talk, means, row), row.id)
    if outcome.ok:
        done = (key, spec.name, arguments, outcome.result)
        journal.record_effect(held.uow, held.talk.id, TurnId(row.id), 0, row.id, done, row.person_id)
        held.event("effect", {"tool": spec.name, "key": key, "turn": None})
        about = {"request": row.id, "limit_cents": row.limit_cents}
        audit.write(held.uow, Role.PERSON, row.person_id, spec.name, f"effect:{key}", about, held.talk.id)
    return outcome.result


def _stale(uow: UnitOfWork, business: Business, row: RequestRow) -> str | None:
    """Why the approval no longer counts."""
    if row.valid_until is None or uow.now >= row.valid_until:
        return "approval_expired"
    if row.policy_id is not None and _version(business, row.policy_id) != row.policy_version:
        return "policy_changed"
    return None


def _version(business: Business, policy_id: str) -> int | None:
    if business.refunds.policy_id == policy_id:
        return business.refunds.version
    document = business.policy(policy_id)
    return document.version if document else None


def _context(uow: UnitOfWork, talk: Talk, means: Means, row: RequestRow) -> ToolContext:
    """The authority is the person's: what they allowed, and no more than they may allow now."""
    person = next((one for one in people.everyone(uow) if one.id == row.person_id), None)
    most = person.limit_cents if person else 0
    context = ToolContext(
        uow=uow,
        conversation_id=talk.id,
        customer=talk.customer,
        verified_order=talk.verified_order,
        said=(),
        business=means.business,
        knowledge=means.knowledge,
        ports=means.ports,
        confirmed=True,
        business_key=row.business_key,
    )
    return replace(context, person_id=row.person_id, limit_cents=min(row.limit_cents or 0, most))
