"""The parser of each slot type."""

from collections.abc import Callable

from agent.models.embedded.slots import (
    choices,
    codes,
    contact,
    names,
    numbers,
    places,
    taste,
    tickets,
    whereabouts,
)
from agent.models.embedded.slots.budget import read_budget
from agent.models.embedded.slots.compared import read_products
from agent.models.embedded.slots.days import read_days
from agent.models.embedded.slots.enquiry import read_enquiry, read_topic
from agent.models.embedded.slots.heard import Catalogue, Heard
from agent.models.embedded.slots.lead import read_lead
from agent.models.embedded.slots.times import read_start, read_times
from core.flows import Slot, SlotType

Value = object
"""A text, or a mapping or list of texts; never empty."""
Parser = Callable[[Heard, Slot, Catalogue], Value | None]


def read_slot(heard: Heard, slot: Slot, catalogue: Catalogue) -> Value | None:
    """The slot's value in the message; None when it holds none."""
    return PARSERS[slot.type](heard, slot, catalogue)


def added(slot: Slot, old: Value | None, new: Value) -> Value:
    """The value after a further message: the new one, or both together where the slot gathers them."""
    if slot.adds and slot.type == "taste" and isinstance(old, dict) and isinstance(new, dict):
        return taste.merged_taste(old, new)
    return new


def _order_number(heard: Heard, _slot: Slot, _catalogue: Catalogue) -> Value | None:
    found = numbers.order_numbers(heard)
    return found[-1] if found else None


def _date(heard: Heard, _slot: Slot, _catalogue: Catalogue) -> Value | None:
    days = read_days(heard.plain, heard.now)
    return {"first": days.first.isoformat(), "last": days.last.isoformat()} if days else None


def _time(heard: Heard, _slot: Slot, _catalogue: Catalogue) -> Value | None:
    times = read_times(heard.plain, heard.asked)
    if not times.named:
        return None
    after, before = times.at or times.after, times.at or times.before
    bounds = {"after": after, "before": before, "at": times.at}
    return {key: moment.strftime("%H:%M") for key, moment in bounds.items() if moment}


def _text(heard: Heard, _slot: Slot, _catalogue: Catalogue) -> Value | None:
    return heard.text.strip() if heard.asked and heard.text.strip() else None


PARSERS: dict[SlotType, Parser] = {
    "order_number": _order_number,
    "email": lambda heard, _slot, _catalogue: contact.email(heard),
    "phone": lambda heard, _slot, catalogue: contact.phone(heard, catalogue),
    "name": lambda heard, _slot, _catalogue: contact.name(heard),
    "postcode": lambda heard, _slot, _catalogue: places.postcode(heard),
    "address": lambda heard, _slot, catalogue: places.address(heard, catalogue),
    "contact_field": lambda heard, _slot, _catalogue: choices.contact_field(heard),
    "contact_value": lambda heard, _slot, catalogue: contact.contact_value(heard, catalogue),
    "contact_also": lambda heard, _slot, catalogue: contact.contact_also(heard, catalogue),
    "product": lambda heard, _slot, catalogue: names.product(heard, catalogue),
    "items": lambda heard, _slot, catalogue: names.items(heard, catalogue),
    "service": lambda heard, _slot, catalogue: names.service(heard, catalogue),
    "location": lambda heard, _slot, catalogue: names.location(heard, catalogue),
    "date": _date,
    "time": _time,
    "start": lambda heard, _slot, _catalogue: read_start(heard),
    "booking": lambda heard, _slot, _catalogue: numbers.booking_reference(heard),
    "yes_no": lambda heard, _slot, _catalogue: choices.yes_no(heard),
    "choice": lambda heard, slot, _catalogue: choices.choice(heard, slot),
    "text": _text,
    "code": lambda heard, _slot, _catalogue: codes.code(heard),
    "enquiry": lambda heard, _slot, catalogue: read_enquiry(heard, catalogue),
    "enquiry_topic": lambda heard, _slot, catalogue: read_topic(heard, catalogue),
    "lead": lambda heard, _slot, catalogue: read_lead(heard, catalogue),
    "near": lambda heard, _slot, catalogue: whereabouts.read_near(heard, catalogue),
    "day": lambda heard, _slot, catalogue: whereabouts.read_day(heard, catalogue),
    "product_kind": lambda heard, _slot, catalogue: taste.read_kind(heard, catalogue),
    "budget": lambda heard, _slot, _catalogue: read_budget(heard),
    "taste": lambda heard, _slot, catalogue: taste.read_taste(heard, catalogue),
    "products": lambda heard, _slot, catalogue: read_products(heard, catalogue),
    "ticket": lambda heard, _slot, catalogue: tickets.ticket_number(heard, catalogue),
    "ticket_text": lambda heard, _slot, catalogue: tickets.ticket_text(heard, catalogue),
}
