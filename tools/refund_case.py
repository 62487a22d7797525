"""A refund as asked for: whose order, which units, what the policy says, under which key it happens once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import ModelError
from core.shapes import Json
from store.shop_records import LineRecord, OrderRecord
from tools import show
from tools.access import SeenOrder, require_order
from tools.context import ToolContext
from tools.keys import digest
from tools.matching import matches
from tools.refund_policy import RefundCase, Verdict, Wanted, evaluate
from tools.refusals import Refusal

Pairs = Sequence[tuple[str, int | None]]
"""(sku or words, units) as the call names them; None: all of it that can still be paid back."""


@dataclass(frozen=True)
class JudgedRefund:
    """A case with its verdict."""

    seen: SeenOrder
    case: RefundCase
    verdict: Verdict

    @property
    def order(self) -> OrderRecord:
        return self.seen.order


def judge(
    context: ToolContext, order_number: str, items: Pairs | None, reason: str | None, *, lock: bool = False
) -> JudgedRefund:
    """The policy's verdict on what was asked. Refusal when the order or an item is not to be found.

    `lock` holds the order until the transaction ends, so that the verdict stands when it is carried out.
    """
    seen = require_order(context, order_number)
    if lock:
        held = context.ports.orders.lock(context.uow, seen.order.number)
        seen = SeenOrder(held or seen.order, seen.full)
    zone = context.business.shop.timezone
    case = RefundCase(
        order=seen.order,
        wanted=_wanted(seen.order, items) if items else None,
        reason=reason,
        now=context.uow.now,
        timezone=zone,
        given_today_cents=context.ports.refunds.given_on(context.uow, shop_day(context)),
        authority_cents=(context.limit_cents or 0) if context.person_id else None,
    )
    return JudgedRefund(seen, case, evaluate(context.business.refunds, case))


def shop_day(context: ToolContext) -> str:
    """The shop's day, as the daily cap counts it."""
    return show.local(context.uow.now, context.business.shop.timezone).date().isoformat()


def refund_key(arguments: Json, context: ToolContext) -> str:
    """`refund:HL-10428:HL-10428/1=1+2`: the units that this call would pay back, as the database stands.

    Where nothing is left to refund it names the units asked for, so that a repeated call meets the first one.
    """
    try:
        items = [(str(item["sku"]), _units(item.get("quantity"))) for item in arguments.get("items") or []]
        return units_key(
            judge(context, str(arguments["order_number"]), items or None, arguments.get("reason"))
        )
    except (ModelError, KeyError, TypeError, ValueError):
        return "refund:" + digest(arguments)


def units_key(judged: JudgedRefund) -> str:
    """The key of a verdict."""
    verdict = judged.verdict
    units = {part.line.id: part.units for part in verdict.granted} or {
        part.line.id: tuple(range(1, part.quantity + 1)) for part in verdict.declined
    }
    lines = (f"{line}={'+'.join(map(str, numbers))}" for line, numbers in sorted(units.items()))
    return ":".join(("refund", judged.order.number, *lines))


def as_approved(context: ToolContext, judged: JudgedRefund) -> JudgedRefund:
    """The same case as a person with any authority could allow it."""
    case = replace(judged.case, authority_cents=judged.order.paid_cents)
    return JudgedRefund(judged.seen, case, evaluate(context.business.refunds, case))


def _wanted(order: OrderRecord, items: Pairs) -> tuple[Wanted, ...]:
    """The lines that are meant; units of one article spread over its lines, those with free units first."""
    left: dict[str, int] = {}
    for words, quantity in items:
        sku = _sku(order, words)
        left[sku] = left.get(sku, 0) + (_all_of(order, sku) if quantity is None else quantity)
    wanted = []
    for sku, quantity in left.items():
        lines = sorted(
            (line for line in order.lines if line.sku == sku), key=lambda line: -len(line.free_units)
        )
        wanted += _spread(lines, quantity)
    return tuple(wanted)


def _units(quantity: object) -> int | None:
    return None if quantity is None else int(str(quantity))


def _all_of(order: OrderRecord, sku: str) -> int:
    """The units of an article that are not refunded; where none is left, all: the check then says why not."""
    lines = [line for line in order.lines if line.sku == sku]
    return sum(len(line.free_units) for line in lines) or sum(line.quantity for line in lines)


def _spread(lines: Sequence[LineRecord], quantity: int) -> list[Wanted]:
    spread = []
    for line in lines[:-1]:
        here = min(quantity, len(line.free_units))
        if here:
            spread.append(Wanted(line, here))
        quantity -= here
    # What fits nowhere stays with the last line, whose check then says why not.
    return [*spread, Wanted(lines[-1], quantity)] if quantity else spread


def _sku(order: OrderRecord, words: str) -> str:
    found = matches(words, {line.sku: line.name for line in order.lines})
    if len(found) != 1:
        has = [{"sku": line.sku, "name": line.name, "quantity": line.quantity} for line in order.lines]
        raise Refusal("no_such_item", items=has)
    return found[0]
