"""The desk as a whole: its events, its people and departments."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from api import streams
from api.auth import AtDesk, Running
from api.bodies import Presence
from core.shapes import Json
from handover.hours import is_open
from store import events, people
from store.database import UnitOfWork
from store.people import PersonRow

router = APIRouter(prefix="/v1", tags=["desk"])


@router.get("/desk/events", response_model=None)
async def desk_events(
    person: AtDesk, baton: Running, last_event_id: Annotated[int | None, Header(ge=0, le=streams.LAST)] = None
) -> Response:
    """All that happens, resumable: without `Last-Event-ID` from now on, 0 is all."""
    after = last_event_id
    if after is None:
        after = await baton.database.aread(events.last_of_desk)
    return streams.response(streams.of_desk(baton, after))


@router.get("/me")
async def me(person: AtDesk) -> Json:
    """Whose key this is."""
    return _shown(person)


@router.put("/me/presence")
async def presence(body: Presence, person: AtDesk, baton: Running) -> Json:
    """Whether the person takes cases now, and how many at once."""
    await baton.database.awrite(lambda uow: people.set_presence(uow, person.id, body.state, body.capacity))
    return {**_shown(person), "presence": {"state": body.state, "capacity": body.capacity}}


@router.get("/departments")
async def departments(person: AtDesk, baton: Running) -> Json:
    """Each department: whether it is open, and who is there."""

    def read(uow: UnitOfWork) -> Json:
        everyone = people.everyone(uow)
        return {
            "departments": [
                {
                    "id": one.id,
                    "name": one.name,
                    "open": is_open(one, baton.business.shop.timezone, uow.now),
                    "default": one.default,
                    "people": [_brief(member) for member in everyone if one.id in member.departments],
                }
                for one in baton.business.departments
            ]
        }

    return await baton.database.aread(read)


def _brief(person: PersonRow) -> Json:
    return {"id": person.id, "name": person.name, "state": person.presence}


def _shown(person: PersonRow) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "departments": person.departments,
        "languages": person.languages,
        "presence": {"state": person.presence, "capacity": person.capacity},
    }
