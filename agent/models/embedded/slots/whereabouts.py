"""Where a customer is, and on which day: towns, postcodes, and days that have a name."""

import re

from agent.models.embedded.slots.days import read_days
from agent.models.embedded.slots.heard import Catalogue, Heard
from agent.models.embedded.slots.places import postcode
from tools.named_days import named_day
from tools.towns import town_named, town_of_postcode

_NEAR = re.compile(
    r"\b(?:(?:near|clos)est (?:\w+ ){1,3}?(?:to|from)|near(?:est)?(?: to)?|clos(?:e|est)(?: to)?"
    r"|around|live in|living in|based in|from|i'?m in|i am in|we'?re in"
    r"|we are in|am at|staying in|visiting|outside|here in|distance (?:to|from)|far from"
    r"|far is it from)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:[Nn]ear(?:est)?(?: to)?|[Cc]los(?:e|est) to|[Ll]ive in|[Bb]ased in)\s+([A-Z][\w'’-]{3,})"
)
"""A place that no list has: named all the same."""
_IN = re.compile(r"\b(?:in|to|at|near)\s+(?=[A-Z])")
_PART = re.compile(r"[^\W_][\w'’.-]*")
_LONGEST = 4
_NO_TOWN = frozenset(
    [
        "me",
        "you",
        "us",
        "here",
        "there",
        "home",
        "work",
        "my",
        "the",
        "a",
        "an",
        "your",
        "our",
        "shop",
        "store",
        "showroom",
        "branch",
        "of",
        "and",
        "or",
        "is",
        "are",
        "today",
        "tomorrow",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "on",
        "in",
        "at",
        "for",
        "by",
        "which",
        "what",
        "it",
        "that",
        "this",
        "now",
        "most",
        "same",
        "christmas",
        "easter",
    ]
)
_SPAN = re.compile(r"\b(?:(?:this|next|the)\s+)?(?:weekend|week)s?\b")


def read_near(heard: Heard, catalogue: Catalogue) -> str | None:
    """A town or postcode where the customer is or that they speak of as theirs; None: nothing such is said.

    A town that the business itself is in counts only where nearness to it is spoken of.
    """
    code = postcode(heard)
    if code and town_of_postcode(code, catalogue.countries):
        return code
    for cue in _NEAR.finditer(heard.text):
        town = _town_at(heard.text[cue.end() :], catalogue, any_case=True)
        if town:
            return town
    unknown = _UNKNOWN.search(heard.text)
    if unknown and unknown[1].casefold() not in _NO_TOWN:
        return unknown[1]
    own = {place.town.casefold() for place in catalogue.locations}
    for cue in _IN.finditer(heard.text):
        town = _town_at(heard.text[cue.end() :], catalogue, any_case=False)
        if town and town.casefold() not in own:
            return town
    if heard.asked:
        code = code or next(iter(re.findall(r"\b[A-Za-z]?\d[\dA-Za-z]{1,5}\b", heard.text)), None)
        if code and town_of_postcode(code, catalogue.countries):
            return code
        return _town_at(heard.text, catalogue, any_case=True) or _last_words(heard.text)
    return None


def read_day(heard: Heard, catalogue: Catalogue) -> str | None:
    """The day that is asked about, as the tool takes it: a name, a date, or the words for several days."""
    own = [one for place in catalogue.locations for one in place.exceptions]
    named = named_day(heard.plain, heard.now.date(), catalogue.countries, own)
    if named is not None:
        return named.name
    days = read_days(heard.plain, heard.now)
    if days is None:
        return None
    span = _SPAN.search(heard.plain)
    return days.first.isoformat() if days.single or span is None else span[0]


def _town_at(text: str, catalogue: Catalogue, *, any_case: bool) -> str | None:
    """The longest town's name at the beginning of the text."""
    words = [match[0].rstrip(".") for match in _PART.finditer(text)][:_LONGEST]
    for length in range(len(words), 0, -1):
        run = words[:length]
        if run[0].casefold() in _NO_TOWN or run[-1].casefold() in _NO_TOWN:
            continue
        name = " ".join(run)
        if (any_case or name[0].isupper()) and town_named(name, catalogue.countries):
            return name
    return None


def _last_words(text: str) -> str | None:
    """A place that nobody knows is still the answer to the question for one."""
    words = _PART.findall(text)
    capital = [word for word in words if word[0].isupper() and word.casefold() not in _NO_TOWN]
    return " ".join(words) if words and (capital or len(words) == 1) and len(words) <= _LONGEST else None
