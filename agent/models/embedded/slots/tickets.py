"""Ticket numbers, and what a customer wants said about something."""

import re

from agent.models.embedded.slots.heard import Catalogue, Heard

_CUE = (
    r"\b(?:tickets?|requests?|cases?|enquiry|complaint)\s*(?:number|no\.?|nr\.?|id|ref(?:erence)?|#|:)*"
    r"\s*(?:is\s+)?#?"
)
_AFTER_CUE = re.compile(rf"{_CUE}([A-Za-z]{{1,3}}-?[A-Za-z0-9]*\d[A-Za-z0-9]*|\d{{3,}})\b", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:\b(?:tell|inform|let)\s+(?:them|him|her|(?:your|the) \w+|everybody)(?:\s+know)?\s+"
    r"(?:also\s+)?(?:that\s+)?"
    r"|\b(?:add|note|tell|say|mention|write|inform|put|let)\b.{0,40}?\b(?:that|:)\s+|[:]\s+"
    r"|\bbecause\s+|\babout\s+)(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_FEW = 3
_SUBJECT_WORDS = 9
_LEAD = re.compile(
    r"^(?:please|hi|hello|hey|can you|could you|would you|i(?:'d| would) like to|i want to"
    r"|i need to)\b[\s,]*",
    re.I,
)


def ticket_number(heard: Heard, catalogue: Catalogue) -> str | None:
    """The last ticket number of the message, in capitals: with the business's prefix, or called so."""
    prefix = re.escape(catalogue.ticket_prefix)
    shape = rf"(?<![\w@.-]){prefix}-?(?=[A-Z0-9]*\d)[A-Z0-9]{{3,}}\b(?!@)"
    found = [match[0] for match in re.finditer(shape, heard.text, re.IGNORECASE)]
    found += [match[1] for match in _AFTER_CUE.finditer(heard.text)]
    if not found:
        return None
    number = found[-1].upper()
    return f"{catalogue.ticket_prefix}-{number}" if number.isdigit() else number


def without_tickets(text: str, prefix: str) -> str:
    """The text without ticket numbers, which are no order numbers."""
    text = _AFTER_CUE.sub(" ", text)
    return (
        re.sub(rf"(?<![\w@.-]){re.escape(prefix)}-?\d{{3,}}\b", " ", text, flags=re.IGNORECASE)
        if prefix
        else text
    )


def ticket_text(heard: Heard, _catalogue: Catalogue) -> dict[str, str] | None:
    """`text`: what is to be noted, `subject`: its first words. Of a request what follows `that`."""
    said = heard.text.strip()
    if not heard.asked:
        match = _SAYS.search(said)
        if match is None or len(match[1].split()) < _FEW:
            return None
        said = match[1].strip()
    if not said:
        return None
    words = _LEAD.sub("", re.split(r"[.!?\n]", said)[0]).split()
    subject = " ".join(words[:_SUBJECT_WORDS]) or said[:60]
    return {"text": said, "subject": subject[:1].upper() + subject[1:]}
