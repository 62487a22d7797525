"""Following up: open tickets with their state, information added, reopened, a new one opened."""

from dataclasses import replace

from langchain.tools import ToolRuntime, tool

from core.business import TicketCategory
from core.errors import ModelError
from core.shapes import Json
from core.vocabulary import Capability, Priority
from store.shop_records import TicketRecord
from store.tickets import OPEN, SOLVED
from tools import show
from tools.access import account_id, require_order
from tools.booking_access import who
from tools.booking_guest import Guest, the_guest
from tools.context import ToolContext
from tools.keys import digest, new_reference, raise_if_moved
from tools.matching import matches
from tools.refusals import NeedsConfirmation, Refusal, Retry, refused
from tools.spec import Effect, ToolSpec
from tools.ticket_access import challenge, needed, require_ticket, visible
from tools.ticket_view import ticket_view, tickets_words, too_old
from tools.ticket_writing import Written, department_for, entry, write_entry, write_new
from tools.words import words


@tool(parse_docstring=True)
def find_tickets(
    runtime: ToolRuntime[ToolContext], ticket: str | None = None, email: str | None = None
) -> Json:
    """Find what the customer asked for earlier (tickets): state, last answer, when the next one is due.

    A signed-in customer needs no argument. Anybody else needs the ticket's number together with its e-mail
    address, exactly as the customer wrote them.

    Args:
        ticket: The ticket's number as the customer wrote it, such as "T-3001". Leave out for all of them.
        email: The e-mail address of the ticket, if the customer gave it in this conversation.
    """
    context = runtime.context
    if ticket:
        try:
            return _told(context, [require_ticket(context, ticket)])
        except Refusal as refusal:
            if account_id(context):
                return refusal.result
        if not email:
            return needed(["email"])
        opened = challenge(context, ticket, email)
        return _told(context, [opened]) if isinstance(opened, TicketRecord) else opened
    found = visible(context)
    if not found and not account_id(context):
        return needed(["ticket"] if email else ["ticket", "email"])
    return _told(context, found) if found else refused("no_tickets")


@tool(parse_docstring=True)
def add_to_ticket(runtime: ToolRuntime[ToolContext], ticket: str, text: str) -> Json:
    """Add what the customer says to one of their tickets. A solved ticket is not changed: reopen it instead.

    Args:
        ticket: The ticket's number.
        text: What is to be added, in the customer's own words.
    """
    context = runtime.context
    found = require_ticket(context, ticket)
    said = _text(text)
    if found.status == SOLVED:
        raise Refusal("solved", ticket=ticket_view(context, found))
    if found.last.text == said:
        return {"ok": True, "ticket": ticket_view(context, found), "changed": False, "promise": None}
    raise_if_moved(context, _key_of(found, "add"))
    return _done(context, write_entry(context, found, said, "add"))


@tool(parse_docstring=True)
def reopen_ticket(runtime: ToolRuntime[ToolContext], ticket: str, reason: str | None = None) -> Json:
    """Reopen a solved ticket when the customer says that it is not solved.

    Args:
        ticket: The ticket's number.
        reason: What is still wrong, in the customer's own words.
    """
    context = runtime.context
    found = require_ticket(context, ticket)
    if found.status != SOLVED:
        return {"ok": True, "ticket": ticket_view(context, found), "changed": False, "promise": None}
    if too_old(context, found):
        policy = context.business.tickets
        text = policy.explain.format(days=policy.reopen_days)
        raise Refusal("too_old", ticket=ticket_view(context, found), text=text)
    raise_if_moved(context, _key_of(found, "reopen"))
    if context.business.tickets.confirm and not context.confirmed:
        raise NeedsConfirmation(words().fill("summary", "reopen_ticket", ticket_view(context, found)))
    said = _text(reason) if reason else words().fill("ticket_by", "not_solved")
    return _done(context, write_entry(context, found, said, "reopen"))


@tool(parse_docstring=True)
def create_ticket(
    runtime: ToolRuntime[ToolContext],
    subject: str,
    details: str,
    category: str | None = None,
    priority: Priority | None = None,
    order_number: str | None = None,
    name: str | None = None,
    email: str | None = None,
) -> Json:
    """Open a ticket for what a person must look into later. An answer by a date is promised.

    Args:
        subject: What it is about, in a few words.
        details: What the customer said, in their own words.
        category: The category, by id or in the customer's words.
        priority: Leave out unless the customer says how urgent it is.
        order_number: The order that it is about.
        name: The customer's name. Leave out for a signed-in customer.
        email: Where the answer goes. Leave out for a signed-in customer.
    """
    context = runtime.context
    kind = _category(context, category, f"{subject} {details}")
    order = require_order(context, order_number).order.number if order_number else None
    guest = the_guest(context, name, email, None)
    if guest.email is None:
        raise Refusal("missing", missing=["email"])
    _raise_if_open(context, kind, order)
    raise_if_moved(context, _key_of_new(context, kind, order))
    urgency = _priority(context, kind, priority)
    new = _new_ticket(context, kind, guest, urgency, (_text(subject), _text(details)))
    new = replace(new, order_number=order)
    if context.business.tickets.confirm and not context.confirmed:
        raise NeedsConfirmation(words().fill("summary", "create_ticket", {"subject": new.subject}))
    return {**_done(context, write_new(context, new)), "told": show.masked_contact(guest.email)}


def _told(context: ToolContext, found: list[TicketRecord]) -> Json:
    """Those that are not solved go first."""
    ordered = sorted(found, key=lambda one: one.status == SOLVED)
    views = [ticket_view(context, one) for one in ordered]
    unsolved = [view for view in views if view["status"] != SOLVED]
    return {
        "ok": True,
        "tickets": views,
        "open": len(unsolved),
        "tickets_words": tickets_words(views),
        "open_words": tickets_words(unsolved) or None,
    }


def _done(context: ToolContext, written: Written) -> Json:
    return {
        "ok": True,
        "ticket": ticket_view(context, written.ticket),
        "changed": True,
        "promise": written.promise,
    }


def _category(context: ToolContext, category: str | None, said: str) -> TicketCategory:
    """The category that is named, else the one of whose words most are said, else the last one."""
    policy = context.business.tickets
    if category:
        found = matches(category, {one.id: " ".join((one.name, *one.also)) for one in policy.categories})
        named = policy.category(found[0]) if found else None
        if named:
            return named
    counts = [(sum(_says(said, word) for word in one.also), one) for one in policy.categories]
    most = max(count for count, _ in counts)
    return next(one for count, one in counts if count == most) if most else policy.rest


def _says(said: str, word: str) -> bool:
    return f" {word.casefold()}" in f" {said.casefold()}"


def _priority(context: ToolContext, kind: TicketCategory, wished: Priority | None) -> Priority:
    """The category's, raised where the customer asks for it, but no higher than they may."""
    if wished is None:
        return kind.priority
    allowed = max(wished, context.business.tickets.highest, key=lambda one: one.rank)
    return min(kind.priority, allowed, key=lambda one: one.rank)


def _new_ticket(
    context: ToolContext, kind: TicketCategory, guest: Guest, priority: Priority, said: tuple[str, str]
) -> TicketRecord:
    """The ticket to write; `said`: its subject, and the customer's words."""
    now = context.uow.now
    return TicketRecord(
        id=new_reference(context.business.tickets.prefix),
        customer_id=guest.customer_id,
        name=guest.name,
        email=guest.email,
        conversation_id=context.conversation_id,
        order_number=None,
        subject=said[0],
        category=kind.id,
        priority=priority.value,
        status=OPEN,
        department=department_for(context, kind),
        opened_at=now,
        due_at=None,
        updated_at=now,
        entries=(entry(context, said[1]),),
        promise_id=None,
        revision=0,
    )


def _raise_if_open(context: ToolContext, kind: TicketCategory, order: str | None) -> None:
    """One open ticket for each category and order: more about it goes there."""
    for one in visible(context):
        if one.status != SOLVED and (one.category, one.order_number) == (kind.id, order):
            raise Refusal("already_open", ticket=ticket_view(context, one))


def _text(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Retry("bad_arguments", fields={"text": ["blank"]})
    return said


def _key_of(ticket: TicketRecord, action: str) -> str:
    return f"ticket:{ticket.id}:{action}:{ticket.revision}"


def _key_of_new(context: ToolContext, kind: TicketCategory, order: str | None) -> str:
    """Who, about what, and after how many that are solved: once that is over it may be asked anew."""
    solved = sum(one.status == SOLVED for one in visible(context))
    return ":".join(("ticket", "new", who(context), kind.id, order or "-", str(solved)))


def _key_of_call(action: str, arguments: Json, context: ToolContext) -> str:
    try:
        return _key_of(require_ticket(context, str(arguments.get("ticket") or "")), action)
    except ModelError:
        return "ticket:" + digest(arguments)


def _key_of_create(arguments: Json, context: ToolContext) -> str:
    try:
        said = f"{arguments.get('subject') or ''} {arguments.get('details') or ''}"
        kind = _category(context, arguments.get("category"), said)
        number = arguments.get("order_number")
        order = require_order(context, str(number)).order.number if number else None
        return _key_of_new(context, kind, order)
    except ModelError:
        return "ticket:" + digest(arguments)


def _key_of_add(arguments: Json, context: ToolContext) -> str:
    return _key_of_call("add", arguments, context)


def _key_of_reopen(arguments: Json, context: ToolContext) -> str:
    return _key_of_call("reopen", arguments, context)


def _tried_find(arguments: Json, result: Json) -> str:
    return words().tried("find_tickets", result, str(arguments.get("ticket") or ""), "found")


def _tried_add(arguments: Json, result: Json) -> str:
    return words().tried("add_to_ticket", result, str(arguments.get("ticket") or ""))


def _tried_reopen(arguments: Json, result: Json) -> str:
    return words().tried("reopen_ticket", result, str(arguments.get("ticket") or ""))


def _tried_create(arguments: Json, result: Json) -> str:
    made = result.get("ticket") or {}
    return words().tried("create_ticket", result, str(made.get("ticket") or ""))


SPECS = (
    ToolSpec(find_tickets, Capability.TICKET_FOLLOW_UP, Effect.IDENTITY, tried=_tried_find, tries=("email",)),
    ToolSpec(add_to_ticket, Capability.TICKET_FOLLOW_UP, Effect.CHANGE, _key_of_add, _tried_add),
    ToolSpec(reopen_ticket, Capability.TICKET_FOLLOW_UP, Effect.CHANGE, _key_of_reopen, _tried_reopen),
    ToolSpec(create_ticket, Capability.TICKET_FOLLOW_UP, Effect.CHANGE, _key_of_create, _tried_create),
)
