"""E-mail addresses, phone numbers and names."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from agent.models.embedded.slots.heard import Catalogue, Heard, denied

_EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_SPOKEN = re.compile(r"(\S+)\s+(?:at|\(at\)|\[at\])\s+((?:\w+\s+(?:dot|\(dot\))\s+)+\w+)\b", re.IGNORECASE)
_DOT = re.compile(r"\s+(?:dot|\(dot\))\s+", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:my name is|my name's|name is|name:|this is|i am|i'm|it's|under the name(?: of)?|call me|for)\s+"
    r"((?:[A-Z][\w'-]+)(?:\s+(?:[a-z]{1,3}\s+)?[A-Z][\w'-]+){0,3})"
)
_PLAIN_NAME = re.compile(r"^\W*((?:[^\W\d_][\w'.-]*)(?:\s+[^\W\d_][\w'.-]*){0,3})\W*$")
_NO_NAME = re.compile(
    r"\b(?:the|a|an|my|your|you|i|it|is|are|not|no|yes|what|why|how|when|first|second|last|one|please|don't|can|do"
    r"|sorry|make|that|this|these|wait|actually|instead|never|rather|want|need|have|has|would|should|where|who"
    r"|at|on|in|to|with|there|later|earlier|today|tomorrow|morning|afternoon|evening)\b",
    re.IGNORECASE,
)
"""Words that no short answer with a name holds."""
_CUE = re.compile(
    r"^(?:my name is|my name's|name is|this is|i am|i'm|it's|it is|sure|yes|ok|name)[\s:,]+", re.I
)


def email(heard: Heard) -> str | None:
    """The last valid address of the message that is not ruled out, its domain in lower case."""
    text = _SPOKEN.sub(lambda match: f"{match[1]}@{_DOT.sub('.', match[2])}", heard.text)
    valid = [
        address
        for match in _EMAIL.finditer(text)
        if not denied(text, match.start()) and (address := _checked(match.group(0).strip(".!?"))) is not None
    ]
    return valid[-1] if valid else None


def phone(heard: Heard, catalogue: Catalogue) -> str | None:
    """The last phone number of the message, in E.164; numbers without a country are the shop's country's."""
    found = [
        match.number
        for match in phonenumbers.PhoneNumberMatcher(heard.text, catalogue.country)
        if not denied(heard.text, match.start)
    ]
    if not found:
        return None
    return phonenumbers.format_number(found[-1], phonenumbers.PhoneNumberFormat.E164)


def contact_value(heard: Heard, catalogue: Catalogue) -> dict[str, str] | None:
    """A new e-mail address or phone number, as `field` and `value`."""
    for field, value in (("email", email(heard)), ("phone", phone(heard, catalogue))):
        if value is not None:
            return {"field": field, "value": value}
    return None


def contact_also(heard: Heard, catalogue: Catalogue) -> dict[str, str] | None:
    """The new phone number beside a new e-mail address: the second change of a message."""
    value = phone(heard, catalogue) if email(heard) is not None else None
    return {"field": "phone", "value": value} if value is not None else None


def name(heard: Heard) -> str | None:
    """The customer's name: introduced as such, or the whole of a short answer to the question for it."""
    text = _EMAIL.sub(" ", heard.text)
    introduced = _NAME.search(text)
    if introduced and (heard.asked or "name" in introduced.group(0).lower()):
        return introduced.group(1)
    if not heard.asked or _NO_NAME.search(_CUE.sub("", text.strip())):
        return None
    answer = _PLAIN_NAME.match(_CUE.sub("", re.split(r"[,;\n]| and ", text.strip())[0]).strip())
    return " ".join(_capital(part) for part in answer.group(1).split()) if answer else None


def _capital(part: str) -> str:
    return part if any(letter.isupper() for letter in part) else part.capitalize()


def _checked(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None
