"""Reading what was said."""

from dataclasses import dataclass

from sqlalchemy import Row, select

from core.ids import ConversationId, MessageId, TurnId
from core.shapes import Message
from store.database import UnitOfWork
from store.talk_tables import message


@dataclass(frozen=True)
class Said:
    """A message with its place in the conversation's stream."""

    seq: int
    message: Message


def said(uow: UnitOfWork, conversation_id: ConversationId, *, internal: bool = False) -> list[Said]:
    """All messages in their order; notes between people only with `internal`."""
    query = select(message).where(message.c.conversation_id == conversation_id).order_by(message.c.seq)
    if not internal:
        query = query.where(message.c.internal.is_(False))
    return [Said(row.seq, shape(row)) for row in uow.connection.execute(query)]


def last_said(uow: UnitOfWork, conversation_id: ConversationId, limit: int) -> list[Said]:
    """The newest `limit` messages that the customer may see, oldest first."""
    query = (
        select(message)
        .where(message.c.conversation_id == conversation_id, message.c.internal.is_(False))
        .order_by(message.c.seq.desc())
        .limit(limit)
    )
    return [Said(row.seq, shape(row)) for row in reversed(uow.connection.execute(query).all())]


def by_ids(uow: UnitOfWork, ids: set[MessageId]) -> dict[str, Message]:
    """The messages with these ids, by id; one that was erased is absent."""
    if not ids:
        return {}
    rows = uow.connection.execute(select(message).where(message.c.id.in_(ids)))
    return {row.id: shape(row) for row in rows}


def of_turn(uow: UnitOfWork, turn_id: TurnId) -> Message | None:
    """What a turn said."""
    row = uow.connection.execute(select(message).where(message.c.turn_id == turn_id)).one_or_none()
    return None if row is None else shape(row)


def by_client_key(uow: UnitOfWork, conversation_id: ConversationId, key: str) -> Said | None:
    """The customer's message that this client key stored before."""
    query = select(message).where(message.c.conversation_id == conversation_id, message.c.client_key == key)
    row = uow.connection.execute(query).one_or_none()
    return None if row is None else Said(row.seq, shape(row))


def shape(row: Row[tuple[object, ...]]) -> Message:
    """A row of the table as the outside sees it."""
    return Message(
        id=row.id,
        role=row.role,
        name=row.name,
        text=row.text,
        at=row.at,
        sources=row.sources,
        quick_replies=row.quick_replies,
        form=row.form,
        internal=row.internal,
    )
