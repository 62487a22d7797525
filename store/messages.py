"""Reading what was said."""

from dataclasses import dataclass

from sqlalchemy import Row, bindparam, select

from core.ids import ConversationId, MessageId, PersonId, TurnId
from core.shapes import Message
from core.vocabulary import Role
from store.database import UnitOfWork
from store.talk_tables import message

_SHOWN = [column for column in message.c if column.name not in {"conversation_id", "person_id", "client_key"}]
_ALL = select(*_SHOWN).where(message.c.conversation_id == bindparam("talk"))
_PUBLIC = _ALL.where(message.c.internal.is_(False))
_NEWEST = _PUBLIC.order_by(message.c.seq.desc()).limit(bindparam("most"))
_OF_TURN = select(*_SHOWN).where(message.c.turn_id == bindparam("turn"))
_BY_CLIENT_KEY = _ALL.where(message.c.client_key == bindparam("key"))
_AUTOMATIC = (
    _PUBLIC.where(message.c.seq > bindparam("seq"), message.c.role == Role.AI, message.c.turn_id.is_(None))
    .order_by(message.c.seq)
    .limit(1)
)
_BY_IDS = select(*_SHOWN).where(message.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Said:
    """A message with its place in the conversation's stream."""

    seq: int
    message: Message


def said(uow: UnitOfWork, conversation_id: ConversationId, *, internal: bool = False) -> list[Said]:
    """All messages in their order; notes between people only with `internal`."""
    query = (_ALL if internal else _PUBLIC).order_by(message.c.seq)
    return [Said(row.seq, shape(row)) for row in uow.connection.execute(query, {"talk": conversation_id})]


def last_said(uow: UnitOfWork, conversation_id: ConversationId, limit: int) -> list[Said]:
    """The newest `limit` messages that the customer may see, oldest first."""
    rows = uow.connection.execute(_NEWEST, {"talk": conversation_id, "most": limit}).all()
    return [Said(row.seq, shape(row)) for row in reversed(rows)]


def by_ids(uow: UnitOfWork, ids: set[MessageId]) -> dict[str, Message]:
    """The messages with these ids, by id; one that was erased is absent."""
    if not ids:
        return {}
    rows = uow.connection.execute(_BY_IDS, {"ids": list(ids)})
    return {row.id: shape(row) for row in rows}


def of_turn(uow: UnitOfWork, turn_id: TurnId) -> Message | None:
    """What a turn said."""
    row = uow.connection.execute(_OF_TURN, {"turn": turn_id}).one_or_none()
    return None if row is None else shape(row)


def turn_of(uow: UnitOfWork, conversation_id: ConversationId) -> dict[str, TurnId]:
    """The turn that said it, by the AI's message."""
    spoken = (message.c.conversation_id == conversation_id, message.c.turn_id.is_not(None))
    rows = uow.connection.execute(select(message.c.id, message.c.turn_id).where(*spoken))
    return {row.id: row.turn_id for row in rows}


def by_person(uow: UnitOfWork, conversation_id: ConversationId) -> dict[str, PersonId]:
    """Who wrote it, by a person's message."""
    written = (message.c.conversation_id == conversation_id, message.c.person_id.is_not(None))
    rows = uow.connection.execute(select(message.c.id, message.c.person_id).where(*written))
    return {row.id: row.person_id for row in rows}


def automatic_after(uow: UnitOfWork, conversation_id: ConversationId, seq: int) -> Message | None:
    """What was said by itself after a customer's message, in no turn; None when nothing was."""
    row = uow.connection.execute(_AUTOMATIC, {"talk": conversation_id, "seq": seq}).first()
    return None if row is None else shape(row)


def by_client_key(uow: UnitOfWork, conversation_id: ConversationId, key: str) -> Said | None:
    """The customer's message that this client key stored before."""
    row = uow.connection.execute(_BY_CLIENT_KEY, {"talk": conversation_id, "key": key}).one_or_none()
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
