"""The grid of bookable slots: opening hours and service rules in, slots with free places out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.business import Location, Service
from core.opening import starts_on
from store.shop_records import BookingRecord


@dataclass(frozen=True)
class Slot:
    """A start that may be booked. `start` and `end` are aware, on the location's clock."""

    service: Service
    location: Location
    start: datetime
    end: datetime
    places: int
    """Places that are free."""


def first_start(service: Service, now: datetime) -> datetime:
    """The earliest moment that may be booked."""
    return now + timedelta(hours=service.lead_hours)


def last_day(service: Service, location: Location, now: datetime) -> date:
    """The last local day that may be booked."""
    return now.astimezone(ZoneInfo(location.timezone)).date() + timedelta(days=service.horizon_days)


def starts(service: Service, location: Location, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of each slot that may be booked at `now`, in order, full ones included.

    Starts are times of the local day; one that a change of the clock leaves out is no slot.
    """
    zone = ZoneInfo(location.timezone)
    earliest, last = first_start(service, now), last_day(service, location, now)
    day = earliest.astimezone(zone).date()
    while day <= last:
        for clock in starts_on(service, location, day):
            start = datetime.combine(day, clock, zone)
            in_utc = start.astimezone(UTC)
            if in_utc >= earliest and in_utc.astimezone(zone).time() == clock:
                yield start, (in_utc + timedelta(minutes=service.minutes)).astimezone(zone)
        day += timedelta(days=1)


def with_places(
    service: Service,
    location: Location,
    spans: Sequence[tuple[datetime, datetime]],
    taken: Sequence[BookingRecord],
) -> list[Slot]:
    """The slots with the places that no appointment of `taken` holds; full ones have none."""
    slots = []
    for start, end in spans:
        held = sum(1 for other in taken if other.start_at < end and other.end_at > start)
        slots.append(Slot(service, location, start, end, max(0, service.capacity - held)))
    return slots
