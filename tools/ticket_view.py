"""Tickets as people read them: state in plain words, what was said last, by when an answer is due."""

from collections.abc import Sequence
from datetime import timedelta

from core.shapes import Json
from store.shop_records import TicketRecord
from store.tickets import SOLVED
from tools import show
from tools.access import account_id
from tools.context import ToolContext
from tools.words import words

CUSTOMER, AI = "customer", "ai"


def ticket_view(context: ToolContext, ticket: TicketRecord) -> Json:
    """One ticket. What was written is shown to its own customer alone, not to who passed the challenge."""
    now, zone = context.uow.now, context.business.shop.timezone
    category = context.business.tickets.category(ticket.category)
    late = ticket.status != SOLVED and ticket.due_at is not None and ticket.due_at < now
    return {
        "ticket": ticket.id,
        "subject": ticket.subject,
        "category": ticket.category,
        "category_words": category.name if category else ticket.category.replace("_", " "),
        "priority": ticket.priority,
        "status": ticket.status,
        "status_words": words().fill("ticket_status", ticket.status),
        "order_number": ticket.order_number,
        "department": _department(context, ticket),
        **show.dated("opened", ticket.opened_at, now, zone),
        **show.dated("due", ticket.due_at if ticket.status != SOLVED else None, now, zone),
        "late": late,
        "last": _last(context, ticket) if _is_own(context, ticket) else None,
        "reopenable": ticket.status == SOLVED and not too_old(context, ticket),
    }


def tickets_words(views: Sequence[Json]) -> str:
    """All of them in one line."""
    return "; ".join(words().fill("form", "ticket", view) for view in views)


def too_old(context: ToolContext, ticket: TicketRecord) -> bool:
    """Whether it was solved too long ago to be reopened."""
    return ticket.updated_at + timedelta(days=context.business.tickets.reopen_days) < context.uow.now


def _is_own(context: ToolContext, ticket: TicketRecord) -> bool:
    mine = account_id(context)
    made_here = ticket.conversation_id == context.conversation_id
    return made_here or (mine is not None and ticket.customer_id == mine)


def _last(context: ToolContext, ticket: TicketRecord) -> Json:
    now, zone = context.uow.now, context.business.shop.timezone
    person = context.business.person(ticket.last.by)
    key = {CUSTOMER: "you", AI: "me"}.get(ticket.last.by, "us")
    who = person.name if person else words().fill("ticket_by", key)
    return {"by": who, "text": ticket.last.text, **show.dated("at", ticket.last.at, now, zone)}


def _department(context: ToolContext, ticket: TicketRecord) -> str:
    found = context.business.department(ticket.department)
    return found.name if found else ticket.department
