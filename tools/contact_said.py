"""Whether a customer wrote a contact themselves: what a model claims must occur in their own words."""

import re
import unicodedata
from collections.abc import Iterable

import phonenumbers

from tools.numbers import email_said

_AT = re.compile(r"(?<!\s)\s*[(\[]?\bat\b[)\]]?\s*", re.IGNORECASE)
_DOT = re.compile(r"(?<!\s)\s*[(\[]?\bdot\b[)\]]?\s*", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def email_written(email: str, said: Iterable[str]) -> bool:
    """Whether the address occurs, `jane at example dot com` included."""
    texts = list(said)
    return email_said(email, [*texts, *(_DOT.sub(".", _AT.sub("@", text)) for text in texts)])


def phone_written(e164: str, said: Iterable[str]) -> bool:
    """Whether the number's own digits occur, however they were spaced and with whatever prefix."""
    national = str(phonenumbers.parse(e164).national_number)
    return any(national in re.sub(r"\D", "", text.replace("(0)", "")) for text in said)


def name_written(name: str, said: Iterable[str]) -> bool:
    """Whether each word of the name occurs in one message, accents and case aside."""
    wanted = set(_WORD.findall(_plain(name)))
    return any(wanted <= set(_WORD.findall(_plain(text))) for text in said)


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))
