"""What a conversation changed: two states of the tables side by side, written as cases write."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.business import Business
from core.clock import rfc3339
from core.shapes import Json
from store.end_state import EndState, Table, Values

WRITTEN = "%Y-%m-%d %H:%M"
"""A local time, as a case writes it."""


def changes(before: EndState, after: EndState, business: Business) -> dict[str, list[Json]]:
    """Rows that are new, other than they were, or gone, by table; tables without any are left out."""
    found = {name: _changed(before[name], table) for name, table in after.items()}
    return {name: [_written(row, business) for row in rows] for name, rows in found.items() if rows}


def _changed(before: Table, after: Table) -> list[Values]:
    rows = [row for key, row in after.items() if row != before.get(key)]
    return rows + [{**row, "gone": True} for key, row in before.items() if key not in after]


def _written(row: Values, business: Business) -> Json:
    """Amounts in whole units, times in the location's or the shop's local time."""
    location = business.location(str(row["location"])) if "location" in row else None
    zone = ZoneInfo(location.timezone if location else business.shop.timezone)
    return {name: _value(name, value, zone) for name, value in row.items()}


def _value(name: str, value: object, zone: ZoneInfo) -> object:
    if name == "amount" and isinstance(value, int):
        return f"{Decimal(value) / 100:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime(WRITTEN) if name == "start" else rfc3339(value)
    return dict(value) if isinstance(value, Mapping) else value
