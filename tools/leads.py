"""Leads: answers to the score card kept with the customer's words, and the score with what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from langchain.tools import ToolRuntime, tool
from rapidfuzz import fuzz

from core.business import LeadCard, LeadQuestion, LeadTopic
from core.shapes import Json
from core.vocabulary import Capability
from store.sales_records import LeadAnswerRecord, LeadRecord
from tools import show
from tools.context import ToolContext
from tools.keys import digest, raise_if_moved
from tools.lead_contact import take_contact
from tools.lead_reading import read_answer
from tools.lead_score import UNCLEAR, Score, score, still_open
from tools.lead_view import saved_view, scored_view
from tools.lead_writing import card_of, lead_of, new_lead, save, scored
from tools.limits import limits
from tools.refusals import Refusal
from tools.spec import Effect, ToolSpec
from tools.words import words

_CONTACT = ("name", "email", "phone")


@dataclass(frozen=True)
class _Taken:
    """What the answers of a call came to."""

    answers: Mapping[str, LeadAnswerRecord]
    unclear: tuple[str, ...]


@tool(parse_docstring=True)
def save_lead_answers(
    runtime: ToolRuntime[ToolContext],
    need: str | None = None,
    budget: str | None = None,
    timeline: str | None = None,
    authority: str | None = None,
    fit: str | None = None,
    declined: list[LeadTopic] | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> Json:
    """Note what a prospective buyer says about a larger purchase. Quote the customer; never guess.

    It answers with the next question to put, one at a time. When nothing is missing, call score_lead.

    Args:
        need: What they need, in the customer's own words, or one of the ids that the tool listed.
        budget: What they can spend, likewise.
        timeline: By when they need it, likewise.
        authority: Who decides, likewise.
        fit: What the question for it asks, likewise.
        declined: Questions that the customer does not want to answer. They are not asked again.
        name: The customer's name, if given.
        email: The customer's e-mail address, if given.
        phone: The customer's phone number, if given.
    """
    context = runtime.context
    card = card_of(context)
    given = {"need": need, "budget": budget, "timeline": timeline, "authority": authority, "fit": fit}
    contact = {"name": name, "email": email, "phone": phone}
    before = lead_of(context) or new_lead(context, card)
    no = [str(one) for one in declined or ()]
    raise_if_moved(context, _save_key(context, digest([given, contact, no])))
    told = {question: text for question, text in given.items() if text and question not in no}
    taken = _take(context, card, before, told)
    reached, invalid = take_contact(context, before, {key: one for key, one in contact.items() if one})
    refused = tuple(dict.fromkeys([*(one for one in before.declined if one not in taken.answers), *no]))
    answers = {key: one for key, one in {**before.answers, **taken.answers}.items() if key not in no}
    after = replace(before, answers=answers, declined=refused, contact=reached)
    ask = _ask(context, card, after, taken.unclear)
    if ask is not None:
        after = replace(after, asked={**after.asked, ask: after.asked.get(ask, 0) + 1})
    stored = save(context, before, after)
    return saved_view(context, card, before, stored, taken.unclear, invalid, ask)


@tool(parse_docstring=True)
def score_lead(runtime: ToolRuntime[ToolContext]) -> Json:
    """Score the prospective buyer by the answers so far, and learn the next step to propose.

    Tell the customer what `say` says; the score itself is for the team.
    """
    context = runtime.context
    card, lead = card_of(context), lead_of(context)
    if lead is None or not lead.answers:
        first = card.questions[0]
        raise Refusal("missing", missing=[first.id.value], ask=first.ask, person_offered=True)
    raise_if_moved(context, _score_key(lead))
    result: Score = score(card, lead)
    return scored_view(context, card, scored(context, card, lead, result), result)


def _take(context: ToolContext, card: LeadCard, before: LeadRecord, told: Mapping[str, str]) -> _Taken:
    """Each answer as the card reads it; one that stays unreadable when asked twice is kept as unclear."""
    now = show.local(context.uow.now, context.business.shop.timezone)
    answers: dict[str, LeadAnswerRecord] = {}
    unclear: list[str] = []
    for name, text in told.items():
        question = card.question(name)
        if question is None:
            continue
        quoted = _quoted(context, question, text)
        answer = read_answer(question, text, now, context.business.shop) if quoted else None
        if answer is not None and quoted:
            answers[name] = LeadAnswerRecord(answer.id, quoted)
        elif quoted and before.asked.get(name, 0) >= limits().lead_asked:
            answers[name] = LeadAnswerRecord(UNCLEAR, quoted)
        else:
            unclear.append(name)
    return _Taken(answers, tuple(unclear))


def _quoted(context: ToolContext, question: LeadQuestion, text: str) -> str | None:
    """The customer's words behind an answer: as quoted, or the last message where an id was given."""
    if question.answer(text.strip().casefold()) is not None:
        return context.said[-1] if context.said else None
    said = any(fuzz.partial_ratio(text.casefold(), one.casefold()) >= limits().quoted for one in context.said)
    return text if said else None


def _ask(context: ToolContext, card: LeadCard, lead: LeadRecord, unclear: tuple[str, ...]) -> str | None:
    """The question that is put next: one that could not be read, else the first open one."""
    open_ones = still_open(card, lead)
    again = [name for name in unclear if name in open_ones]
    return next(iter([*again, *open_ones]), None)


def _save_key(context: ToolContext, told: str) -> str:
    lead = lead_of(context)
    state = f"{lead.reference}:{lead.revision}" if lead else "new"
    return ":".join(("lead", context.conversation_id, state, "save", told))


def _score_key(lead: LeadRecord | None) -> str:
    return f"lead:{lead.reference}:{lead.revision}:score" if lead else "lead:none:score"


def _key_of_save(arguments: Json, context: ToolContext) -> str:
    given = {topic.value: arguments.get(topic.value) for topic in LeadTopic}
    contact = {name: arguments.get(name) for name in _CONTACT}
    return _save_key(context, digest([given, contact, [str(one) for one in arguments.get("declined") or ()]]))


def _tried_save(arguments: Json, result: Json) -> str:
    return words().tried("save_lead_answers", result, str(result.get("lead") or ""), "noted")


def _tried_score(arguments: Json, result: Json) -> str:
    return words().tried("score_lead", result, str(result.get("lead") or ""), "scored")


SPECS = (
    ToolSpec(save_lead_answers, Capability.QUALIFY_LEAD, Effect.CHANGE, _key_of_save, _tried_save),
    ToolSpec(
        score_lead,
        Capability.QUALIFY_LEAD,
        Effect.CHANGE,
        lambda arguments, context: _score_key(lead_of(context)),
        _tried_score,
    ),
)
