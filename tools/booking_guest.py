"""Who comes to an appointment, and how they are reached."""

from dataclasses import dataclass

from core.ids import CustomerId
from tools.access import account_id
from tools.contact_checks import clean_email, clean_phone
from tools.context import ToolContext
from tools.refusals import Refusal


@dataclass(frozen=True)
class Guest:
    """Name and at least one way to reach them."""

    name: str
    email: str | None
    phone: str | None
    customer_id: CustomerId | None


def the_guest(context: ToolContext, name: str | None, email: str | None, phone: str | None) -> Guest:
    """The guest as told, else as the account has it. Refusal `missing` without a name or any contact."""
    mine = account_id(context)
    customer = context.ports.customers.get(context.uow, mine) if mine else None
    home = (customer.address.country,) if customer else ()
    told_phone = clean_phone(phone, (*home, context.business.shop.country)) if phone else None
    told_email = clean_email(email) if email else None
    guest = Guest(
        name=(name or "").strip() or (customer.name if customer else ""),
        email=told_email or (customer.email if customer else None),
        phone=told_phone or (customer.phone if customer else None),
        customer_id=mine,
    )
    missing = [] if guest.name else ["name"]
    if not guest.email and not guest.phone:
        missing.append("email")
    if missing:
        raise Refusal("missing", missing=missing)
    return guest
