"""What a customer does about their case besides writing: take back the wish for a person, close the chat."""

from core.business import Business
from core.errors import OutOfState
from core.vocabulary import Mode, Outcome, Role
from handover import requests
from handover.cases import CaseEvent
from handover.changes import apply
from handover.desk import start_afresh
from handover.floor import follow_case, set_mode
from handover.follow_up import settle_promise
from store import cases
from store.cases import CaseRow
from store.conversations import Held


def withdraw(held: Held, business: Business) -> CaseRow | None:
    """The customer needs no person any more: the AI is there again, and asks no colleague either.

    None where the AI had asked a colleague and no case was open. OutOfState when nobody was asked.
    """
    case, locale = cases.open_of(held.uow, held.talk.id), held.talk.locale
    taken_back = requests.cancel(held)
    if case is None and not taken_back:
        raise OutOfState("No person was asked for, or the case is closed already.")
    if case is None:
        text = business.wordings.say("request_withdrawn", locale)
        held.say(Role.AI, text, name=business.shop.assistant_name)
        return None
    ends = {"outcome": Outcome.WITHDRAWN, "closed_at": held.uow.now, "snoozed_until": None}
    case = apply(held, case, CaseEvent.WITHDRAW, ends)
    settle_promise(held, case, "void")
    follow_case(held, case, "customer")
    text = business.wordings.say("withdrawn", locale)
    held.say(Role.AI, text, name=business.shop.assistant_name)
    start_afresh(held)
    return case


def close(held: Held) -> Mode:
    """The customer leaves. Their place in the queue stays, and so does what nobody has answered yet."""
    held.remember(closed_seq=held.seq + 1)
    if held.mode is Mode.AI and not held.unanswered and not held.open_causes:
        set_mode(held, Mode.CLOSED)
    return held.mode
