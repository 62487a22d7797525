"""Writing a lead: its row, and with a score what goes to the department and what is promised."""

from dataclasses import replace

from core.business import LeadCard
from core.vocabulary import Capability
from store.sales_records import LeadRecord
from tools.context import ToolContext
from tools.enquiry_taking import the_owner
from tools.keys import new_reference
from tools.lead_contact import of_account, reached
from tools.lead_score import Score
from tools.refusals import Refusal
from tools.sales_writing import audited, promise_answer, tell_department


def card_of(context: ToolContext) -> LeadCard:
    """The business's score card. Refusal `not_offered` where it has none."""
    if context.business.leads is None:
        raise Refusal("not_offered", person_offered=True)
    return context.business.leads


def lead_of(context: ToolContext) -> LeadRecord | None:
    """The lead of this conversation."""
    return context.ports.leads.of_conversation(context.uow, context.conversation_id)


def new_lead(context: ToolContext, card: LeadCard) -> LeadRecord:
    """A lead of which nothing is known but whom the account knows."""
    owner = the_owner(context)
    return LeadRecord(
        reference=new_reference("LD"),
        conversation_id=context.conversation_id,
        customer_id=owner.id if owner else None,
        department=card.department or context.business.owner_of(Capability.QUALIFY_LEAD).id,
        card_version=card.version,
        contact=of_account(context),
    )


def save(context: ToolContext, before: LeadRecord, after: LeadRecord) -> LeadRecord:
    """The lead as stored; what has not changed is not written. Another answer opens the score again."""
    if after == before and before.revision:
        return before
    if after.answers != before.answers:
        after = replace(after, status="open")
    stored = context.ports.leads.save(context.uow, after)
    if stored is None:
        raise Refusal("changed_meanwhile")
    return stored


def scored(context: ToolContext, card: LeadCard, lead: LeadRecord, result: Score) -> LeadRecord:
    """The lead with its score; the department is told unless it declines; what its band says is promised."""
    band = result.band
    after = replace(
        lead,
        status="scored",
        card_version=card.version,
        score=result.points,
        band=band.id,
        next_step=band.next_step,
        scored_at=lead.scored_at or context.uow.now,
    )
    if band.answer_hours is not None and reached(after) and after.promise_id is None:
        values = {"reference": after.reference, "band": band.name}
        promised, due = promise_answer(context, "lead", values, after.department, band.answer_hours)
        after = replace(after, promise_id=promised, due_at=due)
    if after == lead:
        return lead
    stored = save(context, lead, after)
    audited(context, "lead_scored", "lead", stored.reference, {"score": stored.score, "band": stored.band})
    if band.next_step != "decline":
        tell_department(context, "lead", stored.reference, stored.revision)
    return stored
