"""Order status: by number, the last one, or by what was bought; opens an order by the identity challenge."""

from langchain.tools import ToolRuntime, tool

from core.ids import CustomerId
from core.shapes import Json
from core.vocabulary import Capability, Level
from store.shop_records import OrderRecord
from tools.access import SeenOrder, account_id, identity_needed, orders_in_sight
from tools.challenge import challenge
from tools.context import ToolContext
from tools.limits import limits
from tools.matching import matches
from tools.numbers import read_number
from tools.order_view import full_view, short_view
from tools.refusals import refused
from tools.spec import Effect, ToolSpec
from tools.words import words


@tool(parse_docstring=True)
def find_order(
    runtime: ToolRuntime[ToolContext],
    order_number: str | None = None,
    email: str | None = None,
    postcode: str | None = None,
    product: str | None = None,
) -> Json:
    """Look up an order: state, parcels, tracking, expected date, whether it is late.

    A signed-in customer needs no argument for the newest order. Anybody else needs the order number together
    with the e-mail address or the postcode of the order, exactly as the customer wrote them.

    Args:
        order_number: The order number as the customer wrote it. Leave out for the newest order.
        email: The e-mail address of the order, if the customer gave it in this conversation.
        postcode: The postcode of the order, if the customer gave it in this conversation.
        product: What was bought, in the customer's words, when no number is given ("the lamp").
    """
    context = runtime.context
    if order_number:
        return _by_number(context, order_number, email, postcode)
    mine = account_id(context)
    if mine:
        return _of_account(context, mine, product)
    if context.verified_order:
        return _by_number(context, context.verified_order, None, None)
    return identity_needed(context, ["order_number"] if email or postcode else ["order_number", "email"])


def _by_number(context: ToolContext, number: str, email: str | None, postcode: str | None) -> Json:
    written = read_number(number)
    seen = orders_in_sight(context, written)
    if seen:
        return _found(context, seen[0])
    if email or postcode:
        opened = challenge(context, written, email, postcode)
        return _found(context, opened) if isinstance(opened, SeenOrder) else opened
    if context.customer.level is Level.ACCOUNT:
        return refused("not_found")
    return identity_needed(context, ["email"])


def _of_account(context: ToolContext, mine: CustomerId, product: str | None) -> Json:
    orders = context.ports.orders.of_customer(context.uow, mine)
    if not orders:
        return refused("no_orders")
    if not product:
        return _found(context, SeenOrder(orders[0], full=True), orders[1:])
    names = {line.sku: _name(context, line.sku, line.name) for order in orders for line in order.lines}
    skus = matches(product, names)
    fitting = [order for order in orders if any(line.sku in skus for line in order.lines)]
    if not fitting:
        return refused("no_such_item", others=_short(context, orders))
    result = _found(context, SeenOrder(fitting[0], full=True), fitting[1:])
    result["matched"] = next(line.name for line in fitting[0].lines if line.sku in skus)
    return result


def _name(context: ToolContext, sku: str, name: str) -> str:
    product = context.business.product(sku)
    return f"{name} {product.category}" if product else name


def _found(
    context: ToolContext, seen: SeenOrder, others: tuple[OrderRecord, ...] | list[OrderRecord] = ()
) -> Json:
    level = context.customer.level
    return {
        "ok": True,
        "level": Level.ORDER.value if level is Level.ANONYMOUS else level.value,
        "order": full_view(context, seen),
        "others": _short(context, others),
    }


def _short(context: ToolContext, orders: tuple[OrderRecord, ...] | list[OrderRecord]) -> list[Json]:
    return [short_view(context, order) for order in orders[: limits().orders_shown]]


def _tried(arguments: Json, result: Json) -> str:
    what = result["order"]["number"] if result["ok"] else arguments.get("order_number") or ""
    return words().tried("find_order", result, what)


SPECS = (
    ToolSpec(find_order, Capability.ORDER_STATUS, Effect.IDENTITY, tries=("email", "postcode"), tried=_tried),
)
