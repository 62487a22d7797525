"""Erasing a customer: what `personal` names goes, in every table, in one transaction."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import String, Table, and_, delete, or_, select, update
from sqlalchemy import cast as sql_cast

from core.ids import ConversationId, CustomerId, new_secret
from core.shapes import Json
from store import learning
from store.conversations import hash_secret
from store.database import UnitOfWork
from store.gap_tables import gap_question
from store.personal import BY_MENTION, HOLDINGS, UNLINKED, Holding, Subject
from store.shop_tables import booking, order
from store.talk_tables import conversation, message, turn
from store.work_tables import outbox

ERASED = "erased"
"""What stands in the audit trail where an id was."""
_AT_ONCE = 200
"""Ids of one statement: SQLite bounds the depth of an expression."""


def subject_of(uow: UnitOfWork, customer_id: CustomerId) -> Subject:
    """A customer's conversations: signed in, and those of nobody known that opened one of their orders."""
    orders = select(order.c.number).where(order.c.customer_id == customer_id)
    opened = and_(conversation.c.customer_id.is_(None), conversation.c.verified_order.in_(orders))
    theirs = or_(conversation.c.customer_id == customer_id, opened)
    query = select(conversation.c.id).where(theirs).order_by(conversation.c.created_at, conversation.c.id)
    return Subject(customer_id, tuple(uow.connection.execute(query).scalars()))


@dataclass(frozen=True)
class Erased:
    """What an erasure came to."""

    rows: dict[str, int]
    """By table, how many were deleted or bared."""
    sent: list[str]
    """Ids of the outbox rows among them: what was made of them elsewhere goes too."""


def erase(uow: UnitOfWork, subject: Subject) -> Erased:
    """Erases all that Baton holds of a customer.

    The caller holds the conversations and has ended what runs in them.
    """
    ids = _ids(uow, subject)
    of_gaps = _gaps_of(uow, subject)
    _free_places(uow, subject)
    gone = {table: _delete_mentioning(uow, table, ids) for table in BY_MENTION}
    touched = {table.name: len(keys) for table, keys in gone.items()}
    touched |= {holding.table.name: _erase(uow, holding, subject) for holding in HOLDINGS}
    _unlink(uow, subject, ids)
    _forget_tokens(uow, subject.conversations)
    learning.reword(uow, of_gaps)
    return Erased({name: count for name, count in touched.items() if count}, gone[outbox])


def _ids(uow: UnitOfWork, subject: Subject) -> list[str]:
    """The ids of the customer's records: whatever names one of them is about the customer."""
    found: list[str] = [*subject.conversations]
    for holding in HOLDINGS:
        key = next(iter(holding.table.primary_key.columns))
        if holding.table in (message, turn, conversation) or len(holding.table.primary_key.columns) > 1:
            continue
        if not isinstance(key.type, String) or key.foreign_keys:
            continue
        found += uow.connection.execute(select(key).where(holding.which(subject))).scalars()
    return list(dict.fromkeys(found))


def _gaps_of(uow: UnitOfWork, subject: Subject) -> list[str]:
    """Gaps about whose questions something was decided, and that were the customer's."""
    theirs = gap_question.c.conversation_id.in_(subject.conversations)
    return list(uow.connection.execute(select(gap_question.c.gap_id).where(theirs).distinct()).scalars())


def _free_places(uow: UnitOfWork, subject: Subject) -> None:
    """Nobody is expected any more: appointments to come are cancelled."""
    theirs = next(one for one in HOLDINGS if one.table is booking).which(subject)
    to_come = and_(theirs, booking.c.status == "booked", booking.c.start_at > uow.now)
    free = {"status": "cancelled", "place": None, "revision": booking.c.revision + 1}
    uow.connection.execute(update(booking).where(to_come).values(free))


def _erase(uow: UnitOfWork, holding: Holding, subject: Subject) -> int:
    table, theirs = holding.table, holding.which(subject)
    if holding.leaves is None:
        return uow.connection.execute(delete(table).where(theirs)).rowcount
    keys = list(table.primary_key.columns)
    rows = uow.connection.execute(select(table).where(theirs)).all()
    for row in rows:
        left = {name: leave(row._mapping[name]) for name, leave in holding.leaves.items()}
        this = and_(*(key == row._mapping[key.name] for key in keys))
        uow.connection.execute(update(table).where(this).values(left))
    return len(rows)


def _delete_mentioning(uow: UnitOfWork, table: Table, ids: Sequence[str]) -> list[str]:
    """Deletes the rows that name one of these ids; the first key column of each."""
    columns = [sql_cast(table.c[name], String) for name in BY_MENTION[table]]
    keys = list(table.primary_key.columns)
    deleted: list[str] = []
    for part in _parts(ids):
        named = or_(*(column.contains(one, autoescape=True) for column in columns for one in part))
        for row in uow.connection.execute(select(table).where(named)).all():
            texts = [json.dumps(row._mapping[name]) for name in BY_MENTION[table]]
            if any(_names(text, one) for text in texts for one in part):
                this = and_(*(key == row._mapping[key.name] for key in keys))
                uow.connection.execute(delete(table).where(this))
                deleted.append(str(row._mapping[keys[0].name]))
    return deleted


def _unlink(uow: UnitOfWork, subject: Subject, ids: Sequence[str]) -> None:
    """The audit trail keeps who did what, and when; not to whom."""
    for part in _parts(ids):
        subjects = or_(*(UNLINKED.c.subject.contains(one, autoescape=True) for one in part))
        data = or_(*(sql_cast(UNLINKED.c.data, String).contains(one, autoescape=True) for one in part))
        account = UNLINKED.c.subject == f"customer:{subject.customer_id}"
        theirs = or_(UNLINKED.c.conversation_id.in_(subject.conversations), account, subjects, data)
        for row in uow.connection.execute(select(UNLINKED).where(theirs)).all():
            gone = [*ids, subject.customer_id]
            bare: Json = {
                "subject": _without(row.subject, gone),
                "data": json.loads(_without(json.dumps(row.data), gone)),
                "conversation_id": None
                if row.conversation_id in subject.conversations
                else row.conversation_id,
                "actor_id": None if row.actor_id in gone else row.actor_id,
            }
            uow.connection.execute(update(UNLINKED).where(UNLINKED.c.id == row.id).values(bare))


def _forget_tokens(uow: UnitOfWork, conversations: Iterable[ConversationId]) -> None:
    """What opened an erased conversation opens nothing."""
    for one in conversations:
        nobodys = {"token_hash": hash_secret(new_secret())}
        uow.connection.execute(update(conversation).where(conversation.c.id == one).values(nobodys))


def _without(text: str, ids: Iterable[str]) -> str:
    for one in ids:
        text = _naming(one).sub(ERASED, text)
    return text


def _names(text: str, id: str) -> bool:
    return _naming(id).search(text) is not None


@lru_cache(maxsize=4 * _AT_ONCE)
def _naming(id: str) -> re.Pattern[str]:
    """An id as it stands in JSON, in a key and in a path: whole, so that no number is taken for one."""
    return re.compile(rf"""(?:(?<=[":/])|^){re.escape(id)}(?=[":/\s]|$)""")


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
