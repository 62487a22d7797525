"""What a text may be: 1 to 8,000 characters, not blank, no control characters but newline and tab."""

import math
import unicodedata

from core.errors import InvalidInput, TooLarge

LONGEST = 8000
ALLOWED = {"\n", "\t", "\r"}


def storable(value: object) -> object:
    """The JSON value as it is. ValueError for what no database keeps: half a surrogate pair, NUL, NaN."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and ("\0" in one or not _is_unicode(one)):
            raise ValueError("must be whole Unicode text without NUL characters")
        elif isinstance(one, float) and not math.isfinite(one):
            raise ValueError("must be a finite number")
    return value


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text)


def checked(text: str, field: str = "text") -> str:
    """The text, with line ends as newlines. TooLarge or InvalidInput, each saying what to do."""
    if len(text) > LONGEST:
        raise TooLarge(
            f"A text has at most {LONGEST:,} characters; this has {len(text):,}. Send it in parts."
        )
    if not text.strip():
        raise InvalidInput("The text is empty. Write something.", {field: ["must not be blank"]})
    if any(unicodedata.category(mark) == "Cc" and mark not in ALLOWED for mark in text):
        raise InvalidInput(
            "The text has control characters. Take out all but newline and tab.",
            {field: ["must not have control characters other than newline and tab"]},
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
