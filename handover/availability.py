"""Availability: who of a department is there with a free place."""

from core.ids import PersonId
from store import cases, people
from store.database import UnitOfWork


def free_places(uow: UnitOfWork, department: str) -> dict[PersonId, int]:
    """People of a department who are online with a free place → how many places they have free."""
    there = [
        one for one in people.everyone(uow) if one.presence == "online" and department in one.departments
    ]
    held = cases.claimed_by(uow, [one.id for one in there])
    free = {one.id: one.capacity - held.get(one.id, 0) for one in there}
    return {id: places for id, places in free.items() if places > 0}
