"""The refund policy as a pure function: from an order and the rules to what is paid back, or why it is not.

The rules are data (`business.refunds`); amounts come from the order's lines. A person's authority lifts what
the policy decides (window, item type, delivery, limits), never what is impossible: unpaid, already refunded,
more units than ordered, more money than paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from core.business import RefundPolicy
from store.shop_records import LineRecord, OrderRecord

Check = Literal[
    "paid", "payment_method", "delivered", "window", "item_type", "already_refunded", "quantity",
    "amount_limit", "daily_cap", "approval",
]  # fmt: skip
"""What failed. All but `approval` (the person's limit) are checks of the business's rules."""


@dataclass(frozen=True)
class Wanted:
    """Units of a line that should be paid back."""

    line: LineRecord
    quantity: int


@dataclass(frozen=True)
class RefundCase:
    """All that the policy looks at."""

    order: OrderRecord
    wanted: tuple[Wanted, ...] | None
    """None: all that may still be refunded."""
    reason: str | None
    now: datetime
    timezone: str
    given_today_cents: int
    """Refunded by machine today, over all customers."""
    authority_cents: int | None = None
    """Up to which amount a person has approved it."""

    def day(self, moment: datetime) -> date:
        """The shop's day of a moment."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True)
class Granted:
    """Units of a line that are paid back, and how much."""

    line: LineRecord
    units: tuple[int, ...]
    amount_cents: int


@dataclass(frozen=True)
class Declined:
    """Units of a line that are not, and the check that failed."""

    line: LineRecord
    quantity: int
    check: Check


@dataclass(frozen=True)
class Verdict:
    """What the policy says."""

    granted: tuple[Granted, ...]
    declined: tuple[Declined, ...]
    shipping_cents: int
    """Of the amount: what delivery had cost."""
    amount_cents: int
    blocked: Check | None
    """Why nothing is paid back without a person; None: `amount_cents` may be."""
    confirm: bool
    """The customer says yes first."""
    window_days: int
    window_ends: date | None
    """The last day for what was asked; None while the window has not begun."""


def evaluate(policy: RefundPolicy, case: RefundCase) -> Verdict:
    """The verdict on a case. Pure: the same case gives the same verdict."""
    granted, declined = _by_line(policy, case)
    shipping = _shipping(policy, case, granted)
    items = sum(part.amount_cents for part in granted)
    amount = min(items + shipping, case.order.paid_cents - case.order.refunded_cents)
    # Limits count what the order has been paid back so far: asked for in pieces, it is no less.
    in_all = case.order.refunded_cents + amount
    return Verdict(
        granted=granted,
        declined=declined,
        shipping_cents=shipping,
        amount_cents=max(0, amount),
        blocked=_blocked(policy, case, granted, declined, amount),
        confirm=in_all >= policy.confirm_from_cents and case.authority_cents is None,
        window_days=policy.window_for(case.reason),
        window_ends=_window_ends(policy, case),
    )


def _asked(case: RefundCase) -> tuple[Wanted, ...]:
    """What is wanted; where nothing is named, each line's units that are still there to refund."""
    if case.wanted is not None:
        return case.wanted
    free = [Wanted(line, len(line.free_units)) for line in case.order.lines if line.free_units]
    return tuple(free) or tuple(Wanted(line, line.quantity) for line in case.order.lines)


def _by_line(policy: RefundPolicy, case: RefundCase) -> tuple[tuple[Granted, ...], tuple[Declined, ...]]:
    granted, declined = [], []
    for want in _asked(case):
        check = _line_check(policy, case, want)
        if check:
            declined.append(Declined(want.line, want.quantity, check))
        else:
            units = want.line.free_units[: want.quantity]
            granted.append(Granted(want.line, units, len(units) * want.line.price_cents))
    return tuple(granted), tuple(declined)


def _line_check(policy: RefundPolicy, case: RefundCase, want: Wanted) -> Check | None:
    """The first check that these units fail."""
    line = want.line
    if case.order.paid_cents <= 0:
        return "paid"
    if not line.free_units:
        return "already_refunded"
    if not 0 < want.quantity <= len(line.free_units):
        return "quantity"
    if case.authority_cents is not None:
        return None
    if policy.payment_methods and case.order.payment_method not in policy.payment_methods:
        return "payment_method"
    if _must_arrive(policy) and _arrived(case.order, line) - len(line.refunded) < want.quantity:
        return "delivered"
    if line.item_type in policy.excluded_item_types and case.reason not in policy.excluded_unless:
        return "item_type"
    ends = _window_ends(policy, case)
    return "window" if ends is None or case.day(case.now) > ends else None


def _blocked(
    policy: RefundPolicy,
    case: RefundCase,
    granted: Sequence[Granted],
    declined: Sequence[Declined],
    amount: int,
) -> Check | None:
    if not granted:
        return declined[0].check if declined else "quantity"
    if amount <= 0:
        return "already_refunded"
    if case.authority_cents is not None:
        return "approval" if amount > case.authority_cents else None
    if case.order.refunded_cents + amount > policy.amount_limit_cents:
        return "amount_limit"
    return "daily_cap" if case.given_today_cents + amount > policy.daily_cap_cents else None


def _shipping(policy: RefundPolicy, case: RefundCase, granted: Sequence[Granted]) -> int:
    """What delivery had cost, where the whole order goes back at once for a reason that covers it."""
    whole = {part.line.id: len(part.units) for part in granted} == {
        line.id: line.quantity for line in case.order.lines
    }
    return case.order.shipping_cents if whole and case.reason in policy.shipping_for else 0


def _must_arrive(policy: RefundPolicy) -> bool:
    return policy.window_from == "delivered" or policy.rule_for("delivered") is not None


def _arrived(order: OrderRecord, line: LineRecord) -> int:
    """Units of a line that have been delivered."""
    if not order.parcels:
        return line.quantity if order.delivered_at else 0
    return sum(parcel.contents.get(line.id, 0) for parcel in order.parcels if parcel.delivered_at)


def _window_ends(policy: RefundPolicy, case: RefundCase) -> date | None:
    """The last day of the window: the day on which it begins does not count."""
    began = _window_began(policy, case.order)
    return None if began is None else case.day(began) + timedelta(days=policy.window_for(case.reason))


def _window_began(policy: RefundPolicy, order: OrderRecord) -> datetime | None:
    """Where an order came in several parcels, the last one counts."""
    if policy.window_from == "placed":
        return order.placed_at
    if policy.window_from == "shipped":
        return max((parcel.shipped_at for parcel in order.parcels), default=None)
    delivered = (parcel.delivered_at for parcel in order.parcels if parcel.delivered_at)
    return max(delivered, default=order.delivered_at)
