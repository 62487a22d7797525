"""The co-pilot: what a person who holds a case asks the agent, for that person's eyes only."""

from fastapi import APIRouter

from agent.copilot import Assisted, assist
from api.auth import AtDesk, Running
from api.bodies import Ask
from api.idempotent import OnceOnly
from api.texts import checked
from core.errors import OutOfState
from core.ids import CaseId
from core.shapes import Json, Packet
from core.vocabulary import CaseStatus, Role
from handover import desk, packet
from handover.changes import hold_case
from store import audit, cases, conversations
from store.cases import CaseRow
from store.database import UnitOfWork

router = APIRouter(prefix="/v1/cases", tags=["desk"])


@router.post("/{case_id}/copilot")
async def copilot(case_id: str, body: Ask, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """A draft, an answer from the FAQ or a lookup. 409 unless the person holds the case.

    Nothing of it reaches the customer: `draft` is sent only by a reply.
    """
    ask = checked(body.ask, "ask")

    def read(uow: UnitOfWork) -> tuple[CaseRow, Packet]:
        row = cases.load(uow, CaseId(case_id))
        if row.status is not CaseStatus.CLAIMED or row.person_id != person.id:
            raise OutOfState("Claim the case first: the co-pilot helps whoever holds it.")
        memory = conversations.load(uow, row.conversation_id).memory
        tell = baton.worker.means.toolbox.tell
        return row, packet.build(uow, row, baton.business, memory=memory, tell=tell)

    row, brief = await baton.database.aread(read)
    told = await assist(baton.worker.means, row, brief, ask, person.id)

    def kept(uow: UnitOfWork) -> Json:
        held, now = hold_case(uow, CaseId(case_id))
        desk.heartbeat(held, now, person, baton.business)
        about: Json = {"tools": list(told.tools), "sources": [one.id for one in told.sources]}
        audit.write(uow, Role.PERSON, person.id, "case.copilot", f"case:{case_id}", about, held.talk.id)
        return _shown(told)

    return await once.write(kept)


def _shown(told: Assisted) -> Json:
    shown: Json = {"text": told.text, "sources": [one.model_dump(mode="json") for one in told.sources]}
    if told.draft is not None:
        shown |= {"draft": told.draft, "left_out": list(told.left_out)}
    return shown
