"""A customer's data as a whole: exported and erased, by a developer or the shop's own server."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import Anyone, Caller, Running
from channels.spool import Spool
from core.clock import rfc3339
from core.errors import Forbidden, NotAllowed
from core.ids import CustomerId
from core.shapes import Json
from core.vocabulary import PersonRole, Role
from handover.erasing import erase_customer, whose
from store import audit
from store.database import UnitOfWork
from store.erasure import Erased
from store.export import export

router = APIRouter(prefix="/v1/customers", tags=["customers"])


async def entitled(caller: Anyone) -> Caller:
    """A developer's key, or the API key. NotAllowed without a key, Forbidden for other people."""
    if caller.channel or (caller.person is not None and caller.person.role is PersonRole.DEVELOPER):
        return caller
    if caller.person is not None:
        raise Forbidden("Only a person with the role `developer` may do this.")
    raise NotAllowed("Send BATON_API_KEY, or the key of a person with the role `developer`, as a bearer.")


Entitled = Annotated[Caller, Depends(entitled)]


@router.get("/{customer_id}/export")
async def exported(customer_id: str, caller: Entitled, baton: Running) -> Json:
    """All that is held of a customer: conversations with all that belongs to them, appointments, tickets,
    enquiries, leads, changes of contact, and the shop's own record and orders. Secrets are left out."""

    def work(uow: UnitOfWork) -> Json:
        return {"id": customer_id, "at": rfc3339(uow.now), **export(uow, whose(uow, CustomerId(customer_id)))}

    return await baton.database.aread(work)


@router.delete("/{customer_id}")
async def erased(customer_id: str, caller: Entitled, baton: Running) -> Json:
    """Erases what a customer's conversations hold, in every table.

    Open cases end, appointments to come are cancelled.
    The shop's own records of the customer, orders and refunds stay, linked to no conversation; the audit
    trail stays, without ids. May be sent again.
    """

    def work(uow: UnitOfWork) -> Erased:
        gone = erase_customer(uow, CustomerId(customer_id))
        actor = caller.person.id if caller.person else None
        audit.write(
            uow, Role.PERSON if actor else Role.SYSTEM, actor, "customer.erase", "customer:erased", {}
        )
        return gone

    done = await baton.database.awrite(work)
    # What was learned from the customer's questions is found by their words no more.
    await asyncio.to_thread(baton.learned.refresh)
    await asyncio.to_thread(Spool(baton.settings.baton_data_dir).forget, done.sent)
    return {"id": customer_id, "erased": done.rows}
