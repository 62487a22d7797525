"""Notices that tools have put into the outbox, as the e-mail to send when they are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.business import Business
from core.shapes import Json
from store import promises
from store.database import UnitOfWork
from tools import show
from tools.booking_writing import REMINDER
from tools.contact_writing import CONTACT_CHANGED
from tools.ports import Ports
from tools.sales_notice import sales_notice
from tools.sales_writing import SALES_NOTICE
from tools.ticket_writing import TICKET_NOTED
from tools.timers import TICKET_LATE
from tools.words import words

KINDS = (CONTACT_CHANGED, REMINDER, TICKET_NOTED, TICKET_LATE, SALES_NOTICE)
"""The outbox kinds whose payload `notice` reads."""


@dataclass(frozen=True)
class Notice:
    """One e-mail."""

    to: str
    subject: str
    text: str


def notice(uow: UnitOfWork, business: Business, ports: Ports, kind: str, payload: Json) -> Notice | None:
    """The e-mail of a due outbox row; None when what it tells of has moved on. KeyError for another kind."""
    if kind == CONTACT_CHANGED:
        what = "order_address" if payload["order_number"] else payload["field"]
        values = {
            "shop": business.shop.name,
            "contact": business.shop.email,
            "order": payload["order_number"],
        }
        return render(payload["to"], f"changed_{what}", values)
    if kind == SALES_NOTICE:
        told = sales_notice(uow, business, ports, payload)
        return render(business.shop.email, *told) if told else None
    if kind in (TICKET_NOTED, TICKET_LATE):
        return _of_ticket(uow, business, ports, kind, payload)
    return {REMINDER: _reminder}[kind](uow, business, ports, payload)


def _reminder(uow: UnitOfWork, business: Business, ports: Ports, payload: Json) -> Notice | None:
    booking = ports.bookings.get(uow, payload["booking"])
    if booking is None or booking.email is None or booking.status != "booked":
        return None
    if booking.revision != payload["revision"] or booking.start_at <= uow.now:
        return None
    service, location = business.service(booking.service), business.location(booking.location)
    zone = ZoneInfo(location.timezone if location else business.shop.timezone)
    values = {
        "shop": business.shop.name,
        "name": booking.name,
        "service": service.name if service else booking.service,
        "location": location.name if location else booking.location,
        "address": location.address if location else "",
        "start": show.moment(booking.start_at.astimezone(zone), uow.now.astimezone(zone)),
        "reference": booking.reference,
    }
    return render(booking.email, "reminder", values)


def _of_ticket(uow: UnitOfWork, business: Business, ports: Ports, kind: str, payload: Json) -> Notice | None:
    """What was promised about a ticket, as the ledger has it."""
    ticket, promise = ports.tickets.get(uow, payload["ticket"]), promises.load(uow, payload["promise"])
    if ticket is None or promise is None or promise.due_at is None or promise.status == "void":
        return None
    customer = ports.customers.get(uow, ticket.customer_id) if ticket.customer_id else None
    to = customer.email if customer else ticket.email
    if to is None:
        return None
    zone = ZoneInfo(business.shop.timezone)
    values = {
        "name": (customer.name if customer else ticket.name) or "",
        "ticket": ticket.id,
        "subject": ticket.subject,
        "owner": promise.owner,
        "due": show.moment(promise.due_at.astimezone(zone), uow.now.astimezone(zone)),
    }
    return render(to, kind, values)


def render(to: str, key: str, values: Mapping[str, object]) -> Notice:
    """The e-mail of a template of `words.yaml`, whose first line is the subject."""
    subject, _, text = words().fill("notice", key, dict(values)).partition("\n")
    return Notice(to, subject, text.strip())
