"""Which service, which location, which slots: a search in the customer's words over the grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from core.business import Business, Location, Service
from store.shop_records import BookingRecord
from tools.context import ToolContext
from tools.limits import limits
from tools.matching import matches
from tools.refusals import Refusal
from tools.slot_grid import Slot, first_start, last_day, starts, with_places
from tools.when import Period


@dataclass(frozen=True)
class Window:
    """Days and times of day in which a slot may start; None: open."""

    period: Period | None = None

    def holds(self, start: datetime) -> bool:
        """Whether a slot may start then (on the location's clock)."""
        return self.period is None or (self.holds_day(start) and self._holds_clock(start.time()))

    def holds_day(self, start: datetime) -> bool:
        period = self.period
        if period is None:
            return True
        day = start.date()
        return (period.first is None or period.first <= day) and (period.last is None or day <= period.last)

    def _holds_clock(self, clock: time) -> bool:
        wanted = self.period.clock if self.period else None
        if wanted is None:
            return True
        if wanted.at is not None:
            return clock == wanted.at
        return (wanted.after or time.min) <= clock < (wanted.before or time.max)


def the_service(business: Business, words: str | None) -> Service:
    """The one service that is meant. Refusal `missing` or `unknown` with the options."""
    if not words and len(business.services) == 1:
        return business.services[0]
    found = matches(words, {one.id: one.name for one in business.services}) if words else []
    if len(found) == 1:
        return next(one for one in business.services if one.id == found[0])
    named = [one for one in business.services if one.id in found] or list(business.services)
    raise which("service", named, known=bool(found) or not words)


def the_locations(business: Business, service: Service, words: str | None) -> list[Location]:
    """The locations that are meant, of those that offer the service. Refusal `unknown` with the options."""
    offering = [one for one in business.locations if one.id in service.locations]
    if not words:
        return offering
    found = matches(words, {one.id: f"{one.name} {one.town}" for one in offering})
    if not found:
        raise which("location", offering, known=False)
    return [one for one in offering if one.id in found]


def which(what: str, options: Sequence[Service] | Sequence[Location], *, known: bool) -> Refusal:
    """Asks which one: `missing` when the words left it open, `unknown` when nothing fits them."""
    listed = [{"id": one.id, "name": one.name} for one in options]
    names = ", ".join(one.name for one in options)
    if known:
        return Refusal("missing", missing=[what], options=listed, options_words=names)
    return Refusal("unknown", what=what, options=listed, options_words=names)


def slots_of(
    context: ToolContext,
    service: Service,
    locations: Iterable[Location],
    moving: BookingRecord | None = None,
) -> list[Slot]:
    """Every slot that may be booked now, full ones included, by start. `moving` holds no place."""
    slots: list[Slot] = []
    for location in locations:
        spans = list(starts(service, location, context.uow.now))
        if not spans:
            continue
        taken = context.ports.bookings.taken(context.uow, service.id, location.id, spans[0][0], spans[-1][1])
        others = [one for one in taken if moving is None or one.reference != moving.reference]
        slots += with_places(service, location, spans, others)
    return sorted(slots, key=lambda slot: slot.start)


def spread(slots: Sequence[Slot]) -> list[Slot]:
    """A few slots over several days, rather than one morning's."""
    shown = limits().slots_shown
    by_day = groupby(slots, key=lambda slot: slot.start.date())
    few = [slot for _, day in by_day for slot in list(day)[: max(1, shown // 3)]]
    return few[:shown]


def nearest(slots: Sequence[Slot], wanted: datetime | None) -> list[Slot]:
    """The free slots nearest to a moment, by start."""
    free = [slot for slot in slots if slot.places]
    if wanted is None:
        return spread(free)
    near = sorted(free, key=lambda slot: abs(slot.start - wanted))[: limits().slots_shown]
    return sorted(near, key=lambda slot: slot.start)


def wanted_moment(window: Window, location: Location) -> datetime | None:
    """About when it should be: the named day at the named time, else at noon."""
    period = window.period
    if period is None or period.first is None:
        return None
    clock = period.clock.at or period.clock.after or time(12)
    return datetime.combine(period.first, clock, ZoneInfo(location.timezone))


def why_not(context: ToolContext, slots: Sequence[Slot], window: Window) -> str:
    """Why no slot fits: `full`, `no_match` (that day has others), `too_soon`, `too_far` or `closed`."""
    if any(window.holds(slot.start) for slot in slots):
        return "full"
    if any(window.holds_day(slot.start) for slot in slots):
        return "no_match"
    period = window.period
    if not slots or period is None or period.first is None or period.last is None:
        return "closed"
    service, location = slots[0].service, slots[0].location
    now = context.uow.now
    if period.last <= first_start(service, now).astimezone(ZoneInfo(location.timezone)).date():
        return "too_soon"
    return "too_far" if period.first > last_day(service, location, now) else "closed"
