"""Who comes to an appointment, and how they are reached."""

from dataclasses import dataclass

from core.ids import CustomerId
from store.shop_records import CustomerRecord
from tools.access import account_id
from tools.contact_checks import clean_email, clean_phone
from tools.contact_said import email_written, phone_written
from tools.context import ToolContext
from tools.refusals import Refusal, Retry
from tools.words import words

LONGEST_NAME = 100
"""Characters: it stands in e-mails to an address that nobody has proved to be theirs."""


@dataclass(frozen=True)
class Guest:
    """Name and at least one way to reach them."""

    name: str
    email: str | None
    phone: str | None
    customer_id: CustomerId | None


def the_guest(context: ToolContext, name: str | None, email: str | None, phone: str | None) -> Guest:
    """The guest as told, else as the account has it. Refusal `missing` without a name or any contact.

    Retry for a contact that is neither the account's nor in the customer's own words: a notice goes there.
    """
    mine = account_id(context)
    customer = context.ports.customers.get(context.uow, mine) if mine else None
    home = (customer.address.country,) if customer else ()
    told_phone = clean_phone(phone, (*home, context.business.shop.country)) if phone else None
    told_email = clean_email(email) if email else None
    _raise_unless_said(context, customer, told_email, told_phone)
    guest = Guest(
        name=" ".join((name or "").split())[:LONGEST_NAME] or (customer.name if customer else ""),
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


def _raise_unless_said(
    context: ToolContext, customer: CustomerRecord | None, email: str | None, phone: str | None
) -> None:
    known = (customer.email.casefold(), customer.phone) if customer else ()
    invented = []
    if email and email.casefold() not in known and not email_written(email, context.said):
        invented.append("email")
    if phone and phone not in known and not phone_written(phone, context.said):
        invented.append("phone")
    if invented and context.person_id is None:
        why = words().fill("unread", "not_said")
        raise Retry("bad_arguments", fields={name: [why] for name in invented})
