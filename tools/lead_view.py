"""Leads as the tools tell them: what was noted, what to ask next, the score with its reasons."""

from core.business import LeadCard
from core.shapes import Json
from store.sales_records import LeadRecord
from tools import show
from tools.context import ToolContext
from tools.lead_contact import reached
from tools.lead_score import UNCLEAR, Score, still_open


def saved_view(
    context: ToolContext,
    card: LeadCard,
    before: LeadRecord,
    lead: LeadRecord,
    unclear: tuple[str, ...],
    invalid: Json,
    ask: str | None,
) -> Json:
    """The result of `save_lead_answers`. `ask`: the question that is put next."""
    fresh = [name for name, one in lead.answers.items() if before.answers.get(name) != one]
    question = card.question(ask) if ask else None
    again = question.again if question and ask in unclear else None
    return {
        "ok": True,
        "lead": lead.reference,
        "saved": [_answer(card, lead, name) for name in fresh],
        "corrected": [name for name in fresh if name in before.answers] or None,
        "unclear": [_options(card, name) for name in unclear] or None,
        "invalid": invalid or None,
        "declined": list(lead.declined),
        "missing": list(still_open(card, lead)),
        "question": ask,
        "ask": (again or question.ask) if question else None,
        "complete": ask is None,
        "contact": dict(lead.contact),
    }


def scored_view(context: ToolContext, card: LeadCard, lead: LeadRecord, result: Score) -> Json:
    """The result of `score_lead`. `contact_missing`: nobody could write, `ask` asks for it."""
    department = context.business.department(lead.department)
    name = department.name if department else lead.department
    due = show.dated("due", lead.due_at, context.uow.now, context.business.shop.timezone)
    service = context.business.service(result.band.service) if result.band.service else None
    needs = result.band.next_step == "nurture" and not reached(lead)
    return {
        "ok": True,
        "lead": lead.reference,
        "score": result.points,
        "most": result.most,
        "band": result.band.id,
        "band_name": result.band.name,
        "next_step": result.band.next_step,
        "department": name,
        "say": None if needs else result.band.say.format(department=name, due=due["due"] or ""),
        "service": result.band.service,
        "location": next(iter(service.locations), None) if service else None,
        "reasons": [vars(one) for one in result.reasons],
        **due,
        "promised": lead.promise_id is not None,
        "contact": dict(lead.contact),
        "contact_missing": needs,
        "ask": card.ask_contact if needs else None,
        "person_offered": True if result.band.next_step == "book_call" else None,
    }


def _answer(card: LeadCard, lead: LeadRecord, name: str) -> Json:
    given, question = lead.answers[name], card.question(name)
    known = question.answer(given.answer) if question else None
    return {
        "question": name,
        "answer": given.answer,
        "means": known.means if known else UNCLEAR,
        "words": given.words,
    }


def _options(card: LeadCard, name: str) -> Json:
    question = card.question(name)
    known = question.answers if question else ()
    return {"question": name, "options": [{"id": one.id, "means": one.means} for one in known]}
