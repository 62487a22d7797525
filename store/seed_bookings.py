"""The seed's appointments: each on the next day when its service is open, on a free place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.business import Business, Location, SeedBooking, SeedCustomer, Service
from core.ids import new_secret
from core.opening import first_day_with

Row = dict[str, object]
Held = list[tuple[str, str, datetime, datetime, int]]
"""Service, location, start, end and place of those that hold one already."""


def booking_rows(business: Business, today: date) -> list[Row]:
    """A row for each appointment whose service finds an open day and a free place."""
    held: Held = []
    rows = []
    for one in business.seed.bookings:
        service, location = business.service(one.service), business.location(one.location)
        guest = business.seed.customer(one.customer)
        if service and location and guest:
            rows.append(_row(one, service, location, guest, today, held))
    return rows


def _row(
    one: SeedBooking, service: Service, location: Location, guest: SeedCustomer, today: date, held: Held
) -> Row:
    start, place = _placed(one, service, location, today, held)
    end = start + timedelta(minutes=service.minutes)
    if one.status == "booked":
        held.append((service.id, location.id, start, end, place))
    return {
        "reference": one.id,
        "service": service.id,
        "location": location.id,
        "start_at": start,
        "end_at": end,
        "place": place if one.status == "booked" else None,
        "customer_id": guest.id,
        "name": guest.name,
        "email": guest.email,
        "phone": guest.phone,
        "status": one.status,
        "revision": 0 if one.status == "booked" else 1,
        "calendar_token": new_secret(),
    }


def _placed(
    one: SeedBooking, service: Service, location: Location, today: date, held: Held
) -> tuple[datetime, int]:
    """Start and place: the first open day on which a place is free."""
    clock = one.start.at_time or time(12)
    day = one.start.day(today)
    while True:
        open_day = first_day_with(service, location, day, clock) or day
        start = datetime.combine(open_day, clock, ZoneInfo(location.timezone)).astimezone(UTC)
        end = start + timedelta(minutes=service.minutes)
        taken = {
            place
            for of, at, other_start, other_end, place in held
            if (of, at) == (service.id, location.id) and other_start < end and start < other_end
        }
        free = [place for place in range(1, service.capacity + 1) if place not in taken]
        if free:
            return start, free[0]
        day = open_day + timedelta(days=1)
