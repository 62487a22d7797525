"""Whose tickets: one's own signed in, those made in this talk, or opened by number and e-mail address."""

import hmac

from core.shapes import Json
from store.shop_records import TicketRecord
from tools.access import account_id, tries_left
from tools.context import ToolContext
from tools.numbers import email_said, squeeze
from tools.refusals import Refusal, refused


def visible(context: ToolContext) -> list[TicketRecord]:
    """Every ticket that the customer may see without a further challenge, newest first."""
    mine = account_id(context)
    here = context.ports.tickets.of_conversation(context.uow, context.conversation_id)
    owned = context.ports.tickets.of_customer(context.uow, mine) if mine else ()
    found = {one.id: one for one in (*owned, *here)}
    return sorted(found.values(), key=lambda one: one.opened_at, reverse=True)


def require_ticket(context: ToolContext, number: str) -> TicketRecord:
    """The ticket, if this customer may change it. Refusal: the same for none as for another's."""
    found = next((one for one in visible(context) if squeeze(one.id) == squeeze(number)), None)
    if found is None and context.person_id is not None:
        found = context.ports.tickets.get(context.uow, number.strip().upper())
    if found is not None:
        return found
    if account_id(context):
        raise Refusal("not_found")
    raise Refusal("identity_needed", words_key="ticket_needed", missing=["ticket", "email"])


def needed(missing: list[str]) -> Json:
    """The result that asks for number and e-mail address of a ticket."""
    return refused("identity_needed", words_key="ticket_needed", missing=missing)


def challenge(context: ToolContext, number: str, email: str) -> TicketRecord | Json:
    """The ticket that number and e-mail address open, or the result that refuses.

    Both must be the customer's own words. Every try is counted before it is answered; a wrong address and a
    number that does not exist are answered alike.
    """
    said = any(squeeze(number) in squeeze(text) for text in context.said)
    if not said or not email_said(email, context.said):
        return needed(["ticket", "email"])
    key = f"ticket:{squeeze(number)}"
    context.ports.identity.hold(context.uow)
    if tries_left(context, key) == 0:
        return refused("identity_locked", person_offered=True)
    ticket = context.ports.tickets.get(context.uow, number.strip().upper())
    owner = ticket.customer_id if ticket else None
    customer = context.ports.customers.get(context.uow, owner) if owner else None
    known = (customer.email if customer else None) or (ticket.email if ticket else None) or ""
    fits = hmac.compare_digest(email.strip().casefold().encode(), known.casefold().encode())
    opened = ticket is not None and bool(known) and fits
    context.ports.identity.note(context.uow, context.conversation_id, key, opened)
    if ticket is None or not opened:
        return refused("not_found", tries_left=tries_left(context, key))
    context.ports.tickets.open_to(context.uow, context.conversation_id, ticket.id)
    return ticket
