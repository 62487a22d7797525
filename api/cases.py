"""The desk's side: the queue, a case, and what a person does with it."""

import re
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import AtDesk, Running
from api.bodies import Reply, Resolve, Return, Snooze, Text, Transfer
from api.idempotent import OnceOnly
from api.texts import checked
from core.business import Business
from core.clock import rfc3339
from core.errors import InvalidInput
from core.ids import CaseId
from core.shapes import Json, Message
from core.vocabulary import CaseStatus
from handover import desk, packet, replying
from handover.changes import hold_case
from handover.promising import Promised
from store import cases, conversations, events, messages
from store.cases import CaseRow, HistoryLine
from store.conversations import Held
from store.database import UnitOfWork
from store.people import PersonRow

router = APIRouter(prefix="/v1/cases", tags=["desk"])

Act = Callable[[Held, CaseRow], CaseRow]


@router.get("")
async def listed(
    person: AtDesk,
    baton: Running,
    status: Annotated[list[CaseStatus] | None, Query()] = None,
    department: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Json:
    """Cases in the order in which they are to be served; queued and claimed ones by default."""
    offset = _offset(cursor)
    wanted = tuple(status) if status else cases.OPEN

    def read(uow: UnitOfWork) -> Json:
        found = cases.in_queue_order(uow, wanted, department, limit + 1, offset)
        page: Json = {
            "cases": [row.shape(person.id).model_dump(mode="json") for row in found[:limit]],
            "last_event_id": events.last_of_desk(uow),
        }
        return page | ({"next_cursor": str(offset + limit)} if len(found) > limit else {})

    return await baton.database.aread(read)


@router.get("/{case_id}")
async def read(case_id: str, person: AtDesk, baton: Running) -> Json:
    """A case with its brief, its history and the whole conversation."""

    def work(uow: UnitOfWork) -> Json:
        row = cases.load(uow, CaseId(case_id))
        memory = conversations.load(uow, row.conversation_id).memory
        tell = baton.worker.means.toolbox.tell
        brief = packet.build(uow, row, baton.business, memory=memory, tell=tell)
        said = messages.said(uow, row.conversation_id, internal=True)
        return {
            **_shown(row, person),
            "brief": brief.model_dump(mode="json", by_alias=True),
            "history": [_line(line) for line in cases.history(uow, row.id)],
            "messages": [one.message.model_dump(mode="json") for one in said],
        }

    shown = await baton.database.aread(work)
    if shown["mine"] and shown["status"] == CaseStatus.CLAIMED:
        await baton.database.awrite(lambda uow: _still_there(uow, CaseId(case_id), person, baton.business))
    return shown


@router.post("/{case_id}/claim")
async def claim(case_id: str, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Takes the case. 409 when another person has it."""
    return await _do(once, case_id, person, lambda held, row: desk.claim(held, row, person, baton.business))


@router.post("/{case_id}/heartbeat")
async def heartbeat(case_id: str, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """The holder is still there."""
    return await _do(
        once, case_id, person, lambda held, row: desk.heartbeat(held, row, person, baton.business)
    )


@router.post("/{case_id}/release")
async def release(case_id: str, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Gives the case back to the queue."""
    return await _do(once, case_id, person, lambda held, row: desk.release(held, row, person, baton.business))


@router.post("/{case_id}/reply")
async def reply(case_id: str, body: Reply, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Speaks to the customer. What the words promise is kept in the ledger, or `promise` as it is given."""
    text, given = checked(body.text), body.promise
    promised = Promised(checked(given.text, "promise"), given.due) if given else None

    def say(held: Held, row: CaseRow) -> Message:
        return replying.reply(held, row, person, text, baton.business, promised)

    return await _say(once, case_id, say)


@router.post("/{case_id}/note")
async def note(case_id: str, body: Text, person: AtDesk, once: OnceOnly) -> Json:
    """A note that only people see."""
    text = checked(body.text)
    return await _say(once, case_id, lambda held, row: desk.note(held, row, person, text))


@router.post("/{case_id}/transfer")
async def transfer(case_id: str, body: Transfer, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Sends the case to another department's queue."""

    def act(held: Held, row: CaseRow) -> CaseRow:
        return desk.transfer(held, row, person, baton.business, body.department, _note(body.note))

    return await _do(once, case_id, person, act)


@router.post("/{case_id}/snooze")
async def snooze(case_id: str, body: Snooze, person: AtDesk, once: OnceOnly) -> Json:
    """Lays the case aside until a time, or until the customer writes."""
    return await _do(once, case_id, person, lambda held, row: desk.snooze(held, row, person, body.until))


@router.post("/{case_id}/return")
async def return_to_ai(case_id: str, body: Return, person: AtDesk, once: OnceOnly) -> Json:
    """Back to the AI, with a note that it goes on from."""
    text = _note(body.note) or ""
    return await _do(once, case_id, person, lambda held, row: desk.return_to_ai(held, row, person, text))


@router.post("/{case_id}/resolve")
async def resolve(case_id: str, body: Resolve, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """Ends the case, and says whether the handover was right."""

    def act(held: Held, row: CaseRow) -> CaseRow:
        return desk.resolve(held, row, person, baton.business, body.outcome, body.judged, _note(body.note))

    return await _do(once, case_id, person, act)


async def _do(once: OnceOnly, case_id: str, person: PersonRow, act: Act) -> Json:
    """One act on a case under its conversation's lock; the case as it is then."""

    def work(uow: UnitOfWork) -> Json:
        return _shown(act(*hold_case(uow, CaseId(case_id))), person)

    return await once.write(work)


async def _say(once: OnceOnly, case_id: str, say: Callable[[Held, CaseRow], Message]) -> Json:
    def work(uow: UnitOfWork) -> Json:
        said = say(*hold_case(uow, CaseId(case_id)))
        return said.model_dump(mode="json")

    return await once.write(work)


def _note(text: str | None) -> str | None:
    return checked(text, "note") if text and text.strip() else None


def _shown(row: CaseRow, person: PersonRow) -> Json:
    return row.shape(person.id).model_dump(mode="json")


def _line(line: HistoryLine) -> Json:
    return {
        "event": line.event,
        "before": line.before,
        "after": line.after,
        "person": line.person,
        "note": line.note,
        "at": rfc3339(line.at),
    }


def _still_there(uow: UnitOfWork, case_id: CaseId, person: PersonRow, business: Business) -> None:
    """Whatever its holder does with a case, reading it included, is a sign of life."""
    held, row = hold_case(uow, case_id)
    if row.person_id == person.id and row.status is CaseStatus.CLAIMED:
        desk.heartbeat(held, row, person, business)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if re.fullmatch(r"[0-9]{1,9}", cursor) is None:
        raise InvalidInput("Take the cursor from `next_cursor`.", {"cursor": ["is not one that was given"]})
    return int(cursor)
