"""Answers kept for a repeated `Idempotency-Key`, for two days. Of the key itself only a hash is kept."""

import hashlib
from datetime import timedelta
from typing import cast

from sqlalchemy import delete, select, update

from core.errors import InvalidInput
from core.shapes import Json
from store.database import UnitOfWork
from store.dialect import insert_ignore
from store.work_tables import idempotency

KEPT = timedelta(days=2)
"""How long a client may send a call again."""


def begin(uow: UnitOfWork, scope: str, key: str, body: bytes) -> tuple[bool, Json | None]:
    """Claims a key for this body: (first, the answer of the first call when it has one).

    `scope` is who calls what. InvalidInput when the key came with another body before.
    """
    body_hash = hashlib.sha256(body).hexdigest()
    row = {"scope": scope, "key": _hash(key), "body_hash": body_hash, "at": uow.now}
    claim = insert_ignore(idempotency, uow).values(row).returning(idempotency.c.key)
    if uow.connection.execute(claim).first() is not None:
        return True, None
    query = select(idempotency).where(idempotency.c.scope == scope, idempotency.c.key == _hash(key))
    before = uow.connection.execute(query).one()
    if before.body_hash != body_hash:
        raise InvalidInput(
            "This Idempotency-Key came with another body before. Use a new key for a new request.",
            {"Idempotency-Key": ["was used for another body"]},
        )
    return False, cast(Json | None, before.answer)


def keep(uow: UnitOfWork, scope: str, key: str, answer: Json) -> None:
    """Keeps what the first call made, from which its answer is told again."""
    mine = (idempotency.c.scope == scope, idempotency.c.key == _hash(key))
    uow.connection.execute(update(idempotency).where(*mine).values(answer=answer))


def forget(uow: UnitOfWork) -> int:
    """Removes what nobody may ask for any more; returns how many answers that were."""
    old = delete(idempotency).where(idempotency.c.at < uow.now - KEPT)
    return uow.connection.execute(old).rowcount


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
