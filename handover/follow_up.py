"""A follow-up: nobody is there to chat, so a time is promised, and the AI goes on serving other topics."""

from datetime import datetime

from core.business import Business
from handover import clock, words
from handover.routing import department_of
from store import cases, promises
from store.cases import CaseRow
from store.conversations import Held
from store.promises import PromiseRow


def promise_answer(held: Held, case: CaseRow, business: Business) -> CaseRow:
    """Writes the promise of an answer into the ledger with its timer, unless one is open."""
    if promised(held, case) is not None:
        return case
    text = words.desk("promise", "follow_up", asked=case.asked)
    due, owner = due_by(held, case, business), department_of(case, business).name
    promise = promises.make(held.uow, case.conversation_id, text, owner, due, case.id)
    clock.watch_promise(held.uow, promise)
    cases.change(held.uow, case, brief={**case.brief, "promise": promise.id})
    return cases.load(held.uow, case.id)


def promised(held: Held, case: CaseRow) -> PromiseRow | None:
    """The open promise of an answer: one that a reply has kept does not stand for the next."""
    id = case.brief.get("promise")
    promise = promises.load(held.uow, id) if id else None
    return promise if promise is not None and promise.status == "open" else None


def settle_promise(held: Held, case: CaseRow, status: promises.PromiseStatus) -> None:
    """Ends the promise of an answer, if the case has one that is open."""
    if promise := case.brief.get("promise"):
        promises.settle(held.uow, promise, status)


def due_by(held: Held, case: CaseRow, business: Business) -> datetime:
    """The case's deadline; where that has passed, as long from now as the priority allows."""
    if case.due_at is not None and case.due_at > held.uow.now:
        return case.due_at
    department = department_of(case, business)
    return clock.deadlines(business, department, case.priority, held.uow.now).resolve
