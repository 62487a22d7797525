"""All tables in one metadata: importing this knows every table."""

from store import desk_tables, gap_tables, sales_tables, shop_tables, talk_tables, work_tables
from store.schema import metadata

__all__ = [
    "desk_tables",
    "gap_tables",
    "metadata",
    "sales_tables",
    "shop_tables",
    "talk_tables",
    "work_tables",
]
