"""Threads of clients that keep the history themselves: found again by what was said so far."""

import hashlib
import json
from collections.abc import Sequence
from typing import cast

from sqlalchemy import select

from core.ids import ConversationId, CustomerId
from core.vocabulary import Role
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.talk_tables import completion_thread, message


def fingerprint(key: str, user: str, customer_id: CustomerId | None, said: Sequence[tuple[str, str]]) -> str:
    """One value for who calls, for which user or signed-in customer, and all (role, text) said so far."""
    whole = json.dumps([key, user, customer_id, list(said)], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def find(uow: UnitOfWork, fingerprint: str) -> ConversationId | None:
    """The conversation in which exactly that was said."""
    query = select(completion_thread.c.conversation_id).where(completion_thread.c.fingerprint == fingerprint)
    return cast(ConversationId | None, uow.connection.execute(query).scalar_one_or_none())


def said_by_customer(uow: UnitOfWork, conversation_id: ConversationId) -> list[str]:
    """All that the customer has written, oldest first."""
    mine = (message.c.conversation_id == conversation_id, message.c.role == Role.CUSTOMER)
    query = select(message.c.text).where(*mine).order_by(message.c.seq)
    return list(uow.connection.execute(query).scalars())


def keep(uow: UnitOfWork, fingerprint: str, conversation_id: ConversationId) -> None:
    """Remembers a conversation by what has been said in it."""
    row = {"fingerprint": fingerprint, "conversation_id": conversation_id}
    uow.connection.execute(insert_ignore(completion_thread, uow).values(row))
