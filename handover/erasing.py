"""Erasing a customer: what runs for them ends, and nobody waits for them any more; then their words go."""

from core.errors import NotFound
from core.ids import ConversationId, CustomerId
from core.vocabulary import Mode, Outcome
from handover import requests
from handover.cases import CaseEvent
from handover.changes import apply
from handover.floor import give_floor
from handover.follow_up import settle_promise
from store import cases, erasure
from store.conversations import hold
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.personal import Subject


def whose(uow: UnitOfWork, customer_id: CustomerId) -> Subject:
    """The customer with their conversations. NotFound when neither shop nor conversation knows them."""
    subject = erasure.subject_of(uow, customer_id)
    if not subject.conversations and SqlCustomers().get(uow, customer_id) is None:
        raise NotFound("There is no such customer.")
    return subject


def erase_customer(uow: UnitOfWork, customer_id: CustomerId) -> erasure.Erased:
    """Ends and erases. Safe to repeat.

    A running turn commits nothing: the floor moves. The shop's own records (customer, orders, refunds) stay.
    """
    subject = whose(uow, customer_id)
    for conversation_id in sorted(subject.conversations):
        _end(uow, conversation_id)
    return erasure.erase(uow, subject)


def _end(uow: UnitOfWork, conversation_id: ConversationId) -> None:
    held = hold(uow, conversation_id)
    requests.cancel(held)
    case = cases.open_of(uow, conversation_id)
    if case is not None:
        ends = {"outcome": Outcome.WITHDRAWN, "closed_at": uow.now, "snoozed_until": None}
        case = apply(held, case, CaseEvent.WITHDRAW, ends)
        settle_promise(held, case, "void")
    if held.mode is not Mode.CLOSED or held.unanswered or held.open_causes:
        give_floor(held, Mode.CLOSED)
    held.set(answered_seq=held.customer_seq, listened_seq=held.customer_seq, open_causes=0)
