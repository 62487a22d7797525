"""All that is held of a customer, as JSON: what an erasure would take, and the shop's own records."""

from datetime import datetime

from sqlalchemy import Row, Table, select

from core.clock import rfc3339
from core.shapes import Json
from store.database import UnitOfWork
from store.personal import HOLDINGS, Holding, Subject
from store.shop_tables import customer, order, refund
from store.talk_tables import conversation


def export(uow: UnitOfWork, subject: Subject) -> Json:
    """`customer`, `orders` and `refunds` of the shop; `conversations` with what belongs to each below it; the
    rest by table. Money in cents, times in RFC 3339; secrets are left out."""
    orders = _rows(uow, order, order.c.customer_id == subject.customer_id)
    numbers = [one["number"] for one in orders]
    people = _rows(uow, customer, customer.c.id == subject.customer_id)
    shown = [one for one in HOLDINGS if one.exported and one.table not in (conversation, refund)]
    of_talks = [one for one in shown if _in_talk(one)]
    return {
        "customer": people[0] if people else None,
        "orders": orders,
        "refunds": _rows(uow, refund, refund.c.order_number.in_(numbers)),
        "conversations": _talks(uow, subject, of_talks),
        **{_named(one.table): _held(uow, one, subject) for one in shown if one not in of_talks},
    }


def _talks(uow: UnitOfWork, subject: Subject, holdings: list[Holding]) -> list[Json]:
    """Each conversation with its rows of every table that only conversations have."""
    whole = next(one for one in HOLDINGS if one.table is conversation)
    talks: dict[str, Json] = {one["id"]: one for one in _held(uow, whole, subject)}
    for holding in holdings:
        name = _named(holding.table)
        for talk in talks.values():
            talk[name] = []
        for row in _held(uow, holding, subject):
            talks[row.pop("conversation_id")][name].append(row)
    return list(talks.values())


def _in_talk(holding: Holding) -> bool:
    columns = holding.table.c
    return "conversation_id" in columns and "customer_id" not in columns


def _held(uow: UnitOfWork, holding: Holding, subject: Subject) -> list[Json]:
    return _rows(uow, holding.table, holding.which(subject), holding.hidden)


def _rows(uow: UnitOfWork, table: Table, which: object, hidden: frozenset[str] = frozenset()) -> list[Json]:
    columns = [column for column in table.c if column.name not in hidden]
    order = [column for column in columns if column.name in ("at", "created_at", "seq", "id")]
    query = select(*columns).where(which).order_by(*order)  # type: ignore[arg-type]
    return [_plain(row) for row in uow.connection.execute(query)]


def _plain(row: Row[tuple[object, ...]]) -> Json:
    return {
        name: rfc3339(value) if isinstance(value, datetime) else value for name, value in row._mapping.items()
    }


def _named(table: Table) -> str:
    """The table's name in the plural, as the export has it."""
    return _PLURALS.get(table.name, f"{table.name}s")


_PLURALS = {
    "handover_case": "cases",
    "case_history": "case_history",
    "person_request": "requests",
    "enquiry": "enquiries",
    "identity_code": "identity_codes",
}
