"""Writing a change of contact or address: kept, audited, and told where the customer was reached before."""

from collections.abc import Iterable
from dataclasses import asdict

from core.ids import CustomerId, OrderNumber, new_id
from core.vocabulary import Role
from store import audit, outbox
from store.shop_records import AddressRecord, ContactChange
from tools.context import ToolContext
from tools.keys import digest

CONTACT_CHANGED = "contact_changed"
"""The outbox's kind: payload `{change_id, field, order_number, to}`; `to` is the address to tell."""


def as_change(
    customer_id: CustomerId,
    field: str,
    old: AddressRecord | str | None,
    new: AddressRecord | str,
    order_number: OrderNumber | None = None,
) -> ContactChange:
    """The change as it is kept."""
    return ContactChange(
        id=new_id("chg"),
        customer_id=customer_id,
        order_number=order_number,
        field=field,
        old=_values(field, old),
        new=_values(field, new),
    )


def keep_and_tell(context: ToolContext, change: ContactChange, tell: Iterable[str]) -> None:
    """Writes the change's row, its audit line, and one notice to each address of `tell`."""
    context.ports.contacts.note(context.uow, change)
    subject = f"order:{change.order_number}" if change.order_number else f"customer:{change.customer_id}"
    data = {"change_id": change.id, "field": change.field}
    actor = Role.PERSON if context.person_id else Role.AI
    audit.write(context.uow, actor, context.person_id, "contact", subject, data, context.conversation_id)
    for to in dict.fromkeys(tell):
        outbox.put(
            context.uow,
            CONTACT_CHANGED,
            f"{CONTACT_CHANGED}:{change.id}:{digest(to)}",
            context.uow.now,
            {**data, "order_number": change.order_number, "to": to},
            context.conversation_id,
        )


def change_key(
    context: ToolContext, customer_id: CustomerId, field: str, new: object, order: OrderNumber | None = None
) -> str:
    """`contact:C-1001:email:0:9f…`: whose, what, the how manieth change, to which value (as a digest)."""
    changes = context.ports.contacts.changes(context.uow, customer_id, field, order)
    value = asdict(new) if isinstance(new, AddressRecord) else new
    return ":".join(("contact", order or customer_id, field, str(changes), digest(value)))


def _values(field: str, value: AddressRecord | str | None) -> dict[str, str | None]:
    return asdict(value) if isinstance(value, AddressRecord) else {field: value}
