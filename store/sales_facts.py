"""What enquiries and leads of a conversation say, for the packet: each with its kind and id."""

from dataclasses import dataclass
from typing import Literal

from core.ids import ConversationId
from core.shapes import Json
from store.database import UnitOfWork
from store.enquiries import SqlEnquiries
from store.leads import SqlLeads


@dataclass(frozen=True)
class SalesFact:
    """One enquiry or lead.

    `values` of an enquiry: `reference`, `topic`, `status`, `details` (`name: Jane, …`), `declined`; of a
    lead: `reference`, `score`, `band`, `next_step`, `answers` (`budget: “about 5k”; …`).
    """

    kind: Literal["enquiry", "lead"]
    id: str
    values: Json


def facts_of(uow: UnitOfWork, id: ConversationId) -> tuple[SalesFact, ...]:
    """The enquiries that were not withdrawn, the latest first, then the lead."""
    found = [
        SalesFact(
            "enquiry",
            one.reference,
            {
                "reference": one.reference,
                "topic": one.topic,
                "status": one.status,
                "details": ", ".join(f"{name}: {value}" for name, value in one.details.items()),
                "declined": ", ".join(one.declined),
            },
        )
        for one in SqlEnquiries().of_conversation(uow, id)
        if one.status != "withdrawn"
    ]
    lead = SqlLeads().of_conversation(uow, id)
    if lead is not None:
        answers = "; ".join(f"{question}: “{one.words}”" for question, one in lead.answers.items())
        values: Json = {
            "reference": lead.reference,
            "score": lead.score,
            "band": lead.band,
            "next_step": lead.next_step,
            "answers": answers,
        }
        found.append(SalesFact("lead", lead.reference, values))
    return tuple(found)


def contact_of(uow: UnitOfWork, id: ConversationId) -> dict[str, str]:
    """`name`, `email`, `phone` as a conversation's enquirer or lead left them; absent where unknown."""
    lead = SqlLeads().of_conversation(uow, id)
    enquiries = [one for one in SqlEnquiries().of_conversation(uow, id) if one.status != "withdrawn"]
    left = [*([lead.contact] if lead else []), *(one.details for one in reversed(enquiries))]
    return {
        name: value for told in left for name, value in told.items() if name in ("name", "email", "phone")
    }
