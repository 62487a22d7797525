"""An appointment as an iCalendar file (RFC 5545)."""

from datetime import UTC, datetime

from core.business import Business
from store.shop_records import BookingRecord

MEDIA_TYPE = "text/calendar"
_FOLD_BYTES = 74


def calendar_file(business: Business, booking: BookingRecord, now: datetime) -> str:
    """The file's text. The same appointment, moved or cancelled, replaces its earlier file in a calendar."""
    service, location = business.service(booking.service), business.location(booking.location)
    place = f"{location.name}, {location.address}, {location.town}" if location else booking.location
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_escape(business.shop.name)}//Baton//EN",
        f"METHOD:{'CANCEL' if booking.status == 'cancelled' else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{booking.reference}@baton",
        f"SEQUENCE:{booking.revision}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(booking.start_at)}",
        f"DTEND:{_stamp(booking.end_at)}",
        f"SUMMARY:{_escape(f'{service.name if service else booking.service} ({business.shop.name})')}",
        f"LOCATION:{_escape(place)}",
        f"STATUS:{'CANCELLED' if booking.status == 'cancelled' else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    for plain in ("\\", ";", ","):
        text = text.replace(plain, "\\" + plain)
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 bytes; a long one goes on after a space."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _FOLD_BYTES:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
