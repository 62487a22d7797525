"""Towns of the world with coordinates and time zones (GeoNames, CC BY 4.0), by name or by postcode."""

import gzip
import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

FILE = Path(__file__).parent / "towns.tsv.gz"
POSTCODES = Path(__file__).parent / "postcodes.yaml"
EARTH_KM = 6371.0
"""The mean radius of the earth."""


@dataclass(frozen=True)
class Town:
    """A place on the map."""

    name: str
    country: str
    """ISO 3166, two letters."""
    latitude: float
    longitude: float
    people: int
    timezone: str


class _Area(BaseModel):
    """One country's part of `postcodes.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: str
    towns: dict[str, str]


def town_named(text: str, countries: Iterable[str] = ()) -> Town | None:
    """The town of this name; of several one in the first of `countries` that has it, else the largest."""
    found = _of_name(folded(text))
    for country in countries:
        there = [town for town in found if town.country == country]
        if there:
            return max(there, key=lambda town: town.people)
    return max(found, key=lambda town: town.people, default=None)


def town_of_postcode(code: str, countries: Iterable[str]) -> Town | None:
    """The town that a postcode begins with, in the first of `countries` whose codes it looks like."""
    squeezed = re.sub(r"[^A-Z0-9]", "", code.upper())
    for country in (*countries, *_postcodes()):
        area = _postcodes().get(country)
        if area is None or not re.fullmatch(area.form, squeezed):
            continue
        fits = [start for start in area.towns if squeezed.startswith(start)]
        if fits:
            return town_named(area.towns[max(fits, key=len)], [country])
    return None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance on the globe of two (latitude, longitude) in degrees, by the haversine formula."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def folded(name: str) -> str:
    """Small letters without accents and punctuation; `Saint` as people shorten it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one)))
    return " ".join("st" if word == "saint" else word for word in words)


def _of_name(name: str) -> list[Town]:
    lines, start = _lines(), f"{name}\t"
    found = []
    for line in lines[bisect_left(lines, start) :]:
        if not name or not line.startswith(start):
            break
        _, shown, country, latitude, longitude, people, timezone = line.split("\t")
        found.append(Town(shown, country, float(latitude), float(longitude), int(people), timezone))
    return found


@cache
def _lines() -> list[str]:
    """One line for each name, sorted."""
    return gzip.decompress(FILE.read_bytes()).decode().split("\n")


@cache
def _postcodes() -> dict[str, _Area]:
    return TypeAdapter(dict[str, _Area]).validate_python(
        yaml.safe_load(POSTCODES.read_text(encoding="utf-8"))
    )
