"""How a lead is reached: what they told, else what the account has."""

from collections.abc import Mapping

from core.business import STANDARD, Detail
from core.shapes import Json
from store.sales_records import LeadRecord
from tools.context import ToolContext
from tools.detail_reading import Unread, read_detail
from tools.enquiry_taking import the_owner
from tools.words import words

CONTACT = tuple(
    Detail(id=name, kind=kind, noun=name, label=name, ask=name)
    for name, kind in STANDARD.items()
    if name in ("name", "email", "phone")
)


def take_contact(
    context: ToolContext, before: LeadRecord, told: Mapping[str, str]
) -> tuple[dict[str, str], Json]:
    """The lead's contact with what was told, checked; and what could not be taken, each with its reason."""
    owner = the_owner(context)
    contact, invalid = dict(before.contact), {}
    for detail in CONTACT:
        if text := told.get(detail.id):
            value = read_detail(context, detail, text, owner)
            if isinstance(value, Unread):
                invalid[detail.id] = words().fill("unread", value.why)
            else:
                contact[detail.id] = value
    return contact, invalid


def of_account(context: ToolContext) -> dict[str, str]:
    """Name and contact of the signed-in customer; empty for anybody else."""
    owner = the_owner(context)
    known = {"name": owner.name, "email": owner.email, "phone": owner.phone} if owner else {}
    return {name: value for name, value in known.items() if value}


def reached(lead: LeadRecord) -> bool:
    """Whether somebody could write or ring."""
    return bool(lead.contact.get("email") or lead.contact.get("phone"))
