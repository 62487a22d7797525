"""E-mail address and phone number of the signed-in customer."""

from enum import StrEnum

from langchain.tools import ToolRuntime, tool

from core.errors import ModelError
from core.shapes import Json
from core.vocabulary import Capability
from store.shop_records import CustomerRecord
from tools import show
from tools.access import require_account
from tools.contact_checks import clean_email, clean_phone, phone_words
from tools.contact_writing import as_change, change_key, keep_and_tell
from tools.context import ToolContext
from tools.keys import digest, raise_if_moved
from tools.refusals import NeedsConfirmation
from tools.spec import Effect, ToolSpec
from tools.words import words


class ContactField(StrEnum):
    """What a customer is reached by."""

    EMAIL = "email"
    PHONE = "phone"


@tool(parse_docstring=True)
def update_contact(runtime: ToolRuntime[ToolContext], field: ContactField, value: str) -> Json:
    """Change the e-mail address or phone number of the signed-in customer's account.

    The old e-mail address is told. Only a signed-in customer may do this.

    Args:
        field: Which of the two changes.
        value: The new one, as the customer wrote it.
    """
    context = runtime.context
    customer = require_account(context)
    new = _clean(context, customer, field, value)
    old = _old(customer, field)
    if new == old:
        return _result(field, new, old, (), changed=False)
    raise_if_moved(context, change_key(context, customer.id, field, new))
    if context.business.contact.confirm and not context.confirmed:
        raise NeedsConfirmation(words().fill("summary", field, {"value": _shown(field, new)}))
    context.ports.contacts.set_contact(context.uow, customer.id, field, new)
    keep_and_tell(context, as_change(customer.id, field, old, new), [customer.email])
    return _result(field, new, old, (customer.email,), changed=True)


def _clean(context: ToolContext, customer: CustomerRecord, field: str, value: str) -> str:
    if field == ContactField.EMAIL:
        return clean_email(value, "value")
    return clean_phone(value, (customer.address.country, context.business.shop.country), "value")


def _old(customer: CustomerRecord, field: str) -> str | None:
    return customer.email if field == ContactField.EMAIL else customer.phone


def _shown(field: str, value: str) -> str:
    return value if field == ContactField.EMAIL else phone_words(value)


def _result(field: ContactField, new: str, old: str | None, told: tuple[str, ...], *, changed: bool) -> Json:
    return {
        "ok": True,
        "field": field.value,
        "value": _shown(field, new),
        "old": show.masked_contact(old) if old else None,
        "told": [show.masked_contact(one) for one in told],
        "changed": changed,
    }


def _key(arguments: Json, context: ToolContext) -> str:
    try:
        field = ContactField(str(arguments.get("field")))
        customer = require_account(context)
        new = _clean(context, customer, field, str(arguments.get("value", "")))
        return change_key(context, customer.id, field, new)
    except (ModelError, ValueError):
        return "contact:" + digest(arguments)


def _tried(arguments: Json, result: Json) -> str:
    return words().tried("update_contact", result, str(arguments.get("field", "")))


SPECS = (
    ToolSpec(
        update_contact, Capability.UPDATE_CONTACT, Effect.CHANGE, business_key=_key, subject=3, tried=_tried
    ),
)
