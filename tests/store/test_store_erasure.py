"""Erasing a customer leaves their words in no table, and everybody else's where they are."""

import json
from datetime import timedelta
from itertools import count

from sqlalchemy import JSON, Boolean, Float, Integer, String, Table, select

from core.ids import ConversationId, CustomerId
from core.shapes import Json
from store import erasure
from store.database import Database, UnitOfWork
from store.export import export
from store.identity import SqlIdentity
from store.orders import SqlOrders
from store.personal import BY_MENTION, HOLDINGS, OF_THE_SHOP, UNLINKED, WITHOUT, Subject
from store.schema import Moment
from store.seed import seed_shop
from store.tables import metadata
from tests.support.desk import Desk

MARK = "walrus"
"""In every text of the customer who is erased."""
OTHER = "pelican"
"""In every text of another one."""

STATES = {
    ("message", "role"): "customer",
    ("conversation", "mode"): "ai",
    ("conversation", "level"): "account",
    ("promise", "status"): "open",
    ("booking", "status"): "booked",
}
"""Values that are read on the way; every other text is the customer's mark."""
KEPT_TEXTS = {
    "conversation": {"channel", "locale"},
    "turn": {"cause", "status", "case_id"},
    "handover_case": {
        "status", "reason", "priority", "department", "waiting_on", "person_id", "outcome", "judged",
        "previous_case_id", "others",
    },
    "case_history": {"event", "before", "after", "person_id"},
    "person_request": {
        "case_id", "kind", "department", "tool", "currency", "policy_id", "fallback", "status", "person_id",
    },
    "promise": {"case_id", "owner"},
    "booking": {"service", "location"},
    "audit": {"actor", "actor_id", "action"},
    "refund": {"currency", "method", "reason", "person_id"},
}  # fmt: skip
"""Columns that outlive an erasure: each holds an id, a state or a name of the business's own, never a
customer's words. Whoever adds one here has made sure of that."""


def test_every_table_says_what_it_holds_of_a_customer() -> None:
    named = [*(one.table for one in HOLDINGS), *BY_MENTION, UNLINKED, *OF_THE_SHOP, *WITHOUT]
    assert sorted(table.name for table in named) == sorted(table.name for table in metadata.sorted_tables), (
        "each table stands in store/personal.py once: what it holds of a customer, and what erasing leaves"
    )


def test_no_column_that_could_hold_a_customers_words_outlives_them_unless_it_is_named_here(
    store: Database,
) -> None:
    # given: rows of two customers in every table, with a mark in every text
    mine, others = _filled(store, "C-1", MARK), _filled(store, "C-2", OTHER)

    # when
    store.write(lambda uow: erasure.erase(uow, mine))

    # then
    assert _found(store, MARK) == []
    assert '"C-1"' not in json.dumps(_everything(store))
    assert len(_found(store, OTHER)) > 40
    assert store.read(lambda uow: export(uow, others))["conversations"][0]["messages"][0]["text"] == OTHER


def test_an_export_shows_every_table_that_an_erasure_takes_but_no_secret(store: Database) -> None:
    mine = _filled(store, "C-1", MARK)
    _filled(store, "C-2", OTHER)

    told = store.read(lambda uow: export(uow, mine))

    text = json.dumps(told)
    assert OTHER not in text
    assert not {"token_hash", "code_hash", "calendar_token"} & set(_keys(told))
    (talk,) = told["conversations"]
    assert [len(talk[name]) for name in ("messages", "turns", "cases", "promises", "requests")] == [1] * 5
    assert [len(told[name]) for name in ("bookings", "tickets", "enquiries", "leads")] == [1] * 4
    assert store.write(lambda uow: erasure.erase(uow, mine)).rows["message"] == 1
    assert MARK not in json.dumps(store.read(lambda uow: export(uow, mine)))


def test_a_timer_that_another_customers_record_names_is_left_alone(store: Database) -> None:
    mine = _filled(store, "C-1", MARK)
    _filled(store, "C-11", OTHER)
    before = len(_everything(store)["outbox"])

    store.write(lambda uow: erasure.erase(uow, mine))

    assert len(_everything(store)["outbox"]) == before - 1


_numbers = count(1)


def _filled(store: Database, customer_id: str, mark: str) -> Subject:
    """One row in every table that may hold something of a customer."""
    conversation_id = f"conv_{next(_numbers)}"
    ids = {"customer_id": customer_id, "conversation_id": conversation_id}

    def fill(uow: UnitOfWork) -> None:
        made: dict[str, Json] = {}
        skipped = {table.name for table in WITHOUT} - {"knowledge_gap", "person", "learned_entry"}
        for table in metadata.sorted_tables:
            if table.name not in skipped and table.name != "idempotency":
                made[table.name] = _row(table, uow, mark, ids, made)
                uow.connection.execute(table.insert().values(made[table.name]))
        case = made["handover_case"]["id"]
        answer = {"text": mark, "case": case}
        uow.connection.execute(
            metadata.tables["idempotency"]
            .insert()
            .values(
                scope=f"POST /v1/cases/{case}/reply x",
                key=customer_id,
                body_hash="",
                answer=answer,
                at=uow.now,
            )
        )

    store.write(fill)
    return Subject(CustomerId(customer_id), (ConversationId(conversation_id),))


def _row(table: Table, uow: UnitOfWork, mark: str, ids: dict[str, str], made: dict[str, Json]) -> Json:
    row: Json = {}
    for column in table.c:
        foreign = next(iter(column.foreign_keys), None)
        if column.autoincrement is True:
            continue
        if column.name in ids and table.name != "customer":
            row[column.name] = ids[column.name]
        elif foreign is not None:
            row[column.name] = made[foreign.column.table.name][foreign.column.name]
        else:
            row[column.name] = _value(table, column.name, column.type, uow, mark)
    special: dict[str, Json] = {
        "customer": {"id": ids["customer_id"]},
        "conversation": {"id": ids["conversation_id"]},
        "audit": {
            "subject": f"customer:{ids['customer_id']}",
            "data": {"key": f"contact:{ids['customer_id']}:1"},
        },
    }
    row.update(special.get(table.name, {}))
    of_the_shop = table in (*OF_THE_SHOP, *WITHOUT)
    return {
        name: "the shop's" if of_the_shop and mark in str(value) else value for name, value in row.items()
    }


def _value(table: Table, name: str, kind: object, uow: UnitOfWork, mark: str) -> object:
    """The customer's mark wherever a text may stand; ids and unique values a number of their own."""
    if (table.name, name) in STATES:
        return STATES[table.name, name]
    if name in KEPT_TEXTS.get(table.name, ()):
        return [] if name == "others" else "state"
    if isinstance(kind, Moment):
        return uow.now + timedelta(days=1)
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return 0 if name in ("refunded_cents",) else next(_numbers)
    column = table.c[name]
    if column.primary_key or column.unique or name.endswith("_hash") or name in ("message_id", "gap_id"):
        return f"{name}_{next(_numbers)}"
    if isinstance(kind, JSON):
        return _document(table.name, name, mark)
    assert isinstance(kind, String), f"{table.name}.{name}: what does a test put there?"
    return mark


def _document(table: str, name: str, mark: str) -> object:
    if table == "handover_case" and name == "evidence":
        return [{"trigger": "anger", "score": 0.9, "threshold": 0.5, "words": [mark]}]
    if table == "turn":
        heard = [{"trigger": "anger", "score": 0.9, "threshold": 0.5, "words": [mark]}]
        return {
            "id": "turn",
            "decision": "answer",
            "evidence": heard,
            "tools": [{"result": mark}],
            mark: mark,
        }
    return {"words": [mark], mark: {"deep": mark}}


def _everything(store: Database) -> dict[str, list[Json]]:
    def read(uow: UnitOfWork) -> dict[str, list[Json]]:
        return {
            table.name: [
                {
                    name: str(value) if isinstance(table.c[name].type, Moment) else value
                    for name, value in row.items()
                }
                for row in map(dict, uow.connection.execute(select(table)).mappings())
            ]
            for table in metadata.sorted_tables
            if table not in OF_THE_SHOP
        }

    return store.read(read)


def _found(store: Database, mark: str) -> list[str]:
    return [
        f"{table}.{name}"
        for table, rows in _everything(store).items()
        for row in rows
        for name, value in row.items()
        if mark in json.dumps(value)
    ]


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for one in value.values() for key in _keys(one))]
    return [key for one in value for key in _keys(one)] if isinstance(value, list) else []


def test_a_talk_that_opened_ones_order_is_theirs_unless_somebody_else_is_signed_in(desk: Desk) -> None:
    desk.store.write(lambda uow: seed_shop(uow, desk.business))
    number = desk.store.read(lambda uow: SqlOrders().of_customer(uow, CustomerId("C-1001")))[0].number
    signed_in, guest, neighbour = (
        desk.conversation("C-1001"),
        desk.conversation(),
        desk.conversation("C-1002"),
    )
    for one in (guest, neighbour):
        desk.store.write(lambda uow, one=one: SqlIdentity().open_order(uow, one, number))  # type: ignore[misc]

    found = desk.store.read(lambda uow: erasure.subject_of(uow, CustomerId("C-1001")))

    assert set(found.conversations) == {signed_in, guest}
