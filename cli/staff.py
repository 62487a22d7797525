"""People at the desk, in the database: one short transaction each, which a running server sees at once."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from core.business import Business, load_business
from core.errors import OperatorError
from core.ids import PersonId
from core.settings import Settings
from core.vocabulary import PersonRole
from store import people
from store.database import UnitOfWork, open_database
from store.migrate import migrate
from store.people import PersonRow

T = TypeVar("T")


def add_person(
    settings: Settings, name: str, departments: Sequence[str], role: PersonRole
) -> tuple[PersonId, str]:
    """The new person's id and key. OperatorError: no name, or a department that the business has not."""
    if not name.strip():
        raise OperatorError("A person needs a name: baton person add 'Ada Byrne' --department ID")
    _check(load_business(settings.business_dir), departments)
    return _write(settings, lambda uow: people.add(uow, name.strip(), list(departments), role))


def people_of(settings: Settings) -> list[PersonRow]:
    """Everyone, by name."""
    return _write(settings, people.everyone)


def remove_person(settings: Settings, id: str) -> None:
    """OperatorError when there is nobody with that id."""
    _write(settings, lambda uow: people.remove(uow, PersonId(id)))


def _check(business: Business, departments: Sequence[str]) -> None:
    known = [one.id for one in business.departments]
    unknown = [one for one in departments if one not in known]
    if unknown:
        raise OperatorError(f"There is no department {', '.join(unknown)}. There is: {', '.join(known)}")


def _write(settings: Settings, work: Callable[[UnitOfWork], T]) -> T:
    database = open_database(settings.sql_url)
    try:
        migrate(database.engine)
        return database.write(work)
    finally:
        database.close()
