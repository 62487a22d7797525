"""An order as a customer sees it: all of it signed in; else state and tracking, as a parcel's label tells."""

from datetime import datetime

from core.shapes import Json
from core.vocabulary import OrderState
from store.shop_records import LineRecord, OrderRecord, ParcelRecord
from tools import show
from tools.access import SeenOrder
from tools.context import ToolContext
from tools.words import words

_OVER = (OrderState.DELIVERED, OrderState.RETURNED, OrderState.CANCELLED)


def full_view(context: ToolContext, seen: SeenOrder) -> Json:
    """State, dates, items and parcels; amounts and the whole address only for its signed-in owner."""
    order, now, zone = seen.order, context.uow.now, context.business.shop.timezone
    late = late_days(order, now, zone)
    return {
        "number": order.number,
        "state": order.state.value,
        "state_words": state_words(order.state),
        **show.dated("placed", order.placed_at, now, zone),
        **show.dated("expected", None if order.state in _OVER else order.arrives_at, now, zone),
        **show.dated("delivered", order.delivered_at, now, zone),
        "late": late > 0,
        "late_days": late,
        "items": [_item(line, order, seen.full) for line in order.lines],
        "items_words": items_words(order),
        "parcels": [_parcel(context, order, parcel) for parcel in order.parcels],
        "not_shipped_words": _not_shipped(order),
        "total": show.amount(order.total_cents, order.currency) if seen.full else None,
        "total_cents": order.total_cents if seen.full else None,
        "refunded": show.amount(order.refunded_cents, order.currency)
        if seen.full and order.refunded_cents
        else None,
        "address": show.address(order.address) if seen.full else show.masked_address(order.address),
        "address_changeable": order.state in context.business.contact.changeable_states,
    }


def short_view(context: ToolContext, order: OrderRecord) -> Json:
    """What tells one order from another."""
    return {
        "number": order.number,
        "state": order.state.value,
        "state_words": state_words(order.state),
        **show.dated("placed", order.placed_at, context.uow.now, context.business.shop.timezone),
        "items_words": items_words(order),
    }


def state_words(state: OrderState) -> str:
    """The state in plain words."""
    return words().fill("state", state.value)


def items_words(order: OrderRecord) -> str:
    """`1 × Arc floor lamp, 2 × Linen cushion`."""
    return show.items((line.quantity, line.name) for line in order.lines)


def late_days(order: OrderRecord, now: datetime, timezone: str) -> int:
    """Days past the day on which it was expected; 0: not late, over, or never promised."""
    if order.state in _OVER or order.arrives_at is None:
        return 0
    expected = show.local(order.arrives_at, timezone).date()
    return max(0, (show.local(now, timezone).date() - expected).days)


def _item(line: LineRecord, order: OrderRecord, full: bool) -> Json:
    price = show.amount(line.price_cents, order.currency) if full else None
    return {"sku": line.sku, "name": line.name, "quantity": line.quantity, "price": price}


def _parcel(context: ToolContext, order: OrderRecord, parcel: ParcelRecord) -> Json:
    now, zone = context.uow.now, context.business.shop.timezone
    names = {line.id: line.name for line in order.lines}
    due = parcel.expected_at if parcel.delivered_at is None else None
    late = due is not None and show.local(due, zone).date() < show.local(now, zone).date()
    return {
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "url": parcel.url,
        "state": "delivered" if parcel.delivered_at else "on_the_way",
        **show.dated("shipped", parcel.shipped_at, now, zone),
        **show.dated("expected", parcel.expected_at, now, zone),
        **show.dated("delivered", parcel.delivered_at, now, zone),
        "late": late,
        "items_words": show.items((count, names[line]) for line, count in parcel.contents.items()),
    }


def _not_shipped(order: OrderRecord) -> str | None:
    """What is in no parcel yet, once some of it is."""
    if not order.parcels or order.state in _OVER:
        return None
    waiting = [
        (line.quantity - sum(parcel.contents.get(line.id, 0) for parcel in order.parcels), line.name)
        for line in order.lines
    ]
    return show.items((count, name) for count, name in waiting if count > 0) or None
