"""How values look to people: days, moments, amounts, items, addresses that hide what is not yours."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.money import Money
from store.shop_records import AddressRecord
from tools.words import words

HIDDEN = "*****"


def local(moment: datetime, timezone: str) -> datetime:
    """The moment on the clock of a time zone."""
    return moment.astimezone(ZoneInfo(timezone))


def day(value: date, today: date) -> str:
    """`Tuesday 24 November`; with the year where it is not this one."""
    key = "day" if value.year == today.year else "day_of_year"
    return words().fill(
        "form",
        key,
        {"weekday": f"{value:%A}", "day": value.day, "month": f"{value:%B}", "year": value.year},
    )


def moment(value: datetime, now: datetime) -> str:
    """`Tuesday 24 November at 16:00`, both on the same clock."""
    return words().fill("form", "moment", {"day": day(value, now), "time": f"{value:%H:%M}"})


def dated(key: str, value: datetime | None, now: datetime, timezone: str) -> dict[str, str | None]:
    """`{key: "Tuesday 24 November", key_iso: "2026-11-24"}` on the shop's clock; nulls for no date."""
    if value is None:
        return {key: None, f"{key}_iso": None}
    there = local(value, timezone).date()
    return {key: day(there, local(now, timezone).date()), f"{key}_iso": there.isoformat()}


def amount(cents: int, currency: str) -> str:
    """`€49.00`; the currency's code where no sign is known."""
    text = Money.from_cents(cents, currency).model_dump(mode="json")["amount"]
    sign = words().get("currency", currency)
    return sign.format(amount=text) if sign else f"{text} {currency}"


def items(pairs: Iterable[tuple[int, str]]) -> str:
    """`1 × Arc floor lamp, 2 × Linen cushion` of (quantity, name)."""
    return ", ".join(words().fill("form", "items", {"quantity": q, "name": name}) for q, name in pairs)


def address(value: AddressRecord) -> str:
    """One line."""
    parts = (value.line1, value.line2, value.town, value.postcode, value.country)
    return ", ".join(part for part in parts if part)


def masked_address(value: AddressRecord) -> str:
    """Enough to recognise one's own town, no more."""
    return f"{value.town[:1]}{HIDDEN}, {value.country}"


def masked_contact(value: str) -> str:
    """`a***@x.ie`, or the last two digits of a phone number."""
    name, at, host = value.partition("@")
    return f"{name[:1]}{HIDDEN}{at}{host}" if at else f"{HIDDEN}{value[-2:]}"


def payment(method: str) -> str:
    """The payment method in words; as it stands where there are none."""
    return words().get("payment", method) or method
