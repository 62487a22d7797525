"""Choices from a closed list: yes or no, which contact field, a reason."""

import re

from agent.models.embedded.slots.heard import Heard
from core.flows import Slot

YES, NO = "yes", "no"
_FIELDS = {
    "email": re.compile(r"\b(?:e-?mail|mail)\b|@"),
    "phone": re.compile(r"\b(?:phone|mobile|mob|cell|telephone|number)\b"),
}
_YES = re.compile(
    r"^\W*(?:y|yes|yeah|yep|yup|sure|ok|okay|please do|go ahead|do it|correct|right|fine|absolutely)\b"
)
_NO = re.compile(r"^\W*(?:n|no|nope|nah|don't|do not|not now|no thanks|never)\b")


def yes_no(heard: Heard) -> str | None:
    """`yes` or `no`, only where it was asked."""
    if not heard.asked:
        return None
    if _NO.search(heard.plain) or heard.intent in ("deny", "nevermind"):
        return NO
    if _YES.search(heard.plain) or heard.intent == "affirm":
        return YES
    return None


def contact_field(heard: Heard) -> str | None:
    """`email` or `phone`, the last one named."""
    places = {field: [m.start() for m in shape.finditer(heard.plain)] for field, shape in _FIELDS.items()}
    named = {field: found[-1] for field, found in places.items() if found}
    return max(named, key=lambda field: named[field]) if named else None


def choice(heard: Heard, slot: Slot) -> str | None:
    """The option of which a word occurs; of several the one named last."""
    best: tuple[int, str] | None = None
    for value, words in slot.options.items():
        for word in words:
            match = re.search(rf"\b{re.escape(word)}", heard.plain)
            if match and (best is None or match.start() > best[0]):
                best = (match.start(), value)
    return best[1] if best else None
