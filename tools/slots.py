"""Free slots of a service, in the customer's words for days and times."""

from dataclasses import replace
from datetime import datetime

from langchain.tools import ToolRuntime, tool

from core.shapes import Json
from core.vocabulary import Capability
from tools import show
from tools.clock import Clock
from tools.context import ToolContext
from tools.limits import limits
from tools.refusals import Retry
from tools.slot_search import Window, slots_of, spread, the_locations, the_service
from tools.slot_view import not_available, slot_view, slots_words
from tools.spec import Effect, ToolSpec
from tools.when import Period, read_clock, read_when
from tools.words import words


@tool(parse_docstring=True)
def find_slots(
    runtime: ToolRuntime[ToolContext],
    service: str | None = None,
    location: str | None = None,
    from_date: str | None = None,
    to_date: str | None = None,
    after_time: str | None = None,
    before_time: str | None = None,
) -> Json:
    """Find free appointment slots. Changes nothing.

    Args:
        service: The service, by id or in the customer's words.
        location: The location, by id or in the customer's words. Leave out for all of them.
        from_date: The day, or the first of several: "2026-12-01", or words such as "next Tuesday after four".
        to_date: The last day, if several days will do.
        after_time: The earliest start: "16:00" or "after four".
        before_time: Starts before this: "18:00" or "before noon".
    """
    context = runtime.context
    wanted = the_service(context.business, service)
    locations = the_locations(context.business, wanted, location)
    there = show.local(context.uow.now, locations[0].timezone)
    window = _window(context, there, (from_date, to_date), (after_time, before_time))
    slots = slots_of(context, wanted, locations)
    fitting = [slot for slot in slots if slot.places and window.holds(slot.start)]
    if not fitting:
        raise not_available(context, slots, window)
    one_day = window.period is not None and window.period.first is not None
    found = fitting[: limits().slots_shown] if one_day else spread(fitting)
    price = show.amount(wanted.price_cents, context.business.shop.currency) if wanted.price_cents else None
    return {
        "ok": True,
        "service": {
            "id": wanted.id,
            "name": wanted.name,
            "minutes": wanted.minutes,
            "price": price,
            "about": wanted.about,
        },
        "slots": [slot_view(context, slot) for slot in found],
        "slots_words": slots_words(context, found),
        "more": len(fitting) > len(found),
        "timezone": locations[0].timezone,
    }


def _window(
    context: ToolContext,
    now: datetime,
    days: tuple[str | None, str | None],
    times: tuple[str | None, str | None],
) -> Window:
    """Days and times of day in one window. Retry names what cannot be read."""
    first = _read(context, now, days[0], "from_date")
    last = _read(context, now, days[1], "to_date")
    clock = first.clock if first else Clock()
    if times[0]:
        clock = _bounded(clock, times[0], "after_time")
    if times[1]:
        clock = _bounded(clock, times[1], "before_time")
    begins = first.first if first else None
    ends = (last or first or Period(None, None, clock)).last
    if begins is None and ends is None and clock == Clock():
        return Window()
    return Window(Period(begins, ends, clock))


def _read(context: ToolContext, now: datetime, text: str | None, field: str) -> Period | None:
    if not text:
        return None
    period = read_when(text, now, context.business.shop.country)
    if period is None:
        raise Retry("bad_arguments", fields={field: [text]})
    return period


def _bounded(clock: Clock, text: str, field: str) -> Clock:
    read = read_clock(text, "after" if field == "after_time" else "before")
    if read is None:
        raise Retry("bad_arguments", fields={field: [text]})
    return replace(clock, after=read.after or clock.after, before=read.before or clock.before)


def _tried(arguments: Json, result: Json) -> str:
    return words().tried("find_slots", result, str(arguments.get("service") or ""), "found")


SPECS = (ToolSpec(find_slots, Capability.BOOKING, Effect.NONE, tried=_tried),)
