"""What a customer does about their case besides writing: take back the wish for a person, close the chat."""

from core.business import Business
from core.errors import OutOfState
from core.vocabulary import Mode, Outcome, Role
from handover.cases import CaseEvent
from handover.changes import apply
from handover.desk import start_afresh
from handover.floor import follow_case, set_mode
from handover.follow_up import settle_promise
from store import cases
from store.cases import CaseRow
from store.conversations import Held


def withdraw(held: Held, business: Business) -> CaseRow:
    """The customer needs no person any more: the AI is there again. OutOfState without an open case."""
    case = cases.open_of(held.uow, held.talk.id)
    if case is None:
        raise OutOfState("No person was asked for, or the case is closed already.")
    ends = {"outcome": Outcome.WITHDRAWN, "closed_at": held.uow.now, "snoozed_until": None}
    case = apply(held, case, CaseEvent.WITHDRAW, ends)
    settle_promise(held, case, "void")
    follow_case(held, case, "customer")
    text = business.wordings.say("withdrawn", held.talk.locale)
    held.say(Role.AI, text, name=business.shop.assistant_name)
    start_afresh(held)
    return case


def close(held: Held) -> Mode:
    """The customer leaves. Their place in the queue stays, and so does what nobody has answered yet."""
    held.remember(closed_seq=held.seq + 1)
    if held.mode is Mode.AI and not held.unanswered and not held.open_causes:
        set_mode(held, Mode.CLOSED)
    return held.mode
