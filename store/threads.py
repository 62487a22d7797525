"""Threads of clients that keep the history themselves: found again by what was said so far."""

import hashlib
import json
from collections.abc import Sequence
from typing import cast

from sqlalchemy import select

from core.ids import ConversationId
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.talk_tables import completion_thread


def fingerprint(key: str, user: str, said: Sequence[tuple[str, str]]) -> str:
    """One value for who calls, for which user, and all (role, text) said so far."""
    whole = json.dumps([key, user, list(said)], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def find(uow: UnitOfWork, fingerprint: str) -> ConversationId | None:
    """The conversation in which exactly that was said."""
    query = select(completion_thread.c.conversation_id).where(completion_thread.c.fingerprint == fingerprint)
    return cast(ConversationId | None, uow.connection.execute(query).scalar_one_or_none())


def keep(uow: UnitOfWork, fingerprint: str, conversation_id: ConversationId) -> None:
    """Remembers a conversation by what has been said in it."""
    row = {"fingerprint": fingerprint, "conversation_id": conversation_id}
    uow.connection.execute(insert_ignore(completion_thread, uow).values(row))
