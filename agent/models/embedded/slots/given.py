"""Contacts and names within a longer message: what is left without them, and the name among them."""

import re
from dataclasses import replace

import phonenumbers

from agent.models.embedded.slots import contact
from agent.models.embedded.slots.heard import Heard

EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']*")
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+[^\s<>\"'.,;!?)]", re.IGNORECASE)
_EDGES = " ,.;:!-\n"
_LEAD = re.compile(r"^(?:and|ok|okay|sure|yes|hi|hello)\b[\s,]*", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:[a-z]{1,3} )?[A-Z][\w'’-]+){0,3}")


def without_contacts(text: str, country: str) -> str:
    """The text without links, e-mail addresses and phone numbers."""
    text = LINK.sub(" ", EMAIL.sub(" ", text))
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, country))):
        text = text[: match.start] + " " + text[match.end :]
    return text


def given_name(heard: Heard, rest: str) -> str | None:
    """The customer's name: introduced, asked for, or alone beside a contact: `Ann Lee, ann@example.com`.

    `rest`: the message without its contacts.
    """
    alone = rest.strip(_EDGES)
    found = contact.name(replace(heard, text=alone))
    if found or rest == heard.text:
        return found
    bare = _NAME.fullmatch(_LEAD.sub("", alone))
    return bare.group(0) if bare else None
