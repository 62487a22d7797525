"""While a customer waits in the chat: the packet's gaps are asked for, once each; what they give is noted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.business import Business
from core.shapes import Fact, Json, Origin
from core.vocabulary import Capability, Level, Trigger
from handover import words
from store import cases, turns
from store.cases import CaseRow
from store.conversations import Held

Kind = Literal["about", "order", "contact"]
_PART = r"[^\s<>()\[\],;:\"@]"
_EMAIL = re.compile(rf"(?<!{_PART}){_PART}+@{_PART}+")
"""It begins where a word does, so that a long text of whatever kind is read in one go."""
_ORDER = re.compile(r"(?<![\w-])[A-Z]{0,3}-?\d{3,}(?![\w-])", re.IGNORECASE)
_OF_AN_ORDER = frozenset({Capability.ORDER_STATUS, Capability.REFUND, Capability.UPDATE_CONTACT})
LONGEST_ABOUT = 300


@dataclass(frozen=True)
class Given:
    """What a message tells of what was missing."""

    contact: str | None = None
    order: str | None = None


def given_in(text: str, business: Business) -> Given:
    """An e-mail address or telephone number, and an order number, as the customer's own words hold them."""
    contact, rest = _contact(text, business.shop.country)
    order = _ORDER.search(rest)
    return Given(contact, order.group().upper() if order else None)


def ask_first(held: Held, case: CaseRow, business: Business) -> str:
    """The first question for whoever begins to wait; empty when nothing is missing, or nothing is asked."""
    return _ask(held, case, business, _collected(case))


def take_in(held: Held, case: CaseRow, text: str, message_id: str, business: Business) -> str:
    """Notes what `text` gives in the case's brief. What is said back; empty when there is nothing to say."""
    if business.sla.while_waiting == "silent":
        return ""
    found = _found(held, case, text, message_id, business)
    if found:
        if "contact" in found:
            held.remember(contact=found["contact"]["value"])
        collected = {**_collected(case), **found}
        cases.change(held.uow, case, brief={**case.brief, "collected": collected})
        case = cases.load(held.uow, case.id)
    noted = business.wordings.say("waiting_noted", held.talk.locale) if found else ""
    return " ".join(part for part in (noted, _ask(held, case, business, _collected(case))) if part)


def collected_facts(case: CaseRow) -> Iterator[Fact]:
    """What the customer gave while they waited, each with the message that it stands in."""
    for kind, one in _collected(case).items():
        text = words.desk("collected", kind, value=one["value"])
        yield Fact(text=text, from_=Origin(kind="message", id=one["message"]))


def _found(held: Held, case: CaseRow, text: str, message_id: str, business: Business) -> dict[str, Json]:
    given, before = given_in(text, business), _collected(case)
    values: dict[Kind, str | None] = {"contact": given.contact, "order": given.order}
    if _asked(held)[-1:] == ["about"] and "about" not in before:
        values["about"] = " ".join(text.split())[:LONGEST_ABOUT]
    return {
        kind: {"value": value, "message": message_id}
        for kind, value in values.items()
        if value is not None and before.get(kind, {}).get("value") != value
    }


def _ask(held: Held, case: CaseRow, business: Business, collected: Json) -> str:
    """The question for the first thing that is missing and was not asked for yet."""
    if business.sla.while_waiting == "silent":
        return ""
    asked = _asked(held)
    kind = next((one for one in _missing(held, case) if one not in asked and one not in collected), None)
    if kind is None:
        return ""
    held.remember(collecting=[*asked, kind])
    locale = held.talk.locale
    question = business.wordings.say(f"collect.{kind}", locale)
    return business.wordings.say("waiting_collect", locale, question=question)


def _missing(held: Held, case: CaseRow) -> Iterator[Kind]:
    """What the packet lacks, the most telling first."""
    about = {capability for doc in turns.docs(held.uow, held.talk.id) for capability in doc.capabilities}
    if case.reason is Trigger.WANTS_PERSON and not about:
        yield "about"
    if held.talk.level is Level.ANONYMOUS and about & _OF_AN_ORDER:
        yield "order"
    if held.talk.level is not Level.ACCOUNT and not held.memory.get("contact"):
        yield "contact"


def _asked(held: Held) -> list[str]:
    return cast(list[str], held.memory.get("collecting") or [])


def _collected(case: CaseRow) -> Json:
    return cast(Json, case.brief.get("collected") or {})


def _contact(text: str, country: str) -> tuple[str | None, str]:
    """The contact, and the text without it."""
    for match in _EMAIL.finditer(text):
        try:
            address = validate_email(match.group().rstrip(".!?"), check_deliverability=False).normalized
        except EmailNotValidError:
            continue
        return address, text[: match.start()] + " " + text[match.end() :]
    for found in phonenumbers.PhoneNumberMatcher(text, country):
        number = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
        return number, text[: found.start] + " " + text[found.end :]
    return None, text
