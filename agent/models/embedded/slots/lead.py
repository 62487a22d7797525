"""Answers to the score card: what was asked, and what a message tells besides."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.models.embedded.slots import contact
from agent.models.embedded.slots.given import given_name, without_contacts
from agent.models.embedded.slots.heard import Catalogue, Heard
from agent.models.embedded.slots.refusing import Refused, refused
from core.business import LeadCard, LeadQuestion, Shop
from tools.lead_reading import read_answer

_CONTACT = ("mail", "e-mail", "email", "phone", "number", "name", "address", "contact")


def read_lead(heard: Heard, catalogue: Catalogue) -> dict[str, object] | None:
    """Question → the customer's words, `declined`, what is refused, and `name`, `email`, `phone`.

    None when the message tells none of it.
    """
    card = catalogue.leads
    if card is None:
        return None
    asked = _asked(heard, card)
    wants_contact = heard.asked and card.ask_contact.casefold() in heard.before.casefold()
    words = {one.id.value: one.words for one in card.questions}
    no = refused(heard, words, [asked] if asked else [], lacking=False)
    rest = without_contacts(heard.text, catalogue.country)
    told = _answers(
        heard, rest, catalogue.shop, [one for one in card.questions if one.id not in no.all], asked
    )
    told |= _contact(replace(heard, asked=wants_contact), rest, catalogue)
    declined = [*no.all]
    told |= {"declined": declined} if declined else {}
    if wants_contact and refused(heard, {"contact": _CONTACT}, ["contact"]) != Refused():
        told |= {"no_contact": True}
    return told or None


def _answers(
    heard: Heard, rest: str, shop: Shop, questions: Sequence[LeadQuestion], asked: str | None
) -> dict[str, object]:
    """The questions that the message answers, each with its words.

    Any words answer what was asked, unless they plainly answer another question and not that one.
    """
    words = " ".join(heard.text.split())
    plain = [one for one in questions if read_answer(one, rest, heard.now, shop, asked=False)]
    told: dict[str, object] = {one.id.value: words for one in plain}
    question = next((one for one in questions if one.id == asked), None)
    if question is None or not re.search(r"\w", rest):
        return told
    answer = read_answer(question, rest, heard.now, shop)
    fits = answer is not None and answer != question.otherwise
    return {**told, question.id.value: words} if fits or not told else told


def _asked(heard: Heard, card: LeadCard) -> str | None:
    """The question that the last answer put."""
    before = heard.before.casefold()
    if not heard.asked:
        return None
    return next(
        (
            one.id.value
            for one in card.questions
            if any(text.casefold() in before for text in (one.ask, one.again) if text)
        ),
        None,
    )


def _contact(heard: Heard, rest: str, catalogue: Catalogue) -> dict[str, object]:
    found = {
        "name": given_name(heard, rest),
        "email": contact.email(heard),
        "phone": contact.phone(heard, catalogue),
    }
    return {name: value for name, value in found.items() if value is not None}
