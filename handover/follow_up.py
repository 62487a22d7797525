"""A follow-up: nobody is there to chat, so a time is promised, and the AI goes on serving other topics."""

from core.business import Business
from handover import clock, words
from handover.routing import department_of
from store import cases, promises
from store.cases import CaseRow
from store.conversations import Held


def promise_answer(held: Held, case: CaseRow, business: Business) -> CaseRow:
    """Writes the promise of an answer by the case's deadline into the ledger, once, with its timer."""
    if case.brief.get("promise"):
        return case
    text = words.desk("promise", "follow_up", asked=case.asked)
    owner = department_of(case, business).name
    promise = promises.make(held.uow, case.conversation_id, text, owner, case.due_at, case.id)
    clock.watch_promise(held.uow, promise)
    cases.change(held.uow, case, brief={**case.brief, "promise": promise.id})
    return cases.load(held.uow, case.id)


def settle_promise(held: Held, case: CaseRow, status: promises.PromiseStatus) -> None:
    """Ends the promise of an answer, if the case has one that is open."""
    if promise := case.brief.get("promise"):
        promises.settle(held.uow, promise, status)
