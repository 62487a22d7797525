"""The inbox: a message is accepted when it is stored, and not before."""

from sqlalchemy import bindparam, select

from core.ids import ConversationId
from core.shapes import Message
from core.vocabulary import Mode, Role
from store import messages
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.talk_tables import message

_SEQ = select(message.c.seq).where(message.c.id == bindparam("message"))


def accept(
    uow: UnitOfWork, conversation_id: ConversationId, text: str, client_key: str | None = None
) -> Message:
    """Stores what the customer wrote; the same `client_key` stores one message, whatever it is sent again.

    A closed conversation opens again. NotFound when there is no such conversation.
    """
    held = hold(uow, conversation_id)
    if client_key is not None:
        before = messages.by_client_key(uow, conversation_id, client_key)
        if before is not None:
            return before.message
    reopen(held)
    return held.say(Role.CUSTOMER, text, client_key=client_key)


def reopen(held: Held) -> None:
    """A customer's message leads a closed conversation back to the AI."""
    if held.mode is Mode.CLOSED:
        held.set(mode=Mode.AI)
        held.event("mode", {"mode": Mode.AI})


def seq_of(uow: UnitOfWork, message_id: str) -> int | None:
    """The place of a message in its conversation's stream."""
    return uow.connection.execute(_SEQ, {"message": message_id}).scalar_one_or_none()


def last_of_customer(uow: UnitOfWork, conversation_id: ConversationId) -> messages.Said | None:
    """The customer's newest message."""
    query = (
        select(message)
        .where(message.c.conversation_id == conversation_id, message.c.role == Role.CUSTOMER)
        .order_by(message.c.seq.desc())
        .limit(1)
    )
    row = uow.connection.execute(query).one_or_none()
    return None if row is None else messages.Said(row.seq, messages.shape(row))
