"""Who may see and do what: decided by the run's context alone, never by an argument."""

from dataclasses import dataclass
from datetime import timedelta

from core.ids import CustomerId
from core.shapes import Json
from core.vocabulary import Level
from store.shop_records import CustomerRecord, OrderRecord
from tools.context import ToolContext
from tools.limits import limits
from tools.numbers import WrittenNumber, read_number
from tools.refusals import Refusal, refused


@dataclass(frozen=True)
class SeenOrder:
    """An order that this customer may see; `full`: its owner, signed in, else only what a parcel tells."""

    order: OrderRecord
    full: bool


def account_id(context: ToolContext) -> CustomerId | None:
    """The signed-in customer."""
    customer = context.customer
    return CustomerId(customer.id) if customer.level is Level.ACCOUNT and customer.id else None


def orders_in_sight(context: ToolContext, written: WrittenNumber) -> list[SeenOrder]:
    """The orders of this number that the customer may see: none that is somebody else's."""
    seen = []
    for order in context.ports.orders.find(context.uow, written.digits):
        mine = order.customer_id == account_id(context)
        opened = order.number == context.verified_order or context.person_id is not None
        if written.fits(order.number) and (mine or opened):
            seen.append(SeenOrder(order, full=mine))
    return seen


def require_order(context: ToolContext, order_number: str) -> SeenOrder:
    """The order, if this customer may act on it; Refusal otherwise, the same for none as for another's."""
    seen = orders_in_sight(context, read_number(order_number))
    if seen:
        return seen[0]
    if context.customer.level is Level.ACCOUNT or context.person_id:
        raise Refusal("not_found")
    form = identity_form(context, ["email", "postcode"])
    raise Refusal("identity_needed", missing=["email"], form=form)


def require_account(context: ToolContext) -> CustomerRecord:
    """The signed-in customer. Refusal `level_needed` for anybody else."""
    mine = account_id(context)
    customer = context.ports.customers.get(context.uow, mine) if mine else None
    if customer is None:
        raise Refusal("level_needed", needs=Level.ACCOUNT.value, **_way_in(context))
    return customer


def _way_in(context: ToolContext) -> Json:
    """How the talk goes on to level `account`: by a code, and before it by what tells whom to send it to."""
    if context.customer.level is Level.ORDER:
        return {"next": "send_code", "missing": [], "form": code_form(context, None)}
    form = identity_form(context, ["order_number", "email"])
    return {"next": "send_code", "missing": ["order_number", "email"], "form": form}


def code_form(context: ToolContext, subject: str | None) -> Json:
    """What the page may show to take a one-time code; `subject`: under which its tries are counted."""
    return {"kind": "code", "fields": ["code"], "tries_left": tries_left(context, subject)}


def identity_needed(context: ToolContext, missing: list[str], words_key: str | None = None) -> Json:
    """The result that asks for the challenge's values; `email` means the postcode does as well."""
    fields = [name for name in missing if name != "email"] + ["email", "postcode"]
    return refused(
        "identity_needed", words_key=words_key, missing=missing, form=identity_form(context, fields)
    )


def identity_form(context: ToolContext, fields: list[str]) -> Json:
    """What the page may show as a form."""
    return {"kind": "identity", "fields": fields, "tries_left": tries_left(context, None)}


def tries_left(context: ToolContext, digits: str | None) -> int:
    """Tries at the challenge before a person has to help."""
    allowed = limits().identity
    since = context.uow.now - timedelta(minutes=allowed.window_minutes)
    failed = context.ports.identity.failed(context.uow, context.conversation_id, digits, since)
    left = min(
        allowed.per_order - failed.of_order,
        allowed.per_conversation - failed.of_conversation,
        allowed.everywhere - failed.everywhere,
    )
    return max(0, left)
