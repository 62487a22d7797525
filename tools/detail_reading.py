"""Details of an enquiry as customers write them, checked and brought to one form by kind."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time

from pydantic import AnyHttpUrl, TypeAdapter, ValidationError

from core.business import Detail
from store.shop_records import CustomerRecord
from tools import show
from tools.contact_checks import clean_email, clean_phone, phone_words
from tools.contact_said import email_written, name_written, phone_written
from tools.context import ToolContext
from tools.horizon import in_digits
from tools.limits import limits
from tools.matching import matches
from tools.numbers import number_said, read_number
from tools.refusals import Retry
from tools.when import read_when

_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_DAYS = ".."


@dataclass(frozen=True)
class Unread:
    """Why a detail was not taken: `unreadable`, `not_said`, `past`, `which` or `out_of_range`."""

    why: str
    options: tuple[str, ...] = ()
    """What may be chosen."""


Read = str | Unread
Reader = Callable[[ToolContext, Detail, str], Read]


def read_detail(context: ToolContext, detail: Detail, text: str, owner: CustomerRecord | None) -> Read:
    """The detail in its normal form, or why not. `owner`: the signed-in customer, whose own name and contact
    need not be said again."""
    written = " ".join(text.split())
    if not written:
        return Unread("unreadable")
    if owner is not None and written in (owner.name, owner.email, owner.phone):
        return written
    return _READERS[detail.kind](context, detail, written)


def detail_words(context: ToolContext, detail: Detail, value: str) -> str:
    """A stored detail as it is read back."""
    if detail.kind == "phone":
        return phone_words(value)
    if detail.kind == "date":
        return _date_words(context, value)
    return value


def _name(context: ToolContext, detail: Detail, text: str) -> Read:
    if not _LETTER.search(text) or re.search(r"[\d@]", text):
        return Unread("unreadable")
    return text if name_written(text, context.said) else Unread("not_said")


def _email(context: ToolContext, detail: Detail, text: str) -> Read:
    try:
        email = clean_email(text)
    except Retry:
        return Unread("unreadable")
    return email if email_written(email, context.said) else Unread("not_said")


def _phone(context: ToolContext, detail: Detail, text: str) -> Read:
    try:
        phone = clean_phone(text, (context.business.shop.country,))
    except Retry:
        return Unread("unreadable")
    return phone if phone_written(phone, context.said) else Unread("not_said")


def _product(context: ToolContext, detail: Detail, text: str) -> Read:
    """The article's name; the customer's own words where the catalogue has nothing like it."""
    names = {product.sku: product.name for product in context.ports.products.all(context.uow)}
    found = matches(text, names)
    if len(found) > 1:
        return Unread("which", tuple(names[sku] for sku in found[: limits().orders_shown]))
    return names[found[0]] if found else text


def _order_number(context: ToolContext, detail: Detail, text: str) -> Read:
    try:
        number = read_number(text)
    except Retry:
        return Unread("unreadable")
    written = "-".join(part for part in (number.letters, number.digits) if part)
    return written if number_said(number.digits, context.said) else Unread("not_said")


def _date(context: ToolContext, detail: Detail, text: str) -> Read:
    """`2026-12-01`, `2026-12-01 16:00`, or `2026-12-01..2026-12-05`, on the shop's clock; else the words."""
    shop = context.business.shop
    now = show.local(context.uow.now, shop.timezone)
    period = read_when(text, now, shop.country)
    if period is None or period.first is None or period.last is None:
        return text  # `whenever` tells a person enough
    if detail.future and period.last < now.date():
        return Unread("past")
    if period.first != period.last:
        return f"{period.first}{_DAYS}{period.last}"
    clock = period.clock.at or period.clock.after
    return f"{period.first} {clock:%H:%M}" if isinstance(clock, time) else f"{period.first}"


def _date_words(context: ToolContext, value: str) -> str:
    zone, today = context.business.shop.timezone, context.uow.now
    here = show.local(today, zone)
    if _DAYS in value:
        return " – ".join(_date_words(context, day) for day in value.split(_DAYS))
    period = read_when(value, here, context.business.shop.country)
    if period is None or period.first is None:
        return value
    day = show.day(period.first, here.date())
    return f"{day}, {period.clock.at:%H:%M}" if period.clock.at else day


def _link(context: ToolContext, detail: Detail, text: str) -> Read:
    url = text if "://" in text else f"https://{text}"
    try:
        host = _URL.validate_python(url).host or ""
    except ValidationError:
        return Unread("unreadable")
    if "." not in host:
        return Unread("unreadable")
    return url if any(text in said for said in context.said) else Unread("not_said")


def _text(context: ToolContext, detail: Detail, text: str) -> Read:
    if detail.holds is not None and not re.search(detail.holds, text):
        return Unread("unreadable")
    return text if _within(detail, len(text)) else Unread("out_of_range")


def _number(context: ToolContext, detail: Detail, text: str) -> Read:
    found = _NUMBER.search(in_digits(text, context.business.shop.locale))
    if found is None:
        return Unread("unreadable")
    value = found[0].replace(",", ".")
    return value if _within(detail, float(value)) else Unread("out_of_range")


def _choice(context: ToolContext, detail: Detail, text: str) -> Read:
    plain = text.casefold()
    named = [
        (plain.rfind(word.casefold()), option)
        for option, words in detail.options.items()
        for word in (option, *words)
        if re.search(rf"\b{re.escape(word.casefold())}", plain)
    ]
    return max(named)[1] if named else Unread("which", tuple(detail.options))


def _within(detail: Detail, value: float) -> bool:
    return (detail.least is None or value >= detail.least) and (detail.most is None or value <= detail.most)


_READERS: dict[str, Reader] = {
    "name": _name,
    "email": _email,
    "phone": _phone,
    "product": _product,
    "order_number": _order_number,
    "date": _date,
    "link": _link,
    "text": _text,
    "number": _number,
    "choice": _choice,
}


def named_by(words: str, details: Sequence[Detail]) -> Detail | None:
    """The detail of an id, or the one that customers call so."""
    plain = words.strip().casefold()
    exact = next((one for one in details if one.id == plain), None)
    return exact or next((one for one in details if plain in (word.casefold() for word in one.words)), None)
