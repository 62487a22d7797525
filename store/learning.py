"""What was decided of knowledge gaps, and the entries that people approved, beside the business's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, insert, select, update

from core.ids import ConversationId, MessageId, PersonId
from core.shapes import Json
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.gap_tables import gap, gap_draft, gap_question, learned
from store.shop_tables import customer
from store.talk_tables import conversation, message

GapStatus = Literal["added", "dismissed"]
_NEXT = learned.c.revision + 1
PREFIX = "learned:"
"""What the ids of learned entries begin with; the gap's id follows."""


@dataclass(frozen=True)
class AskedBefore:
    """A customer's question that a decision was about, in their own words."""

    gap_id: str
    text: str
    names: tuple[str, ...] = ()
    """The customer's, where it is known."""


@dataclass(frozen=True)
class LearnedRow:
    """An entry of the knowledge store that a person approved."""

    id: str
    gap_id: str
    question: str
    answer: str
    wordings: tuple[AskedBefore, ...] = ()
    """The customers' questions that it answers, as far as they are kept."""


def decide(
    uow: UnitOfWork,
    gap_id: str,
    status: GapStatus,
    person_id: PersonId | None,
    asked: Sequence[tuple[MessageId, ConversationId]],
) -> None:
    """Writes what a person decided of a cluster of questions. A later decision replaces it."""
    decided = {"status": status, "person_id": person_id, "decided_at": uow.now}
    execute = uow.connection.execute
    if execute(update(gap).where(gap.c.id == gap_id).values(decided)).rowcount == 0:
        execute(insert(gap).values(id=gap_id, **decided))
    mine = gap_question.c.message_id.in_([one for one, _ in asked])
    known = set(execute(select(gap_question.c.message_id).where(mine)).scalars())
    rows = [
        {"gap_id": gap_id, "message_id": one, "conversation_id": talk}
        for one, talk in asked
        if one not in known
    ]
    if rows:
        execute(insert(gap_question), rows)


def statuses(uow: UnitOfWork) -> dict[str, GapStatus]:
    """Gaps that were decided about, by id."""
    return {row.id: row.status for row in uow.connection.execute(select(gap.c.id, gap.c.status))}


def decided_messages(uow: UnitOfWork) -> set[str]:
    """The customers' messages about which something was decided."""
    return set(uow.connection.execute(select(gap_question.c.message_id)).scalars())


def asked_before(uow: UnitOfWork) -> dict[MessageId, AskedBefore]:
    """The questions that were decided about, as far as they are kept, by their message."""
    query = (
        select(gap_question.c.gap_id, message.c.id, message.c.text, customer.c.name)
        .join(message, message.c.id == gap_question.c.message_id)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .outerjoin(customer, customer.c.id == conversation.c.customer_id)
        .order_by(message.c.at, message.c.id)
    )
    rows = uow.connection.execute(query)
    return {
        MessageId(row.id): AskedBefore(row.gap_id, row.text, (row.name,) if row.name else ()) for row in rows
    }


def drafts(uow: UnitOfWork, made_of: Sequence[str]) -> dict[str, str]:
    """Drafts of the model by what they were made of; an empty one: it had none to give."""
    query = select(gap_draft).where(gap_draft.c.made_of.in_(made_of))
    return {row.made_of: row.text for row in uow.connection.execute(query)}


def keep_draft(uow: UnitOfWork, made_of: str, text: str) -> None:
    """Keeps what the model worded; the first draft stays."""
    row = {"made_of": made_of, "text": text}
    uow.connection.execute(insert_ignore(gap_draft, uow).values(row))


def learn(uow: UnitOfWork, gap_id: str, question: str, answer: str, person_id: PersonId | None) -> LearnedRow:
    """Adds a gap's entry, or changes it."""
    id, execute = f"{PREFIX}{gap_id}", uow.connection.execute
    written: Json = {"question": question, "answer": answer, "status": "active"}
    written |= {"person_id": person_id, "updated_at": uow.now}
    again = update(learned).where(learned.c.id == id).values(revision=_NEXT, **written)
    if execute(again).rowcount == 0:
        execute(insert(learned).values(id=id, gap_id=gap_id, created_at=uow.now, revision=1, **written))
    return LearnedRow(id, gap_id, question, answer)


def unlearn(uow: UnitOfWork, gap_id: str) -> None:
    """Takes a gap's entry out again, if it has one."""
    gone = {"status": "removed", "revision": _NEXT, "updated_at": uow.now}
    uow.connection.execute(update(learned).where(learned.c.gap_id == gap_id).values(gone))


def reword(uow: UnitOfWork, gap_ids: Sequence[str]) -> None:
    """The wordings of these gaps' questions have changed: who holds older ones takes them in again."""
    newer = update(learned).where(learned.c.gap_id.in_(gap_ids)).values(revision=_NEXT)
    uow.connection.execute(newer)


def revision(uow: UnitOfWork) -> int:
    """Rises with every change of any learned entry; 0 before the first."""
    return int(uow.connection.execute(select(func.sum(learned.c.revision))).scalar_one() or 0)


def entries(uow: UnitOfWork) -> list[LearnedRow]:
    """The learned entries that are in use, oldest first."""
    wordings: dict[str, list[AskedBefore]] = {}
    for one in asked_before(uow).values():
        wordings.setdefault(one.gap_id, []).append(one)
    query = select(learned).where(learned.c.status == "active").order_by(learned.c.created_at, learned.c.id)
    return [
        LearnedRow(row.id, row.gap_id, row.question, row.answer, tuple(wordings.get(row.gap_id, ())))
        for row in uow.connection.execute(query)
    ]
