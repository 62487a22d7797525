"""People at the desk."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Row, delete, insert, select, update

from core.errors import OperatorError
from core.ids import PersonId, new_id, new_secret
from core.vocabulary import PersonRole
from store.conversations import hash_secret
from store.database import UnitOfWork
from store.desk_tables import person

Presence = Literal["online", "away"]


@dataclass(frozen=True)
class PersonRow:
    """A person who may claim cases."""

    id: PersonId
    name: str
    role: PersonRole
    departments: list[str]
    languages: list[str]
    capacity: int
    limit_cents: int
    presence: Presence


def add(
    uow: UnitOfWork,
    name: str,
    departments: list[str],
    role: PersonRole = PersonRole.DESK,
    *,
    id: PersonId | None = None,
    languages: list[str] | None = None,
    capacity: int = 4,
    limit_cents: int = 0,
    presence: Presence = "away",
    key: str | None = None,
) -> tuple[PersonId, str]:
    """A new person and their key, which is shown once: only its hash is kept."""
    id, key = id or PersonId(new_id("person")), key or new_secret()
    uow.connection.execute(
        insert(person).values(
            id=id,
            name=name,
            role=role,
            departments=departments,
            languages=languages or ["en"],
            key_hash=hash_secret(key),
            capacity=capacity,
            limit_cents=limit_cents,
            presence=presence,
        )
    )
    return id, key


def remove(uow: UnitOfWork, id: PersonId) -> None:
    """OperatorError when there is nobody with that id."""
    if uow.connection.execute(delete(person).where(person.c.id == id)).rowcount == 0:
        raise OperatorError(f"There is nobody with the id {id}. `baton person list` shows who there is.")


def by_key(uow: UnitOfWork, key: str) -> PersonRow | None:
    """The person whose key this is."""
    row = uow.connection.execute(select(person).where(person.c.key_hash == hash_secret(key))).one_or_none()
    return None if row is None else _person(row)


def everyone(uow: UnitOfWork) -> list[PersonRow]:
    """All people, by name."""
    return [_person(row) for row in uow.connection.execute(select(person).order_by(person.c.name))]


def set_presence(uow: UnitOfWork, id: PersonId, presence: Presence, capacity: int) -> None:
    """Whether a person takes cases now, and how many at once."""
    uow.connection.execute(
        update(person).where(person.c.id == id).values(presence=presence, capacity=capacity)
    )


def _person(row: Row[tuple[object, ...]]) -> PersonRow:
    return PersonRow(
        row.id,
        row.name,
        PersonRole(row.role),
        row.departments,
        row.languages,
        row.capacity,
        row.limit_cents,
        row.presence,
    )
