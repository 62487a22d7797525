"""Making a one-time code: when it is sent, and never kept but as a hash."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from core.business import Business
from core.shapes import Json
from store.database import UnitOfWork
from store.identity_codes import CodeRecord
from tools.limits import limits
from tools.notices import Notice, render
from tools.ports import Ports

CODE = "identity_code"
"""The outbox's kind: payload `{code}`, the id of the code to make and to send."""
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d)*(?!\d)")
_ROUNDS = 20_000


def code_notice(uow: UnitOfWork, business: Business, ports: Ports, payload: Json) -> Notice | None:
    """Makes the code and writes its hash; the e-mail with it, or None when nobody is to get one.

    A delivery that is tried again makes a new code: the latest e-mail is the one that counts.
    """
    asked = ports.codes.get(uow, payload["code"])
    customer = ports.customers.get(uow, asked.customer_id) if asked and asked.customer_id else None
    if asked is None or customer is None:
        return None
    allowed = limits()
    since = uow.now - timedelta(minutes=allowed.identity.window_minutes)
    if asked.code_hash is None and ports.codes.sent(uow, customer.id, since) >= allowed.codes.per_customer:
        return None
    code = f"{secrets.randbelow(10**allowed.codes.digits):0{allowed.codes.digits}d}"
    until = uow.now + timedelta(minutes=allowed.codes.minutes)
    if not ports.codes.make(uow, asked.id, _hash(asked.id, code), address_digest(customer.email), until):
        return None
    values = {"shop": business.shop.name, "contact": business.shop.email, "name": customer.name}
    return render(customer.email, CODE, {**values, "code": code, "minutes": allowed.codes.minutes})


def is_code(asked: CodeRecord, given: str) -> bool:
    """Whether these digits are the code; the same work where none was ever made."""
    return hmac.compare_digest(_hash(asked.id, given), asked.code_hash or _hash(asked.id, ""))


def address_digest(email: str) -> str:
    """Names an address without holding it."""
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()


def code_digits(text: str) -> str | None:
    """The digits of a code as it was written, `123 456` or `123-456`; None when it is no code."""
    given = re.sub(r"[\s.-]", "", text)
    return given if given.isdecimal() and given.isascii() and len(given) == limits().codes.digits else None


def digit_runs(text: str) -> Sequence[str]:
    """Every number of a message, each without what parts its digits, and the parts by themselves."""
    runs = _DIGITS.findall(text)
    return [
        *(re.sub(r"\D", "", run) for run in runs),
        *(part for run in runs for part in re.findall(r"\d+", run)),
    ]


def _hash(salt: str, code: str) -> str:
    """PBKDF2: a code is short, so that a plain hash of it would be no secret."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), salt.encode(), _ROUNDS).hex()
