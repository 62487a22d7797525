"""Entries made of the business data: opening hours, addresses, services, how to reach the shop."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.business import WEEKDAYS, Business, Hours, Location, Service, Shop, Span, Weekday
from core.money import Money
from core.yaml_lines import read_yaml
from knowledge.entries import Entry, Kind

WORDS = Path(__file__).with_name("facts.yaml")

_WHOLE_DAY = ("00:00", "24:00")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FactWords(_Part):
    """How one kind of fact is worded: its question, its answer, other wordings of the question."""

    title: str
    kind: Kind = "faq"
    text: str = ""
    line: str = ""
    exception: str = ""
    also: tuple[str, ...] = ()

    def entry(self, entry_id: str, lines: Iterable[str], **values: str) -> Entry:
        """An entry with this wording's title and questions, and `lines` as its answer."""
        also = tuple(question.format_map(values) for question in self.also)
        return Entry(entry_id, self.kind, self.title.format_map(values), "\n".join(lines), also)


class FactFile(_Part):
    """`facts.yaml`."""

    days: Mapping[Weekday, str]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    parts: Mapping[str, str]
    hours: FactWords
    weekday: FactWords
    holiday: FactWords
    holidays: FactWords
    addresses: FactWords
    location: FactWords
    contact: FactWords
    service: FactWords

    def say(self, part: str, **values: object) -> str:
        return self.parts[part].format_map(values)

    def optional(self, part: str, value: str | None) -> str:
        """The part with its value of the same name, or nothing when there is none."""
        return self.say(part, **{part: value}) if value else ""


def fact_entries(business: Business) -> Iterator[Entry]:
    """What `locations.yaml`, `services.yaml` and `shop.yaml` answer by themselves."""
    words = read_yaml(WORDS).parse(FactFile)
    yield _contact(words, business.shop)
    if business.locations:
        yield from _opening(words, business.locations)
        yield from _places(words, business.locations)
    places = {location.id: location.name for location in business.locations}
    for service in business.services:
        yield _service(words, service, places, business.shop.currency)


def _contact(words: FactFile, shop: Shop) -> Entry:
    text = words.contact.text.format(
        email=shop.email,
        phone=words.optional("phone", shop.phone),
        website=words.optional("website", shop.website),
    )
    return words.contact.entry("fact-contact", [text])


def _opening(words: FactFile, locations: tuple[Location, ...]) -> Iterator[Entry]:
    """The week, each weekday, each holiday: over all locations, a line each."""
    week = [words.hours.line.format(name=place.name, hours=_week(words, place.hours)) for place in locations]
    yield words.hours.entry("fact-hours", week)
    for weekday, day in words.days.items():
        lines = [
            words.weekday.line.format(name=place.name, day=day, hours=_spans(words, place.hours[weekday]))
            for place in locations
        ]
        yield words.weekday.entry(f"fact-hours-{weekday}", lines, day=day)
    yield from _holidays(words, locations)


def _holidays(words: FactFile, locations: tuple[Location, ...]) -> Iterator[Entry]:
    by_date: dict[str, list[dict[str, str]]] = {}
    by_place: dict[str, list[str]] = {}
    for place in locations:
        for day in place.exceptions:
            said = {
                "name": place.name,
                "holiday": day.name,
                "date": _date(words, day.date),
                "hours": _spans(words, day.hours),
            }
            by_date.setdefault(day.date, []).append(said)
            by_place.setdefault(place.name, []).append(words.holidays.exception.format_map(said))
    for date, days in sorted(by_date.items()):
        lines = [words.holiday.line.format_map(said) for said in days]
        yield words.holiday.entry(f"fact-holiday-{date}", lines, **days[0])
    if by_place:
        yield words.holidays.entry(
            "fact-holidays",
            [
                words.holidays.line.format(name=name, exceptions=words.parts["join"].join(said))
                for name, said in by_place.items()
            ],
        )


def _places(words: FactFile, locations: tuple[Location, ...]) -> Iterator[Entry]:
    """All addresses in one entry, and an entry for each location when there are several."""
    known = {place.id: _place(words, place) for place in locations}
    yield words.addresses.entry(
        "fact-addresses", [words.addresses.line.format_map(values) for values in known.values()]
    )
    if len(known) > 1:
        for place, values in known.items():
            text = " ".join(words.location.text.format_map(values).split())
            yield words.location.entry(f"fact-location-{place}", [text], **values)


def _place(words: FactFile, place: Location) -> dict[str, str]:
    """What the wordings of a location may name."""
    return {
        "name": place.name,
        "address": place.address,
        "postcode": place.postcode,
        "town": place.town,
        "about": place.about,
        "phone": words.optional("phone", place.phone),
        "hours": _week(words, place.hours),
    }


def _service(words: FactFile, service: Service, places: Mapping[str, str], currency: str) -> Entry:
    text = words.service.text.format(
        about=service.about,
        minutes=service.minutes,
        places=words.parts["join"].join(places[place] for place in service.locations),
        price=_price(words, Money.from_cents(service.price_cents, currency)),
    )
    return words.service.entry(f"fact-service-{service.id}", [text], name=service.name)


def _price(words: FactFile, money: Money) -> str:
    """The price, or nothing for what has none: `about` says whether that is free."""
    return words.say("price", amount=f"{money.amount:.2f}", currency=money.currency) if money.cents else ""


def _week(words: FactFile, hours: Hours) -> str:
    """Seven days in words, equal neighbours together: `Monday to Friday 10:00 to 18:00, Sunday closed`."""
    runs: list[list[Weekday]] = []
    for day in WEEKDAYS:
        if runs and hours[runs[-1][0]] == hours[day]:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [words.say("day", days=_days(words, run), hours=_spans(words, hours[run[0]])) for run in runs]
    return words.parts["join"].join(said)


def _days(words: FactFile, run: list[Weekday]) -> str:
    first, last = words.days[run[0]], words.days[run[-1]]
    return first if len(run) == 1 else words.say("range", first=first, last=last)


def _spans(words: FactFile, spans: tuple[Span, ...]) -> str:
    if not spans:
        return words.parts["closed"]
    if spans == (_WHOLE_DAY,):
        return words.parts["all_day"]
    said = [words.say("span", open=opens, close=closes) for opens, closes in spans]
    return words.parts["spans"].join(said)


def _date(words: FactFile, date: str) -> str:
    """`12-25` or `2026-12-24` in words."""
    *year, month, day = date.split("-")
    values = {"day": int(day), "month": words.months[int(month) - 1]}
    return words.say("once", year=year[0], **values) if year else words.say("yearly", **values)
