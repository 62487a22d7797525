"""Timers of the tools: whether what was promised about a ticket has been kept by the day that was named."""

from collections.abc import Callable, Mapping
from functools import partial

from core.business import Business
from core.clock import rfc3339
from core.shapes import Json
from store import outbox, promises
from store.conversations import hold
from store.database import UnitOfWork
from tools.ports import Ports
from tools.ticket_view import CUSTOMER
from tools.ticket_writing import TICKET_DUE, is_answered

TICKET_LATE = "ticket_late"
"""The outbox's kind: payload `{ticket, promise}`; tells the customer that the answer is late."""
Handler = Callable[[UnitOfWork, Business, Json], None]


def handlers(ports: Ports) -> Mapping[str, Handler]:
    """Kind of timer → what is done, given the unit of work, the business and the timer's payload."""
    return {TICKET_DUE: partial(_on_ticket_due, ports)}


def _on_ticket_due(ports: Ports, uow: UnitOfWork, business: Business, payload: Json) -> None:
    """Kept: settled. Not kept: desk and customer are told, and the promise stands as broken in the ledger."""
    promise = promises.load(uow, payload["promise"])
    ticket = ports.tickets.get(uow, payload["ticket"])
    if promise is None or promise.status != "open" or ticket is None or ticket.promise_id != promise.id:
        return
    since = max(one.at for one in ticket.entries if one.by == CUSTOMER)
    if is_answered(ticket, since):
        promises.settle(uow, promise.id, "kept")
        return
    held = hold(uow, promise.conversation_id)
    due = rfc3339(promise.due_at or uow.now)
    held.event("sla", {"case_id": promise.case_id, "due_at": due, "level": "promise"})
    promises.settle(uow, promise.id, "broken")
    outbox.put(uow, TICKET_LATE, f"{TICKET_LATE}:{promise.id}", uow.now, payload, promise.conversation_id)
