"""Tickets of the business database: the SQL default of the tools' `TicketsPort`."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, insert, or_, select, update

from core.clock import parse_rfc3339, rfc3339
from core.ids import ConversationId, CustomerId
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.shop_records import TicketEntryRecord, TicketRecord
from store.shop_tables import ticket, ticket_access

OPEN, SOLVED = "open", "solved"


class SqlTickets:
    """Reads and writes tickets."""

    def get(self, uow: UnitOfWork, id: str) -> TicketRecord | None:
        """The ticket of this number, whatever its state."""
        found = _load(uow, ticket.c.id == id)
        return found[0] if found else None

    def of_customer(self, uow: UnitOfWork, customer_id: CustomerId) -> tuple[TicketRecord, ...]:
        """All tickets of a customer, newest first."""
        return _load(uow, ticket.c.customer_id == customer_id)

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> tuple[TicketRecord, ...]:
        """Tickets that were made in a conversation, or that its challenge has opened, newest first."""
        opened = select(ticket_access.c.ticket_id).where(ticket_access.c.conversation_id == id)
        return _load(uow, or_(ticket.c.conversation_id == id, ticket.c.id.in_(opened)))

    def open_to(self, uow: UnitOfWork, conversation_id: ConversationId, id: str) -> None:
        """The conversation may see this ticket."""
        row = {"conversation_id": conversation_id, "ticket_id": id, "at": uow.now}
        uow.connection.execute(insert_ignore(ticket_access, uow).values(row))

    def create(self, uow: UnitOfWork, new: TicketRecord) -> TicketRecord:
        """Writes a new ticket."""
        uow.connection.execute(insert(ticket).values(_values(new)))
        return new

    def save(self, uow: UnitOfWork, changed: TicketRecord) -> TicketRecord | None:
        """The ticket as it stands now, its revision raised; None: it has changed since it was read."""
        saved = replace(changed, updated_at=uow.now, revision=changed.revision + 1)
        same = ticket.c.id == changed.id, ticket.c.revision == changed.revision
        done = uow.connection.execute(update(ticket).where(*same).values(_values(saved)))
        return saved if done.rowcount == 1 else None


def open_tickets(
    uow: UnitOfWork, conversation_id: ConversationId, customer_id: CustomerId | None
) -> tuple[TicketRecord, ...]:
    """Tickets that are not solved: the customer's, else those of the conversation; newest first."""
    tickets = SqlTickets()
    if customer_id is None:
        found = tickets.of_conversation(uow, conversation_id)
    else:
        found = tickets.of_customer(uow, customer_id)
    return tuple(one for one in found if one.status != SOLVED)


def _values(record: TicketRecord) -> dict[str, object]:
    values = {name: value for name, value in vars(record).items() if name != "entries"}
    return {**values, "entries": [{**vars(one), "at": rfc3339(one.at)} for one in record.entries]}


def _load(uow: UnitOfWork, which: ColumnElement[bool]) -> tuple[TicketRecord, ...]:
    rows = select(ticket).where(which).order_by(ticket.c.opened_at.desc(), ticket.c.id)
    return tuple(_record(row) for row in uow.connection.execute(rows))


def _record(row: Row[tuple[object, ...]]) -> TicketRecord:
    values = dict(row._mapping)
    written: list[dict[str, str]] = values.pop("entries")
    entries = tuple(TicketEntryRecord(_moment(one["at"]), one["by"], one["text"]) for one in written)
    return TicketRecord(**values, entries=entries)


def _moment(text: str) -> datetime:
    return parse_rfc3339(text)
