"""The grid of bookable slots: opening hours and service rules in, slots with free places out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.business import Location, Service
from core.opening import open_moments
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

    Slots lie in real time from each opening on, so that a change of the clock neither doubles nor loses one.
    """
    zone = ZoneInfo(location.timezone)
    step, length = timedelta(minutes=service.start_every_minutes), timedelta(minutes=service.minutes)
    earliest, last = first_start(service, now), last_day(service, location, now)
    for opens, closes in _offered(service, location, now):
        start = opens
        while start + length <= closes:
            there = start.astimezone(zone)
            if there.date() > last:
                return
            if start >= earliest:
                yield there, (start + length).astimezone(zone)
            start += step


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


def _offered(service: Service, location: Location, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the location is open and, where it has hours of its own, the service is offered."""
    open_at = open_moments(location.hours, location.timezone, now, location.exceptions)
    if service.hours is None:
        yield from open_at
        return
    offered = list(open_moments(service.hours, location.timezone, now))
    for opens, closes in open_at:
        for begins, ends in offered:
            if max(opens, begins) < min(closes, ends):
                yield max(opens, begins), min(closes, ends)
