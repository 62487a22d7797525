"""Details of an enquiry: all that a message gives, refuses or corrects, of whatever was asked."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

from agent.data import for_language
from agent.models.embedded.slots import contact, names
from agent.models.embedded.slots.choices import choice
from agent.models.embedded.slots.days import read_days
from agent.models.embedded.slots.given import EMAIL, LINK, given_name, without_contacts
from agent.models.embedded.slots.heard import Catalogue, Heard
from agent.models.embedded.slots.numbers import order_numbers
from agent.models.embedded.slots.refusing import Refused, refused, sounds
from core.business import STANDARD, Detail, Enquiries
from core.flows import Slot
from core.wordings import BASE_LANGUAGE

_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|because|since|re:)\s+(?P<what>\S.{3,})", re.IGNORECASE | re.DOTALL
)
_NO = re.compile(r"\W*(?:no|nope|no thanks?|no thank you|nothing|none)\W*")
_BARE = re.compile(r"\W*(?:yes|no|ok|okay|sure|fine|nope|yep|please|thanks?|thank you|\W)+\W*")
_INTRODUCED = re.compile(r"\b(?:(?:my|the) )?name(?: is|'s|:)|\bi(?:'m| am)\b|\bthis is\b", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"\b[a-z]{2,}")
_LEAST_WORDS = 2
_ORDER = re.compile(r"\border|[a-z]{1,3}-?\d{3}", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_FREE = ("text", "name", "product", "date")
_DIGITS = 5
"""So many digits in an answer mean a phone number, even one that cannot be right."""


def read_enquiry(heard: Heard, catalogue: Catalogue) -> dict[str, object] | None:
    """Detail → what the customer wrote, `other` with the business's own ones, `declined`, what is refused.

    None when the message gives and refuses nothing.
    """
    enquiries = catalogue.enquiries
    if enquiries is None:
        return None
    asked = asked_for(heard, enquiries)
    no = refused(heard, {one.id: one.words for one in enquiries.details}, [one.id for one in asked])
    if heard.asked and _NO.fullmatch(heard.plain):
        no = Refused(asked=tuple(one.id for one in asked))
    values = {
        one.id: value
        for one in enquiries.details
        if one.id not in no.named and (one.id not in no.asked or one.kind not in _FREE)
        if (value := _value(heard, one, asked, catalogue)) is not None
    }
    told: dict[str, object] = {name: value for name, value in values.items() if name in STANDARD}
    other = [{"name": name, "value": value} for name, value in values.items() if name not in STANDARD]
    told |= {"other": other} if other else {}
    declined = [*no.named, *(name for name in no.asked if name not in values)]
    told |= {"declined": declined} if declined else {}
    return told or None


def asked_for(heard: Heard, enquiries: Enquiries) -> list[Detail]:
    """The one or two details that the last answer asked for, in its order."""
    if not heard.asked:
        return []
    before = heard.before.casefold()
    places = [(_place(one, before), [one]) for one in enquiries.details]
    for first, second in permutations(enquiries.details, 2):
        both = enquiries.ask_two.format(first=first.noun, second=second.noun)
        places.append((before.rfind(both.casefold()), [first, second]))
    place, found = max(places, key=lambda one: one[0])
    return found if place >= 0 else []


def read_topic(heard: Heard, catalogue: Catalogue) -> str | None:
    """The topic of which the most telling words occur in the message."""
    enquiries = catalogue.enquiries
    if enquiries is None:
        return None
    found = [
        (len(word), topic.id)
        for topic in enquiries.topics
        for word in topic.words
        if re.search(rf"\b{re.escape(word.casefold())}", heard.plain)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _place(detail: Detail, before: str) -> int:
    """Where an answer asks for a detail alone; -1 where it does not."""
    split = re.split(r"\{\w+\}", detail.again or "")
    parts = [part.strip().casefold() for part in split if part.strip(" .?")]
    again = before.rfind(parts[-1]) if parts and all(part in before for part in parts) else -1
    return max(before.rfind(detail.ask.casefold()), again)


def _value(heard: Heard, detail: Detail, asked: Sequence[Detail], catalogue: Catalogue) -> str | None:
    """The detail in the customer's words. What was asked for goes to the tool even where it looks wrong."""
    mine = replace(heard, asked=detail in asked)
    rest = without_contacts(mine.text, catalogue.country)
    match detail.kind:
        case "email":
            wrong = EMAIL.search(heard.text) if mine.asked else None
            return contact.email(mine) or (wrong.group(0) if wrong else None)
        case "phone":
            return contact.phone(mine, catalogue) or (_digits(mine) if mine.asked else None)
        case "name":
            return given_name(mine, rest)
        case "product":
            found = _named(heard.plain, catalogue) or names.product(mine, catalogue)
            return found or (_own_words(mine, rest) if mine.asked else None)
        case "order_number":
            return _order_number(mine, rest)
        case "date":
            return _date(mine)
        case "link":
            link = LINK.search(heard.text)
            return (
                link.group(0) if link else (_whole(heard.text) if mine.asked and "." in heard.text else None)
            )
        case "choice":
            return choice(mine, Slot(type="choice", options=detail.options))
        case "number":
            return rest.strip() if mine.asked and re.search(r"\d", rest) else None
        case _:
            return _own_words(mine, rest) if mine.asked else _about(mine, detail)


def _named(plain: str, catalogue: Catalogue) -> str | None:
    """The product with the longest name of which every word occurs, in whatever order."""
    words = set(_WORD.findall(plain))
    whole = [name for name in catalogue.product_names if set(_WORD.findall(name.casefold())) <= words]
    return max(whole, key=len, default=None)


def _order_number(heard: Heard, rest: str) -> str | None:
    """An order number that is called so or has its letters: other digits may answer another question."""
    if not heard.asked and not _ORDER.search(rest):
        return None
    found = order_numbers(replace(heard, text=rest))
    return found[-1] if found else None


def _date(heard: Heard) -> str | None:
    """The customer's words where a day was asked for, else a day that lies ahead."""
    days = read_days(heard.plain, heard.now)
    if heard.asked:
        return None if _BARE.fullmatch(heard.plain) else heard.text.strip()
    return heard.text.strip() if days and days.first > heard.now.date() else None


def _about(heard: Heard, detail: Detail) -> str | None:
    """What a message says that it is about, where nothing asked for it."""
    found = _ABOUT.search(heard.text) if detail.id in STANDARD else None
    return " ".join(found["what"].split()) if found else None


def _digits(heard: Heard) -> str | None:
    digits = re.search(rf"\+?\d(?:[\s()/-]*\d){{{_DIGITS - 1},}}", EMAIL.sub(" ", heard.text))
    return digits.group(0) if digits else None


def _own_words(heard: Heard, rest: str) -> str | None:
    """The whole message as an answer, unless all that it does is to give or mend a name or a contact."""
    if _BARE.fullmatch(heard.plain):
        return None
    named = _INTRODUCED.sub(" ", rest)
    if named != heard.text and (sounds("mends").search(named) or len(_telling(named)) < _LEAST_WORDS):
        return None
    return _whole(heard.text)


def _telling(text: str) -> list[str]:
    """Words that say something of the matter: not those that come with a name or a contact."""
    silent = for_language("refusing", BASE_LANGUAGE)["silent"]
    return [word for word in _PLAIN_WORD.findall(text) if word not in silent]


def _whole(text: str) -> str | None:
    return " ".join(text.split()) or None
