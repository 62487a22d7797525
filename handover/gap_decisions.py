"""What a person decides of a knowledge gap: an entry is added or changed, or it is no gap."""

from collections.abc import Mapping
from typing import Literal

from core.business import Business
from core.errors import InvalidInput, NotFound, OutOfState
from core.shapes import Json
from core.vocabulary import Role
from handover.gaps import FoundGap
from handover.private import without_personal
from knowledge.entries import Entry
from store import audit, learning
from store.database import UnitOfWork
from store.people import PersonRow

Action = Literal["add", "edit", "dismiss"]


def decide(
    uow: UnitOfWork,
    gap_id: str,
    action: Action,
    person: PersonRow,
    open_gaps: Mapping[str, FoundGap],
    text: str | None = None,
    question: str | None = None,
) -> Json:
    """Does what a person decided, and returns `{id, status, entry}`.

    `add` takes the proposal unless `text` says otherwise; `edit` is the same with a text, and changes an
    entry that was added before; `dismiss` says that it is no gap, and takes such an entry out. NotFound when
    there is no such gap; OutOfState when nothing can be added as it is.
    """
    before = learning.statuses(uow).get(gap_id)
    found = open_gaps.get(gap_id)
    if before is None and found is None:
        raise NotFound("There is no such gap.")
    if action == "dismiss":
        learning.unlearn(uow, gap_id)
        return _decided(uow, gap_id, "dismissed", person, found, None)
    if before == "added" and action == "add" and text is None:
        raise OutOfState("It was added before. Send `edit` with a text to change its entry.")
    if action == "edit" and text is None:
        raise InvalidInput("Send the text that the entry is to have.", {"text": ["is missing"]})
    question, answer = _words(uow, gap_id, found, text, question)
    entry = learning.LearnedRow(f"{learning.PREFIX}{gap_id}", gap_id, question, answer)
    return _decided(uow, gap_id, "added", person, found, entry)


def _words(
    uow: UnitOfWork, gap_id: str, found: FoundGap | None, text: str | None, question: str | None
) -> tuple[str, str]:
    """Question and answer of the entry: as sent, else as proposed, else as they stand."""
    old = next((one for one in learning.entries(uow) if one.gap_id == gap_id), None)
    proposal = found.gap.proposal if found else None
    asked = question or (old.question if old else None) or (found.gap.question if found else None)
    answer = text or (proposal.text if proposal else None)
    if answer is None and found is not None and found.gap.conflict:
        raise OutOfState("People answered this differently: send the text that holds.")
    if answer is None:
        raise OutOfState("Nobody has answered this yet: send a text.")
    if asked is None:
        raise InvalidInput("Send the question too.", {"question": ["is missing"]})
    return asked, answer


def _decided(
    uow: UnitOfWork,
    gap_id: str,
    status: learning.GapStatus,
    person: PersonRow,
    found: FoundGap | None,
    entry: learning.LearnedRow | None,
) -> Json:
    asked = [(one.message_id, one.conversation_id) for one in found.questions] if found else []
    learning.decide(uow, gap_id, status, person.id, asked)
    if entry is not None:
        learning.learn(uow, gap_id, entry.question, entry.answer, person.id)
    data: Json = {"entry": entry.id if entry else None, "questions": len(asked)}
    audit.write(uow, Role.PERSON, person.id, f"gap.{status}", f"gap:{gap_id}", data)
    shown = {"id": entry.id, "question": entry.question, "text": entry.answer} if entry else None
    return {"id": gap_id, "status": status, "entry": shown}


def learned_entries(uow: UnitOfWork, business: Business) -> list[Entry]:
    """What people approved, as entries of the knowledge store; customers' wordings help to find them.

    The wordings are read from the customers' messages, without what is personal: they go when those go.
    """
    return [
        Entry(
            id=row.id,
            kind="faq",
            title=row.question,
            text=row.answer,
            also=tuple(dict.fromkeys(_wordings(row, business))),
        )
        for row in learning.entries(uow)
    ]


def _wordings(row: learning.LearnedRow, business: Business) -> list[str]:
    found = (" ".join(without_personal(one.text, one.names, business).split()) for one in row.wordings)
    return [one for one in found if one and one != row.question]
