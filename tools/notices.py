"""Notices that tools have put into the outbox, as the e-mail to send when they are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.business import Business
from core.shapes import Json
from store.database import UnitOfWork
from tools import show
from tools.booking_writing import REMINDER
from tools.contact_writing import CONTACT_CHANGED
from tools.ports import Ports
from tools.words import words

KINDS = (CONTACT_CHANGED, REMINDER)
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
        return _notice(payload["to"], f"changed_{what}", values)
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
    return _notice(booking.email, "reminder", values)


def _notice(to: str, key: str, values: Mapping[str, object]) -> Notice:
    subject, _, text = words().fill("notice", key, dict(values)).partition("\n")
    return Notice(to, subject, text.strip())
