"""Writing tickets: the row, its audit line, the promise of an answer with its timer, the e-mail."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.business import TicketCategory
from core.shapes import Json
from core.vocabulary import Capability, Priority, Role
from store import audit, outbox, promises
from store.shop_records import TicketEntryRecord, TicketRecord
from store.tickets import OPEN, SOLVED
from tools import show
from tools.context import ToolContext
from tools.refusals import Refusal
from tools.ticket_view import AI, CUSTOMER
from tools.words import words

TICKET_NOTED = "ticket_noted"
"""The outbox's kind: payload `{ticket, promise}`; tells the customer number and date."""
TICKET_DUE = "ticket_due"
"""The timer's kind: payload `{ticket, promise}`; looks whether the promise of an answer was kept."""


@dataclass(frozen=True)
class Written:
    """A ticket as it stands now, with the promise that was made."""

    ticket: TicketRecord
    promise: Json
    """`{text, due, due_iso, owner}`."""


def department_for(context: ToolContext, category: TicketCategory) -> str:
    """The department that answers tickets of this category."""
    return category.department or context.business.owner_of(Capability.TICKET_FOLLOW_UP).id


def entry(context: ToolContext, text: str, *, by: str = CUSTOMER) -> TicketEntryRecord:
    return TicketEntryRecord(context.uow.now, by, text.strip())


def write_new(context: ToolContext, new: TicketRecord) -> Written:
    """Stores a new ticket and promises an answer."""
    return _promised(context, "open", new, lambda ticket: context.ports.tickets.create(context.uow, ticket))


def write_entry(context: ToolContext, ticket: TicketRecord, text: str, action: str) -> Written:
    """Adds the customer's words; the ticket is open (again) and an answer promised."""
    changed = replace(ticket, status=OPEN, entries=(*ticket.entries, entry(context, text)))
    return _promised(context, action, changed, lambda one: context.ports.tickets.save(context.uow, one))


def _promised(
    context: ToolContext,
    action: str,
    ticket: TicketRecord,
    write: Callable[[TicketRecord], TicketRecord | None],
) -> Written:
    """The ticket with its promise: one that still runs stands, else a new one is made."""
    running = promises.load(context.uow, ticket.promise_id) if ticket.promise_id else None
    due = ticket.due_at
    if running is not None and running.status == "open" and due is not None and due > context.uow.now:
        promise, made = running, False
    else:
        due = _due(context, ticket)
        promise, made = _promise(context, ticket, due), True
    stored = write(replace(ticket, due_at=due, promise_id=promise.id))
    if stored is None:
        raise Refusal("changed_meanwhile")
    _audited(context, action, stored)
    if made:
        _set_going(context, stored, promise)
    dated = show.dated("due", due, context.uow.now, context.business.shop.timezone)
    return Written(stored, {"text": promise.text, "owner": promise.owner, **dated})


def _due(context: ToolContext, ticket: TicketRecord) -> datetime:
    """The date that stands while it has not passed, else as long from now as the priority allows."""
    if ticket.due_at is not None and ticket.due_at > context.uow.now:
        return ticket.due_at
    hours = context.business.tickets.answer_hours[Priority(ticket.priority)]
    return context.uow.now + timedelta(hours=hours)


def _promise(context: ToolContext, ticket: TicketRecord, due: datetime) -> promises.PromiseRow:
    if ticket.promise_id:
        promises.settle(context.uow, ticket.promise_id, "void")
    owner = context.business.department(ticket.department)
    text = words().fill("promise", "ticket", {"ticket": ticket.id, "subject": ticket.subject})
    name = owner.name if owner else ticket.department
    return promises.make(context.uow, context.conversation_id, text, name, due)


def _set_going(context: ToolContext, ticket: TicketRecord, promise: promises.PromiseRow) -> None:
    """The timer of the promise, and the word to the customer."""
    payload: Json = {"ticket": ticket.id, "promise": promise.id}
    conversation, due = context.conversation_id, promise.due_at or context.uow.now
    outbox.put(context.uow, TICKET_DUE, f"{TICKET_DUE}:{promise.id}", due, payload, conversation)
    now = context.uow.now
    outbox.put(context.uow, TICKET_NOTED, f"{TICKET_NOTED}:{promise.id}", now, payload, conversation)


def _audited(context: ToolContext, action: str, ticket: TicketRecord) -> None:
    """One audit line: ids and states, no text."""
    actor = Role.PERSON if context.person_id else Role.AI
    data = {"category": ticket.category, "priority": ticket.priority, "revision": ticket.revision}
    audit.write(
        context.uow,
        actor,
        context.person_id,
        f"ticket_{action}",
        f"ticket:{ticket.id}",
        data,
        context.conversation_id,
    )


def is_answered(ticket: TicketRecord, since: datetime) -> bool:
    """Whether a person has said something about it since then, or it is solved."""
    by_person = (one for one in ticket.entries if one.by not in (CUSTOMER, AI))
    return ticket.status == SOLVED or any(one.at >= since for one in by_person)
