"""What the evals add to `handover.asks`: which kinds a case may answer, and what nobody may ever read."""

from functools import cache
from pathlib import Path

from core.business_parts import Part
from core.yaml_lines import read_yaml
from handover.asks import asks

FILE = Path(__file__).parent / "asks.yaml"
OFFER = "offer"
"""A kind that is known by the turn's decision."""


class Forbidden(Part):
    """The file's content."""

    never_says: list[str]


@cache
def never_says() -> list[str]:
    return read_yaml(FILE).parse(Forbidden).never_says


def known_kinds() -> list[str]:
    """Every kind that a case may answer."""
    return [*asks().kinds, OFFER]
