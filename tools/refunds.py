"""Refunds within the policy: checked and explained, then made once, to the original payment."""

from enum import StrEnum

from langchain.tools import ToolRuntime, tool
from pydantic import BaseModel, ConfigDict, Field

from core.shapes import Json
from core.vocabulary import Capability
from tools.context import ToolContext
from tools.keys import raise_if_moved
from tools.refund_case import judge, refund_key, units_key
from tools.refund_making import make_refund
from tools.refund_view import check_view, raise_if_blocked, refund_view
from tools.spec import Effect, ToolSpec
from tools.words import words


class Reason(StrEnum):
    """Why something goes back."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    CHANGED_MIND = "changed_mind"
    LATE = "late"
    OTHER = "other"


class Item(BaseModel):
    """Units of one article of the order."""

    model_config = ConfigDict(extra="forbid")

    sku: str = Field(description="The article's sku, or its name in the customer's words.")
    quantity: int | None = Field(
        default=None, ge=1, description="How many units. Null for all of it that can still be refunded."
    )


@tool(parse_docstring=True)
def check_refund(
    runtime: ToolRuntime[ToolContext],
    order_number: str,
    items: list[Item] | None = None,
    reason: Reason | None = None,
) -> Json:
    """Check whether an order, or some of its items, can be refunded, how much, by which rule. No change.

    Args:
        order_number: The order number as the customer wrote it.
        items: The items in question. Leave out for all that can still be refunded.
        reason: Why, if the customer said so.
    """
    judged = judge(runtime.context, order_number, _pairs(items), reason)
    raise_if_blocked(runtime.context, judged)
    return check_view(runtime.context, judged)


@tool(parse_docstring=True)
def refund(
    runtime: ToolRuntime[ToolContext],
    order_number: str,
    items: list[Item] | None = None,
    reason: Reason | None = None,
) -> Json:
    """Refund an order, or some of its items, to the original payment. Only when the customer asked for it.

    The amount follows from the order and the policy. What the policy does not allow is refused with the rule.

    Args:
        order_number: The order number as the customer wrote it.
        items: The items to refund. Leave out for all that can still be refunded.
        reason: Why, if the customer said so.
    """
    context = runtime.context
    judged = judge(context, order_number, _pairs(items), reason, lock=True)
    raise_if_blocked(context, judged)
    raise_if_moved(context, units_key(judged))
    return refund_view(context, judged, make_refund(context, judged))


def _pairs(items: list[Item] | None) -> list[tuple[str, int | None]] | None:
    return [(item.sku, item.quantity) for item in items] if items else None


def _tried_check(arguments: Json, result: Json) -> str:
    return words().tried("check_refund", result, str(arguments.get("order_number", "")))


def _tried(arguments: Json, result: Json) -> str:
    return words().tried("refund", result, str(arguments.get("order_number", "")), "refund")


SPECS = (
    ToolSpec(check_refund, Capability.REFUND, Effect.NONE, tried=_tried_check),
    ToolSpec(refund, Capability.REFUND, Effect.CHANGE, business_key=refund_key, tried=_tried),
)
