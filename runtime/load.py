"""What the store knows of a conversation when a turn begins, read in the transaction of its lease."""

from agent.context import Means, TurnInput
from agent.memory import Memory
from agent.triggers.heard import CustomerFacts
from core.vocabulary import Cause, Mode, Role
from store import cases, journal, messages, promises, requests, turns
from store.conversations import Held, Talk
from store.messages import Said
from store.turns import Begun
from tools.records import customer_facts

MOST_MESSAGES = 80
"""Newest messages read for a turn: what goes to the model is trimmed further, to a token budget."""
MOST_ATTEMPTS = 3
"""After so many the turn ends with an honest word and a case."""


def load(held: Held, means: Means) -> TurnInput:
    """Begins the turn, if the AI holds the floor, and reads all that it needs."""
    return read(held, turns.begin(held) if held.talk.mode is Mode.AI else None, means)


def read(held: Held, turn: Begun | None, means: Means) -> TurnInput:
    """All that a turn needs to know. A message that came too late for it stays for the next one."""
    uow, talk = held.uow, held.talk
    of_request = turn is not None and turn.cause is Cause.REQUEST
    newest = messages.last_said(uow, talk.id, MOST_MESSAGES)
    return TurnInput(
        talk=talk,
        memory=Memory.model_validate(talk.memory),
        turn=turn,
        messages=newest if turn is None else [one for one in newest if _in_time(one, turn)],
        facts=_facts(held, means),
        case=cases.open_of(uow, talk.id),
        confirmation=journal.open_confirmation(uow, talk.id),
        promised=tuple(promises.owed(uow, talk.id)) if _was_with_a_person(talk) else (),
        asked=tuple(requests.open_of(uow, talk.id)),
        answered=requests.load(uow, turn.payload["request"]) if of_request and turn else None,
        replay=journal.last_step(uow, turn.id) if turn is not None and turn.attempt > 1 else None,
        worn_out=turn is not None and turn.failures >= MOST_ATTEMPTS,
    )


def _was_with_a_person(talk: Talk) -> bool:
    return bool(talk.memory.get("returned") or talk.memory.get("resolved"))


def _in_time(said: Said, turn: Begun) -> bool:
    return said.message.role is not Role.CUSTOMER or said.seq <= turn.read_seq


def _facts(held: Held, means: Means) -> CustomerFacts:
    if held.talk.customer_id is None:
        return CustomerFacts()
    known = customer_facts(held.uow, held.talk.customer_id, means.business, means.ports)
    if known is None:
        return CustomerFacts()
    return CustomerFacts(known.lifetime_value, known.tier, known.late_orders)
