"""Order numbers and other values as customers write them, and whether this customer wrote them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tools.refusals import Retry

_NUMBER = re.compile(r"([A-Z]{0,3})-?(\d{3,})")


@dataclass(frozen=True)
class WrittenNumber:
    """An order number taken apart; no letters: the customer left them out."""

    letters: str
    digits: str

    def fits(self, number: str) -> bool:
        """Whether an order of this number may be meant."""
        whole = _NUMBER.fullmatch(number)
        return whole is not None and whole[2] == self.digits and self.letters in ("", whole[1])


def read_number(text: str) -> WrittenNumber:
    """`HL-10428`, `hl 10428`, `#10428`. Retry when it is no order number."""
    match = _NUMBER.fullmatch(re.sub(r"[\s#]", "", text.upper()))
    if match is None:
        raise Retry("bad_arguments", fields={"order_number": [_NUMBER.pattern]})
    return WrittenNumber(match[1], match[2])


def number_said(digits: str, said: Iterable[str]) -> bool:
    """Whether the customer wrote these digits, as a whole number."""
    return any(digits in re.findall(r"\d+", text) for text in said)


def email_said(email: str, said: Iterable[str]) -> bool:
    """Whether the customer wrote this address."""
    return any(email.strip().casefold() in text.casefold() for text in said)


def postcode_said(postcode: str, said: Iterable[str]) -> bool:
    """Whether the customer wrote this postcode, however it was spaced."""
    wanted = squeeze(postcode)
    return bool(wanted) and any(wanted in squeeze(text) for text in said)


def squeeze(text: str) -> str:
    """Letters and digits only, in one case."""
    return re.sub(r"[\W_]", "", text).casefold()
