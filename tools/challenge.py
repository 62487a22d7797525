"""The identity challenge: an order number with its e-mail address or postcode opens that order."""

import hmac

from core.ids import CustomerId
from core.shapes import Json
from store.shop_records import OrderRecord
from tools.access import SeenOrder, identity_form, identity_needed, tries_left
from tools.context import ToolContext
from tools.numbers import WrittenNumber, email_said, number_said, postcode_said, squeeze
from tools.refusals import refused

NOBODY = CustomerId("")


def challenge(
    context: ToolContext, written: WrittenNumber, email: str | None, postcode: str | None
) -> SeenOrder | Json:
    """The order that these values open, or the result that refuses.

    The values must be the customer's own words. Every try is counted before it is answered; a wrong value
    and a number that does not exist are answered alike, after the same work.
    """
    if not _all_said(context, written, email, postcode):
        return identity_needed(context, ["order_number", "email"], words_key="not_said")
    context.ports.identity.hold(context.uow)
    if tries_left(context, written.digits) == 0:
        return refused("identity_locked", person_offered=True)
    opened = [order for order in _candidates(context, written) if _fits(context, order, email, postcode)]
    context.ports.identity.note(context.uow, context.conversation_id, written.digits, bool(opened))
    if not opened:
        left = tries_left(context, written.digits)
        form = identity_form(context, ["order_number", "email", "postcode"])
        return refused("not_found", tries_left=left, form={**form, "tries_left": left})
    context.ports.identity.open_order(context.uow, context.conversation_id, opened[0].number)
    return SeenOrder(opened[0], full=False)


def owner_by_email(context: ToolContext, written: WrittenNumber, email: str) -> CustomerId | None:
    """Whose order this is, if the address is theirs; the same work when there is no such order."""
    fitting = [order for order in _candidates(context, written) if _fits(context, order, email, None)]
    return fitting[0].customer_id if fitting else None


def _all_said(context: ToolContext, written: WrittenNumber, email: str | None, postcode: str | None) -> bool:
    return (
        number_said(written.digits, context.said)
        and (not email or email_said(email, context.said))
        and (not postcode or postcode_said(postcode, context.said))
    )


def _candidates(context: ToolContext, written: WrittenNumber) -> list[OrderRecord]:
    found = context.ports.orders.find(context.uow, written.digits)
    if not found:
        # The same work as for an order that exists, so that time tells nothing.
        context.ports.customers.get(context.uow, NOBODY)
    return [order for order in found if written.fits(order.number)]


def _fits(context: ToolContext, order: OrderRecord, email: str | None, postcode: str | None) -> bool:
    """Every value that was given is right."""
    owner = context.ports.customers.get(context.uow, order.customer_id)
    if owner is None:
        return False
    postcodes = (order.address.postcode, owner.address.postcode)
    by_email = not email or _same(email.strip(), owner.email)
    by_postcode = not postcode or any(_same(squeeze(postcode), squeeze(known)) for known in postcodes)
    return by_email and by_postcode


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.casefold().encode(), known.casefold().encode())
