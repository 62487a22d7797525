"""The one slot that a start names, or what keeps it from being booked."""

from collections.abc import Sequence

from store.shop_records import BookingRecord
from tools import show
from tools.context import ToolContext
from tools.limits import limits
from tools.refusals import Refusal, Retry
from tools.slot_grid import Slot
from tools.slot_search import Window, slots_of, the_locations, the_service, which
from tools.slot_view import not_available, slots_words, start_words
from tools.when import read_when


def chosen_slot(
    context: ToolContext,
    service: str,
    location: str,
    start: str,
    *,
    moving: BookingRecord | None = None,
    full_too: bool = False,
) -> Slot:
    """The slot. Refusal `missing` when the words leave service, location or hour open, `not_available` with
    alternatives when it cannot be had, Retry when `start` says no time.

    `moving`: this appointment holds no place; `full_too`: a slot without a free place is one as well.
    """
    wanted = the_service(context.business, service)
    places = the_locations(context.business, wanted, location)
    if len(places) != 1:
        raise which("location", places, known=True)
    window = _window(context, start, places[0].timezone)
    slots = slots_of(context, wanted, places, moving)
    fitting = [slot for slot in slots if window.holds(slot.start)]
    free = fitting if full_too else [slot for slot in fitting if slot.places]
    if not free:
        raise not_available(context, slots, window)
    if len(free) > 1:
        raise _ask_start(context, free)
    return free[0]


def _window(context: ToolContext, start: str, timezone: str) -> Window:
    country = context.business.shop.country
    period = read_when(start, show.local(context.uow.now, timezone), country)
    if period is None:
        raise Retry("bad_arguments", fields={"start": [start]})
    return Window(period)


def _ask_start(context: ToolContext, free: Sequence[Slot]) -> Refusal:
    """The words fit several slots."""
    few = free[: limits().slots_shown]
    listed = [{"id": slot.start.isoformat(), "name": start_words(context, slot.start)} for slot in few]
    return Refusal("missing", missing=["start"], options=listed, options_words=slots_words(context, few))
