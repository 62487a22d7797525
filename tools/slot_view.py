"""Slots and appointments as people read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.shapes import Json
from store.shop_records import BookingRecord
from tools import show
from tools.context import ToolContext
from tools.refusals import Refusal
from tools.slot_grid import Slot
from tools.slot_search import Window, nearest, wanted_moment, why_not
from tools.words import words


def slot_view(context: ToolContext, slot: Slot) -> Json:
    """A slot with its start in words and for machines."""
    return {
        "service": slot.service.id,
        "service_name": slot.service.name,
        "location": slot.location.id,
        "location_name": slot.location.name,
        "start": start_words(context, slot.start),
        "start_iso": slot.start.isoformat(),
        "places": slot.places,
    }


def start_words(context: ToolContext, start: datetime) -> str:
    """`Tuesday 24 November at 16:00`, on the clock that `start` is on."""
    return show.moment(start, context.uow.now.astimezone(start.tzinfo))


def slots_words(context: ToolContext, slots: Sequence[Slot]) -> str:
    """All of them in one line; with the location where there are several."""
    several = len({slot.location.id for slot in slots}) > 1
    parts = []
    for slot in slots:
        start = start_words(context, slot.start)
        values = {"start": start, "location": slot.location.name}
        parts.append(words().fill("form", "slot_at", values) if several else start)
    return ", ".join(parts)


def not_available(context: ToolContext, slots: Sequence[Slot], window: Window) -> Refusal:
    """No slot fits: why, and the nearest that are free."""
    found = nearest(slots, wanted_moment(window, slots[0].location) if slots else None)
    return Refusal(
        "not_available",
        reason=why_not(context, slots, window),
        alternatives=[slot_view(context, slot) for slot in found],
        alternatives_words=slots_words(context, found),
    )


def booking_view(context: ToolContext, booking: BookingRecord) -> Json:
    """An appointment with its place and time in words."""
    service = context.business.service(booking.service)
    location = context.business.location(booking.location)
    zone = location.timezone if location else context.business.shop.timezone
    start = booking.start_at.astimezone(ZoneInfo(zone))
    return {
        "booking": booking.reference,
        "service": booking.service,
        "service_name": service.name if service else booking.service,
        "location": booking.location,
        "location_name": location.name if location else booking.location,
        "address": location.address if location else None,
        "start": start_words(context, start),
        "start_iso": start.isoformat(),
        "end_iso": booking.end_at.astimezone(ZoneInfo(zone)).isoformat(),
        "minutes": (booking.end_at - booking.start_at) // timedelta(minutes=1),
        "status": booking.status,
        "changeable": booking.status == "booked" and not too_late(context, booking),
        "calendar": calendar_link(context, booking),
    }


def calendar_link(context: ToolContext, booking: BookingRecord) -> str | None:
    """Where the appointment's calendar file is fetched; the token in it is the proof."""
    if booking.calendar_token is None:
        return None
    return f"{context.ports.public_url}/v1/bookings/{booking.reference}.ics?token={booking.calendar_token}"


def bookings_words(views: Sequence[Json]) -> str:
    """All of them in one line."""
    return "; ".join(
        words().fill(
            "form",
            "booking",
            {
                "service": view["service_name"],
                "location": view["location_name"],
                "start": view["start"],
                "reference": view["booking"],
            },
        )
        for view in views
    )


def late_hours(context: ToolContext, booking: BookingRecord) -> int:
    """Hours before its start from which on only a person may change it."""
    service = context.business.service(booking.service)
    return service.late_cancel_hours if service else 0


def too_late(context: ToolContext, booking: BookingRecord) -> bool:
    """Whether it begins too soon to be changed here, or has begun."""
    return booking.start_at < context.uow.now + timedelta(hours=late_hours(context, booking))
