"""The floor of a conversation: who speaks. Every human route moves it here and nowhere else.

Moving it raises the epoch, ends the worker's lease and voids the turn in flight. A turn commits only under
the epoch that it took, so nothing that began under the old floor reaches the customer under the new one.
"""

from typing import Literal

from core.vocabulary import Cause, Mode
from handover.cases import mode_of
from store import journal, turns
from store.cases import CaseRow
from store.conversations import Held

By = Literal["person", "customer", "timer"]


def take_floor(held: Held, mode: Mode, by: By, name: str | None = None) -> None:
    """A person speaks from now on, or the queue holds the customer: the AI stops in mid-sentence.

    What the customer was asked to confirm is void, and the AI owes no word about an earlier return; under a
    person none about what a colleague has answered either: the person sees it.
    """
    journal.close_confirmations(held.uow, held.talk.id, "void")
    turns.drop_causes(held, Cause.RETURN)
    if mode is Mode.PERSON:
        turns.drop_causes(held, Cause.REQUEST)
    _move(held, mode, by, name)


def give_floor(held: Held, mode: Mode, by: By = "person") -> None:
    """The floor goes back to the AI, or to nobody in a closed conversation."""
    _move(held, mode, by, None)


def set_mode(held: Held, mode: Mode, name: str | None = None) -> None:
    """The mode changes within the turn that decided it, under the epoch that this turn holds."""
    if mode is held.mode and name is None:
        return
    held.set(mode=mode)
    held.event("mode", {"mode": mode, "name": name} if name else {"mode": mode})


def follow_case(held: Held, case: CaseRow, by: By, name: str | None = None) -> Mode:
    """Moves the floor to where the case says it is, and returns the mode."""
    mode = mode_of((case.status, case.live), closed=is_closed(held))
    if mode in (Mode.AI, Mode.CLOSED):
        give_floor(held, mode, by)
    else:
        take_floor(held, mode, by, name)
    return mode


def is_closed(held: Held) -> bool:
    """Whether the customer closed the chat, has not written since, and has all their answers."""
    closed_seq = held.memory.get("closed_seq")
    return closed_seq is not None and closed_seq > held.customer_seq and not held.unanswered


def _move(held: Held, mode: Mode, by: By, name: str | None) -> None:
    turns.silence(held, by="person" if by == "person" else "restart")
    held.set(epoch=held.talk.epoch + 1, lease_until=None)
    set_mode(held, mode, name)
