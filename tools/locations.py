"""Locations: which, how far, open now, on a named day or at a time."""

from collections.abc import Sequence
from datetime import date as date_type
from datetime import time
from zoneinfo import ZoneInfo

from langchain.tools import ToolRuntime, tool

from core.business import Location
from core.shapes import Json
from core.vocabulary import Capability
from tools.clock import Clock
from tools.clock_words import clock_words
from tools.context import ToolContext
from tools.location_view import Asked, location_view
from tools.matching import matches
from tools.named_days import named_day
from tools.refusals import Refusal, Retry
from tools.spec import Effect, ToolSpec
from tools.when import Period, read_clock, read_when
from tools.whereabouts import Distance, by_distance, countries_of, home_of, the_town
from tools.words import words


@tool(parse_docstring=True)
def find_locations(
    runtime: ToolRuntime[ToolContext],
    near: str | None = None,
    location: str | None = None,
    date: str | None = None,
    at: str | None = None,
) -> Json:
    """Find the shop's locations: addresses, opening hours on a day or holiday, open now or not, the nearest.

    Args:
        near: A town or postcode where the customer is or wants to go. The nearest location comes first.
        location: One location, by id or in the customer's words. Leave out for all of them.
        date: A day: "2026-12-26", "Saturday", "this weekend", "Boxing Day". Leave out for today.
        at: A time of day: "20:00" or "eight in the evening".
    """
    context = runtime.context
    wanted = _wanted(context, location)
    town = the_town(context, near) if near else None
    if near and town is None:
        raise _unknown(context, "place", near)
    asked = _asked(context, wanted[0], date, at)
    ordered = by_distance(wanted, town) if town else [Distance(one, None) for one in wanted]
    customers = town or home_of(context)
    views = [location_view(context, one.location, asked, one.kilometres, customers) for one in ordered]
    return {
        "ok": True,
        "near": town.name if town else None,
        "day_named": asked.named,
        "holiday": asked.holiday,
        "locations": views,
        "names_words": ", ".join(view["name"] for view in views),
    }


def _wanted(context: ToolContext, text: str | None) -> Sequence[Location]:
    """The locations that the words name; all without words."""
    places = context.business.locations
    if not places:
        raise Refusal(
            "no_locations", email=context.business.shop.email, website=context.business.shop.website
        )
    if not text:
        return places
    found = matches(text, {one.id: f"{one.name} {one.town}" for one in places})
    if not found:
        raise _unknown(context, "location", text)
    return [one for one in places if one.id in found]


def _unknown(context: ToolContext, what: str, text: str) -> Refusal:
    """What the words name is not known here; all locations as options."""
    places = context.business.locations
    return Refusal(
        "unknown",
        words_key="unknown_place",
        what=what,
        named=text,
        options=[{"id": one.id, "name": one.name} for one in places],
        options_words=", ".join(one.name for one in places),
    )


def _asked(context: ToolContext, place: Location, date: str | None, at: str | None) -> Asked:
    """The days and time that the words name, on the first location's clock. Retry for words without any."""
    now = context.uow.now.astimezone(ZoneInfo(place.timezone))
    # A bare hour is one after such a word only: `eight in the evening`.
    clock = _clock(read_clock(f"{clock_words().at[0]} {at}", "at")) if at else None
    if at and clock is None:
        raise Retry("bad_arguments", fields={"at": [at]})
    if not date:
        return Asked(now.date(), now.date(), clock, named=False, holiday=None)
    own = [one for location in context.business.locations for one in location.exceptions]
    called = named_day(date, now.date(), countries_of(context), own)
    if called is not None:
        return Asked(called.day, called.day, clock, named=True, holiday=called.name)
    period = read_when(date, now, context.business.shop.country)
    if period is None:
        raise Retry("bad_arguments", fields={"date": [date]})
    return _of_period(period, now.date(), clock)


def _of_period(period: Period, today: date_type, clock: time | None) -> Asked:
    first, last = period.first or today, period.last or period.first or today
    return Asked(first, last, clock or _clock(period.clock), named=period.first is not None, holiday=None)


def _clock(read: Clock | None) -> time | None:
    if read is None:
        return None
    return read.at or read.after or read.before


def _tried(arguments: Json, result: Json) -> str:
    what = ", ".join(str(value) for value in arguments.values() if value)
    return words().tried("find_locations", result, what, "found")


SPECS = (ToolSpec(find_locations, Capability.HOURS_LOCATIONS, Effect.NONE, tried=_tried),)
