"""Where a customer is: the town or postcode that they name, or the one of their account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.business import Location
from tools.access import account_id
from tools.context import ToolContext
from tools.towns import Town, kilometres, town_named, town_of_postcode

_SHORT_NAME = 3


@dataclass(frozen=True)
class Distance:
    """A location and how far it is."""

    location: Location
    kilometres: int | None
    """None: nobody knows where it lies."""


def the_town(context: ToolContext, words: str) -> Town | None:
    """The town that the words name, or that a postcode among them belongs to.

    The countries of the shop and its locations go first, where the same name is found in several.
    """
    text = " ".join(words.replace(",", " ").split())
    countries = countries_of(context)
    return town_of_postcode(text, countries) or _named(text, countries) or _postcode_in(text, countries)


def home_of(context: ToolContext) -> Town | None:
    """The town of the signed-in customer's address."""
    mine = account_id(context)
    customer = context.ports.customers.get(context.uow, mine) if mine else None
    if customer is None:
        return None
    country = customer.address.country
    return town_of_postcode(customer.address.postcode, [country]) or town_named(
        customer.address.town, [country]
    )


def countries_of(context: ToolContext) -> list[str]:
    """The shop's country, then those of its locations."""
    shop, places = context.business.shop, context.business.locations
    return list(dict.fromkeys([shop.country, *(place.country for place in places)]))


def by_distance(locations: Sequence[Location], town: Town) -> list[Distance]:
    """The nearest first; those that nobody can place last."""
    here = (town.latitude, town.longitude)
    found = []
    for location in locations:
        there = point_of(location)
        found.append(Distance(location, None if there is None else round(kilometres(here, there))))
    return sorted(found, key=lambda one: (one.kilometres is None, one.kilometres))


def point_of(location: Location) -> tuple[float, float] | None:
    """Latitude and longitude as the business wrote them, else of its postcode or town."""
    if location.latitude is not None and location.longitude is not None:
        return location.latitude, location.longitude
    town = town_of_postcode(location.postcode, [location.country]) or town_named(
        location.town, [location.country]
    )
    return (town.latitude, town.longitude) if town and town.country == location.country else None


def _named(text: str, countries: Sequence[str]) -> Town | None:
    """The longest run of words that is a town's name."""
    words = text.split()
    for length in range(min(len(words), 5), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            town = town_named(name, countries) if len(name) >= _SHORT_NAME else None
            if town is not None:
                return town
    return None


def _postcode_in(text: str, countries: Sequence[str]) -> Town | None:
    for part in re.findall(r"\b[A-Z0-9]{2,4} ?[A-Z0-9]{0,4}\b", text.upper()):
        if any(sign.isdigit() for sign in part) and (town := town_of_postcode(part, countries)):
            return town
    return None
