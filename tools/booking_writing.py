"""Writing an appointment: its record, its audit line, its reminder."""

from datetime import UTC, timedelta

from core.ids import new_secret
from core.vocabulary import Role
from store import audit, outbox
from store.shop_records import BookingRecord
from tools.booking_guest import Guest
from tools.context import ToolContext
from tools.keys import new_reference
from tools.limits import limits
from tools.slot_grid import Slot

REMINDER = "booking_reminder"
"""The outbox's kind: payload `{booking, revision}`; void once the appointment's revision has moved on."""


def new_booking(context: ToolContext, slot: Slot, guest: Guest) -> BookingRecord:
    """The appointment to write; its place is given when it is written."""
    return BookingRecord(
        reference=new_reference("BK"),
        service=slot.service.id,
        location=slot.location.id,
        start_at=slot.start.astimezone(UTC),
        end_at=slot.end.astimezone(UTC),
        place=None,
        customer_id=guest.customer_id,
        conversation_id=context.conversation_id,
        name=guest.name,
        email=guest.email,
        phone=guest.phone,
        status="booked",
        revision=0,
        calendar_token=new_secret(),
    )


def audited(context: ToolContext, action: str, booking: BookingRecord) -> None:
    """One audit line: ids and times, no name."""
    audit.write(
        context.uow,
        Role.PERSON if context.person_id else Role.AI,
        context.person_id,
        action,
        f"booking:{booking.reference}",
        {
            "service": booking.service,
            "location": booking.location,
            "start": booking.start_at.isoformat(),
            "revision": booking.revision,
        },
        context.conversation_id,
    )


def remind(context: ToolContext, booking: BookingRecord) -> None:
    """A reminder as a timer, where the appointment stands and its time has not come yet."""
    due = booking.start_at - timedelta(hours=limits().reminder_hours)
    if booking.status != "booked" or booking.email is None or due <= context.uow.now:
        return
    key = f"{REMINDER}:{booking.reference}:{booking.revision}"
    payload = {"booking": booking.reference, "revision": booking.revision}
    outbox.put(context.uow, REMINDER, key, due, payload, context.conversation_id)
