"""The business tables as they stand: what an evaluation compares before and after a conversation."""

from collections.abc import Callable

from sqlalchemy import Row, Select, func, select

from store.database import UnitOfWork
from store.desk_tables import case, promise
from store.sales_tables import enquiry, lead
from store.shop_tables import (
    booking,
    contact_change,
    customer,
    order,
    order_line,
    refund,
    refund_unit,
    ticket,
)

Values = dict[str, object]
Table = dict[str, Values]
"""Rows by their key; amounts in cents, times in UTC."""
EndState = dict[str, Table]


def end_state(uow: UnitOfWork) -> EndState:
    """Every table that a conversation may change, under its own name."""
    return {name: read(uow) for name, read in _READERS.items()}


def _refunds(uow: UnitOfWork) -> Table:
    """Each refund with the units that it paid back, by article."""
    units = (
        select(refund_unit.c.reference, order_line.c.sku, func.count().label("units"))
        .join(order_line, order_line.c.id == refund_unit.c.line_id)
        .group_by(refund_unit.c.reference, order_line.c.sku)
    )
    items: dict[str, dict[str, int]] = {}
    for row in uow.connection.execute(units):
        items.setdefault(row.reference, {})[row.sku] = row.units
    columns = (
        refund.c.reference,
        refund.c.order_number.label("order"),
        refund.c.amount_cents.label("amount"),
        refund.c.reason,
    )
    table = _rows(uow, select(*columns), "reference")
    return {key: {**values, "items": items.get(key, {})} for key, values in table.items()}


def _bookings(uow: UnitOfWork) -> Table:
    columns = (
        booking.c.reference,
        booking.c.service,
        booking.c.location,
        booking.c.start_at.label("start"),
        booking.c.status,
        booking.c.customer_id.label("customer"),
        booking.c.name,
        booking.c.email,
        booking.c.phone,
    )
    return _rows(uow, select(*columns), "reference")


def _contact_changes(uow: UnitOfWork) -> Table:
    """Each change with the new values beside its own columns: `email`, `phone`, or the address's parts."""
    columns = (
        contact_change.c.id,
        contact_change.c.customer_id.label("customer"),
        contact_change.c.order_number.label("order"),
        contact_change.c.field,
        contact_change.c.new,
    )
    table = _rows(uow, select(*columns), "id")
    return {key: {**_without(values, "new"), **_mapping(values["new"])} for key, values in table.items()}


def _orders(uow: UnitOfWork) -> Table:
    """State and address; what was paid back is told by the refunds."""
    address = (order.c.line1, order.c.line2, order.c.town, order.c.postcode, order.c.country)
    return _rows(uow, select(order.c.number, order.c.state, *address), "number")


def _customers(uow: UnitOfWork) -> Table:
    address = (customer.c.line1, customer.c.line2, customer.c.town, customer.c.postcode, customer.c.country)
    return _rows(uow, select(customer.c.id, customer.c.email, customer.c.phone, *address), "id")


def _cases(uow: UnitOfWork) -> Table:
    columns = (case.c.id, case.c.reason, case.c.department, case.c.priority, case.c.status, case.c.live)
    return _rows(uow, select(*columns), "id")


def _enquiries(uow: UnitOfWork) -> Table:
    """What was left, its details beside its own columns; `declined`, the names of what was not given."""
    columns = (
        enquiry.c.reference,
        enquiry.c.topic,
        enquiry.c.department,
        enquiry.c.status,
        enquiry.c.customer_id.label("customer"),
        enquiry.c.details,
        enquiry.c.declined,
    )
    table = _rows(uow, select(*columns), "reference")
    return {
        key: {
            **_without(values, "details"),
            **_mapping(values["details"]),
            "declined": ", ".join(sorted(_mapping(values["declined"]))) or None,
        }
        for key, values in table.items()
    }


def _leads(uow: UnitOfWork) -> Table:
    """Score and next step, with the score card's answer to each question and the contact as columns."""
    columns = (
        lead.c.reference,
        lead.c.status,
        lead.c.score,
        lead.c.band,
        lead.c.next_step.label("next"),
        lead.c.customer_id.label("customer"),
        lead.c.answers,
        lead.c.declined,
        lead.c.contact,
    )
    table = _rows(uow, select(*columns), "reference")
    return {key: _lead(values) for key, values in table.items()}


def _lead(values: Values) -> Values:
    answers = {name: _mapping(one).get("answer") for name, one in _mapping(values["answers"]).items()}
    declined = values["declined"] if isinstance(values["declined"], list) else []
    own = {name: one for name, one in values.items() if name not in ("answers", "contact")}
    return {**own, **_mapping(values["contact"]), **answers, "declined": ", ".join(declined) or None}


def _tickets(uow: UnitOfWork) -> Table:
    """Each ticket with how many entries it has, the words of the last, and how its promise stands."""
    columns = (
        ticket.c.id,
        ticket.c.customer_id.label("customer"),
        ticket.c.email,
        ticket.c.order_number.label("order"),
        ticket.c.category,
        ticket.c.priority,
        ticket.c.status,
        ticket.c.department,
        ticket.c.entries,
        promise.c.status.label("promise"),
        promise.c.due_at.label("due"),
    )
    query = select(*columns).outerjoin(promise, promise.c.id == ticket.c.promise_id)
    table = _rows(uow, query, "id")
    return {
        key: {**_without(values, "entries"), **_entries(values["entries"])} for key, values in table.items()
    }


def _entries(written: object) -> Values:
    entries = list(written) if isinstance(written, list) else []
    return {"entries": len(entries), "last": entries[-1]["text"] if entries else None}


def _rows(uow: UnitOfWork, query: Select[tuple[object, ...]], key: str) -> Table:
    rows: list[Row[tuple[object, ...]]] = list(uow.connection.execute(query))
    return {str(getattr(row, key)): dict(row._mapping) for row in rows}


def _without(values: Values, name: str) -> Values:
    return {key: value for key, value in values.items() if key != name}


def _mapping(value: object) -> Values:
    return dict(value) if isinstance(value, dict) else {}


_READERS: dict[str, Callable[[UnitOfWork], Table]] = {
    "refund": _refunds,
    "booking": _bookings,
    "contact_change": _contact_changes,
    "shop_order": _orders,
    "customer": _customers,
    "handover_case": _cases,
    "ticket": _tickets,
    "enquiry": _enquiries,
    "lead": _leads,
}
