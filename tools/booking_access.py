"""Whose appointments: one's own signed in, those made in this talk, or opened by reference and e-mail."""

from collections.abc import Sequence

from store.shop_records import BookingRecord
from tools.access import account_id
from tools.context import ToolContext
from tools.numbers import email_said, squeeze
from tools.refusals import Refusal


def who(context: ToolContext) -> str:
    """For whom a booking counts: the signed-in customer, else this conversation."""
    return account_id(context) or context.conversation_id


def own(context: ToolContext) -> Sequence[BookingRecord]:
    """The customer's appointments that need no challenge, past and cancelled ones included."""
    mine = account_id(context)
    here = context.ports.bookings.of_conversation(context.uow, context.conversation_id)
    if mine is None:
        return [one for one in here if one.customer_id is None]
    owned = context.ports.bookings.of_customer(context.uow, mine)
    known = {one.reference for one in owned}
    return [*owned, *(one for one in here if one.reference not in known and one.customer_id is None)]


def revisions(context: ToolContext) -> int:
    """How often the customer's own appointments were changed so far."""
    return sum(one.revision for one in own(context))


def findable(context: ToolContext, email: str | None) -> list[BookingRecord]:
    """Upcoming appointments that the customer may see, by start. Refusal when there are none to see."""
    found = [*own(context), *_opened(context)]
    coming = {one.reference: one for one in found if one.end_at > context.uow.now and one.status == "booked"}
    if coming:
        return sorted(coming.values(), key=lambda one: one.start_at)
    if account_id(context):
        raise Refusal("not_found")
    missing = ["booking"] if email and email_said(email, context.said) else ["booking", "email"]
    raise Refusal("identity_needed", words_key="booking_needed", missing=missing)


def require_booking(context: ToolContext, reference: str) -> BookingRecord:
    """The appointment, if this customer may change it; Refusal `not_found` for none as for another's."""
    booking = context.ports.bookings.get(context.uow, reference.strip().upper())
    if booking is None or not _may(context, booking):
        raise Refusal("not_found")
    return booking


def _may(context: ToolContext, booking: BookingRecord) -> bool:
    if context.person_id or any(one.reference == booking.reference for one in own(context)):
        return True
    return _said(context, booking)


def _said(context: ToolContext, booking: BookingRecord) -> bool:
    """The customer wrote its reference and its e-mail address: the challenge of an appointment."""
    wrote_reference = any(squeeze(booking.reference) in squeeze(text) for text in context.said)
    return wrote_reference and booking.email is not None and email_said(booking.email, context.said)


def _opened(context: ToolContext) -> list[BookingRecord]:
    """Appointments whose reference and e-mail address the customer wrote in this talk."""
    written = {word.strip(".,;:!?()\"'").upper() for text in context.said for word in text.split()}
    found = (context.ports.bookings.get(context.uow, word) for word in sorted(written) if "-" in word)
    return [booking for booking in found if booking is not None and _said(context, booking)]
