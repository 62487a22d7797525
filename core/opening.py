"""The hours of one local day: of a place with its holidays, and of a service that is offered there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from core.business_facts import HoursException, Location, Service
from core.business_parts import WEEKDAYS, Span, Weekday

_LOOK_AHEAD_DAYS = 60


def spans_on(
    hours: Mapping[Weekday, Sequence[Span]], day: date, exceptions: Sequence[HoursException] = ()
) -> tuple[Span, ...]:
    """The spans of a day. An exception of that date wins, then one of every year, then the week."""
    for written in (day.isoformat(), day.strftime("%m-%d")):
        for exception in exceptions:
            if exception.date == written:
                return exception.hours
    return tuple(hours.get(WEEKDAYS[day.weekday()], ()))


def offered_on(service: Service, location: Location, day: date) -> tuple[Span, ...]:
    """The spans of a day in which the location is open and the service has its hours."""
    place = spans_on(location.hours, day, location.exceptions)
    if service.hours is None:
        return place
    shared = [
        (max(opens, begins), min(closes, ends))
        for opens, closes in place
        for begins, ends in spans_on(service.hours, day)
    ]
    return tuple((opens, closes) for opens, closes in shared if opens < closes)


def starts_on(service: Service, location: Location, day: date) -> tuple[time, ...]:
    """The local times at which a slot of the service begins that day, each ending before its span does."""
    length, step = timedelta(minutes=service.minutes), timedelta(minutes=service.start_every_minutes)
    starts: list[time] = []
    for opens, closes in offered_on(service, location, day):
        moment, end = moment_on(day, opens), moment_on(day, closes)
        while moment + length <= end:
            starts.append(moment.time())
            moment += step
    return tuple(starts)


def first_day_with(service: Service, location: Location, day: date, start: time) -> date | None:
    """The first day from `day` on with a slot at `start`, for seeded bookings; None: not in sixty days."""
    days = (day + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS))
    return next((one for one in days if start in starts_on(service, location, one)), None)


def moment_on(day: date, clock: str, zone: tzinfo | None = None) -> datetime:
    """A span's `HH:MM` on a local day, in that zone; `24:00` is the midnight that ends it."""
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, time.fromisoformat(clock), zone)
