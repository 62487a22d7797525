"""Addresses: of the account, or of one order as long as it is not packed."""

from langchain.tools import ToolRuntime, tool

from core.errors import ModelError
from core.ids import OrderNumber
from core.shapes import Json
from core.vocabulary import Capability
from store.shop_records import AddressRecord, CustomerRecord, OrderRecord
from tools import show
from tools.access import require_account, require_order
from tools.contact_checks import clean_address
from tools.contact_writing import as_change, change_key, keep_and_tell
from tools.context import ToolContext
from tools.keys import digest, raise_if_moved
from tools.order_view import state_words
from tools.refusals import NeedsConfirmation, Refusal
from tools.spec import Effect, ToolSpec
from tools.words import words

FIELD = "address"


@tool(parse_docstring=True)
def update_address(
    runtime: ToolRuntime[ToolContext],
    line1: str,
    town: str,
    postcode: str,
    order_number: str | None = None,
    line2: str | None = None,
    country: str | None = None,
) -> Json:
    """Change where one order goes, or the address of the signed-in customer's account.

    An order's address can change only before it is packed. Only a signed-in customer may do this.

    Args:
        line1: Street and number.
        town: Town or city.
        postcode: Postcode.
        order_number: The order that should go there. Leave out to change the account's address.
        line2: Flat, floor, company.
        country: Two-letter country code. Leave out if the country stays the same.
    """
    context = runtime.context
    customer = require_account(context)
    order = _own_order(context, customer, order_number) if order_number else None
    old = order.address if order else customer.address
    new = clean_address(line1, line2, town, postcode, country or old.country)
    if order and order.state not in context.business.contact.changeable_states:
        raise _after_packing(context, order)
    if new == old:
        return _result(order, new, old, (), changed=False)
    number = order.number if order else None
    raise_if_moved(context, change_key(context, customer.id, FIELD, new, number))
    if context.business.contact.confirm and not context.confirmed:
        raise NeedsConfirmation(_summary(order, new))
    _write(context, customer, order, new)
    keep_and_tell(context, as_change(customer.id, FIELD, old, new, number), [customer.email])
    return _result(order, new, old, (customer.email,), changed=True)


def _own_order(context: ToolContext, customer: CustomerRecord, number: str) -> OrderRecord:
    """The customer's own order; one that only the challenge has opened is not enough."""
    seen = require_order(context, number)
    if seen.order.customer_id != customer.id:
        raise Refusal("not_found")
    return seen.order


def _write(
    context: ToolContext, customer: CustomerRecord, order: OrderRecord | None, new: AddressRecord
) -> None:
    if order is None:
        context.ports.contacts.set_address(context.uow, customer.id, new)
        return
    states = context.business.contact.changeable_states
    if not context.ports.orders.set_address(context.uow, order.number, new, states):
        raise _after_packing(context, order)


def _after_packing(context: ToolContext, order: OrderRecord) -> Refusal:
    return Refusal(
        "after_packing",
        order_number=order.number,
        state=order.state.value,
        state_words=state_words(order.state),
        text=context.business.contact.explain,
        person_offered=True,
    )


def _summary(order: OrderRecord | None, new: AddressRecord) -> str:
    values = {"value": show.address(new), "order": order.number if order else ""}
    return words().fill("summary", "order_address" if order else "account_address", values)


def _result(
    order: OrderRecord | None,
    new: AddressRecord,
    old: AddressRecord,
    told: tuple[str, ...],
    *,
    changed: bool,
) -> Json:
    return {
        "ok": True,
        "order_number": order.number if order else None,
        "address": show.address(new),
        "old": show.address(old),
        "told": [show.masked_contact(one) for one in told],
        "changed": changed,
    }


def _key(arguments: Json, context: ToolContext) -> str:
    try:
        customer = require_account(context)
        number = arguments.get("order_number")
        order = _own_order(context, customer, str(number)) if number else None
        old = order.address if order else customer.address
        new = clean_address(
            str(arguments.get("line1") or ""),
            arguments.get("line2"),
            str(arguments.get("town") or ""),
            str(arguments.get("postcode") or ""),
            str(arguments.get("country") or old.country),
        )
        return change_key(context, customer.id, FIELD, new, OrderNumber(order.number) if order else None)
    except ModelError:
        return "address:" + digest(arguments)


def _tried(arguments: Json, result: Json) -> str:
    return words().tried("update_address", result, str(arguments.get("order_number") or ""))


SPECS = (
    ToolSpec(
        update_address, Capability.UPDATE_CONTACT, Effect.CHANGE, business_key=_key, subject=3, tried=_tried
    ),
)
