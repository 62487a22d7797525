"""Appointments: made on a free place, moved with the same reference, cancelled by the late-cancel rule."""

from langchain.tools import ToolRuntime, tool

from core.errors import ModelError
from core.shapes import Json
from core.vocabulary import Capability
from store.shop_records import BookingRecord
from tools.approving import approvable
from tools.booking_access import findable, require_booking, revisions, who
from tools.booking_guest import the_guest
from tools.booking_writing import audited, new_booking, remind
from tools.context import ToolContext
from tools.keys import digest, raise_if_moved
from tools.refusals import NeedsConfirmation, Refusal
from tools.slot_choice import chosen_slot
from tools.slot_grid import Slot
from tools.slot_view import booking_view, bookings_words, late_hours, start_words, too_late
from tools.spec import Effect, ToolSpec
from tools.words import words


@tool(parse_docstring=True)
def find_bookings(runtime: ToolRuntime[ToolContext], email: str | None = None) -> Json:
    """Find the customer's upcoming appointments with their references.

    A customer who is not signed in has to write the appointment's reference and its e-mail address.

    Args:
        email: The e-mail address of the appointment, if the customer gave it in this conversation.
    """
    context = runtime.context
    views = [booking_view(context, one) for one in findable(context, email)]
    return {"ok": True, "bookings": views, "bookings_words": bookings_words(views)}


@tool(parse_docstring=True)
def book_appointment(
    runtime: ToolRuntime[ToolContext],
    service: str,
    location: str,
    start: str,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> Json:
    """Book an appointment on a free slot. Find the slot first, and book only what the customer chose.

    Args:
        service: The service, by id or in the customer's words.
        location: The location, by id or in the customer's words.
        start: The start, best as find_slots gave it: "2026-12-01T16:00:00+00:00".
        name: Who comes. Leave out for a signed-in customer.
        email: Where the confirmation goes. Leave out for a signed-in customer.
        phone: A phone number, if the customer gave one.
    """
    context = runtime.context
    slot = chosen_slot(context, service, location, start)
    guest = the_guest(context, name, email, phone)
    raise_if_moved(context, _booking_key(context, slot))
    if context.business.booking.confirm and not context.confirmed:
        raise NeedsConfirmation(_summary(context, "book", slot, {"name": guest.name}))
    booked = context.ports.bookings.book(
        context.uow, new_booking(context, slot, guest), slot.service.capacity
    )
    if booked is None:
        # Somebody took the last place after the grid was read: it is read again.
        chosen_slot(context, service, location, start)
        raise Refusal("changed_meanwhile")
    return _done(context, "book", booked)


@tool(parse_docstring=True)
def reschedule_appointment(runtime: ToolRuntime[ToolContext], booking: str, start: str) -> Json:
    """Move an appointment to another start. The reference stays the same.

    Args:
        booking: The appointment's reference, such as "BK-7K2M9Q4X".
        start: The new start, best as find_slots gave it.
    """
    context = runtime.context
    old = require_booking(context, booking)
    slot = chosen_slot(context, old.service, old.location, start, moving=old)
    was = booking_view(context, old)
    before = {"was": was["start"], "was_iso": was["start_iso"]}
    if slot.start == old.start_at:
        return {"ok": True, "booking": was, **before, "explain": context.business.booking.explain}
    summary = _summary(context, "reschedule", slot, {"was": was["start"]})
    _raise_if_too_late(context, old, "reschedule_appointment", summary)
    raise_if_moved(context, _change_key(old, slot.start.isoformat()))
    if context.business.booking.confirm and not context.confirmed:
        raise NeedsConfirmation(summary)
    moved = context.ports.bookings.move(context.uow, old, slot.start, slot.end, slot.service.capacity)
    if moved is None:
        raise Refusal("changed_meanwhile")
    return {**_done(context, "reschedule", moved), **before}


@tool(parse_docstring=True)
def cancel_appointment(runtime: ToolRuntime[ToolContext], booking: str) -> Json:
    """Cancel an appointment. Only when the customer asked for it.

    Args:
        booking: The appointment's reference, such as "BK-7K2M9Q4X".
    """
    context = runtime.context
    old = require_booking(context, booking)
    view = booking_view(context, old)
    if old.status == "cancelled":
        return {"ok": True, "booking": view, "explain": None}
    values = {"service": view["service_name"], "location": view["location_name"], "start": view["start"]}
    summary = words().fill("summary", "cancel", values)
    _raise_if_too_late(context, old, "cancel_appointment", summary)
    raise_if_moved(context, _change_key(old, "cancelled"))
    if context.business.booking.confirm and not context.confirmed:
        raise NeedsConfirmation(summary)
    cancelled = context.ports.bookings.cancel(context.uow, old)
    if cancelled is None:
        raise Refusal("changed_meanwhile")
    return {**_done(context, "cancel", cancelled), "explain": None}


def _done(context: ToolContext, action: str, booking: BookingRecord) -> Json:
    """The result of a change that was made, with its audit line and its reminder."""
    audited(context, action, booking)
    remind(context, booking)
    return {
        "ok": True,
        "booking": booking_view(context, booking),
        "explain": context.business.booking.explain,
    }


def _summary(context: ToolContext, key: str, slot: Slot, values: dict[str, str]) -> str:
    slot_words = {
        "service": slot.service.name,
        "location": slot.location.name,
        "start": start_words(context, slot.start),
    }
    return words().fill("summary", key, {**slot_words, **values})


def _raise_if_too_late(context: ToolContext, booking: BookingRecord, tool: str, summary: str) -> None:
    if too_late(context, booking) and not context.person_id:
        hours = late_hours(context, booking)
        text = context.business.booking.late_cancel.format(hours=hours)
        approval = approvable(context, tool, "too_late", summary)
        raise Refusal("too_late", hours=hours, text=text, person_offered=True, **approval)


def _booking_key(context: ToolContext, slot: Slot) -> str:
    """Who, what, where, when, and after how many changes: booked, cancelled and booked again is a new one."""
    parts = (who(context), slot.service.id, slot.location.id, slot.start.isoformat(), str(revisions(context)))
    return ":".join(("booking", *parts))


def _change_key(booking: BookingRecord, to: str) -> str:
    return f"booking:{booking.reference}:{booking.revision}:{to}"


def _key_of_book(arguments: Json, context: ToolContext) -> str:
    wanted = (str(arguments.get(name) or "") for name in ("service", "location", "start"))
    try:
        return _booking_key(context, chosen_slot(context, *wanted, full_too=True))
    except ModelError:
        return "booking:" + digest(arguments)


def _key_of_move(arguments: Json, context: ToolContext) -> str:
    try:
        old = require_booking(context, str(arguments.get("booking") or ""))
        start = str(arguments.get("start") or "")
        slot = chosen_slot(context, old.service, old.location, start, moving=old, full_too=True)
        return _change_key(old, slot.start.isoformat())
    except ModelError:
        return "booking:" + digest(arguments)


def _key_of_cancel(arguments: Json, context: ToolContext) -> str:
    try:
        return _change_key(require_booking(context, str(arguments.get("booking") or "")), "cancelled")
    except ModelError:
        return "booking:" + digest(arguments)


def _tried_find(arguments: Json, result: Json) -> str:
    return words().tried("find_bookings", result, "", "found")


def _tried_book(arguments: Json, result: Json) -> str:
    return words().tried("book_appointment", result, str(arguments.get("service", "")), "booking")


def _tried_move(arguments: Json, result: Json) -> str:
    return words().tried("reschedule_appointment", result, str(arguments.get("booking", "")), "booking")


def _tried_cancel(arguments: Json, result: Json) -> str:
    return words().tried("cancel_appointment", result, str(arguments.get("booking", "")))


SPECS = (
    ToolSpec(find_bookings, Capability.BOOKING, Effect.NONE, tried=_tried_find),
    ToolSpec(book_appointment, Capability.BOOKING, Effect.CHANGE, _key_of_book, _tried_book),
    ToolSpec(reschedule_appointment, Capability.BOOKING, Effect.CHANGE, _key_of_move, _tried_move),
    ToolSpec(cancel_appointment, Capability.BOOKING, Effect.CHANGE, _key_of_cancel, _tried_cancel),
)
