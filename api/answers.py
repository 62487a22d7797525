"""Waiting for the answer to a message: in one piece, or event by event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from api.problems import problem
from api.streams import POLL_S, Event, of_conversation
from api.views import turn_view
from core.ids import ConversationId, TurnId
from core.shapes import Json, Message, Turn
from core.vocabulary import Mode
from runtime.hub import LookAgain, Watcher
from runtime.wiring import Baton
from store import conversations, inbox, messages, turns
from store.database import UnitOfWork

GRACE_S = 5.0
ENDING = frozenset({"accepted", "mode", "retracted", "done"})
"""Events after which a message may have come as far as it will."""


@dataclass(frozen=True)
class Standing:
    """How far a message has come."""

    mode: Mode
    turn: Turn | None
    message: Message | None
    settled: bool
    """No turn will answer it any more: one has, or a person or the queue holds the floor."""


def standing(uow: UnitOfWork, conversation_id: ConversationId, message_id: str) -> Standing:
    """How far a customer's message has come."""
    seq = inbox.seq_of(uow, message_id)
    assert seq is not None
    talk = conversations.load(uow, conversation_id)
    turn = turns.answering(uow, conversation_id, seq) if talk.answered_seq >= seq else None
    if turn is not None and message_id not in turn.answers:
        turn = None  # A person answered it; this turn is of what came later.
    message = messages.of_turn(uow, TurnId(turn.id)) if turn is not None else None
    if talk.mode is Mode.AI or talk.answered_seq >= seq:
        return Standing(talk.mode, turn, message, talk.answered_seq >= seq)
    # A person or the queue has the floor: what is said by itself comes with the hearing of the message.
    heard = talk.listened_seq >= seq
    automatic = messages.automatic_after(uow, conversation_id, seq) if heard else None
    return Standing(talk.mode, None, automatic, heard)


async def in_one_piece(
    baton: Baton, conversation_id: ConversationId, accepted: Json, watcher: Watcher, *, inside: bool
) -> tuple[int, Json]:
    """Status and body of the answer: 200 when it came in time, 202 when it will come on the stream."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + baton.business.budget.seconds + GRACE_S
    while True:
        while not watcher.empty():
            watcher.get_nowait()  # what they tell of is seen by the look that follows
        now = await baton.database.aread(lambda uow: standing(uow, conversation_id, accepted["id"]))
        if now.settled or loop.time() >= deadline:
            break
        with suppress(TimeoutError):
            await asyncio.wait_for(_look_again(watcher), POLL_S)
    shown = now.message.model_dump(mode="json") if now.message else None
    body = {"accepted": accepted, "message": shown, "turn": turn_view(now.turn, inside), "mode": now.mode}
    return 200 if now.settled else 202, body


def _ends(event: Event, now: Standing) -> bool:
    """Whether this is the end of the turn that answered, and not of one before it."""
    if event.kind != "done" or now.turn is None:
        return False
    ended = event.data["turn"]
    return ended is not None and ended["id"] == now.turn.id


async def _look_again(watcher: Watcher) -> None:
    """Waits until the store has something new; what is live is not for this answer."""
    while not isinstance(await watcher.get(), LookAgain):
        pass


async def as_events(
    baton: Baton, conversation_id: ConversationId, accepted: Json, watcher: Watcher, *, inside: bool
) -> AsyncIterator[Event | None]:
    """The events of the turn from `accepted` on, ending after `done` or `error`."""
    seq = await baton.database.aread(lambda uow: inbox.seq_of(uow, accepted["id"]))
    assert seq is not None
    loop = asyncio.get_running_loop()
    deadline = loop.time() + baton.business.budget.seconds + GRACE_S
    async for event in of_conversation(baton, conversation_id, seq - 1, inside=inside, watcher=watcher):
        yield event
        if event is not None and event.kind not in ENDING:
            continue
        now = await baton.database.aread(lambda uow: standing(uow, conversation_id, accepted["id"]))
        if now.settled and event is not None and _ends(event, now):
            return
        if now.settled and now.turn is None:
            yield Event("done", {"turn": None, "mode": now.mode})
            return
        if loop.time() >= deadline:
            detail = "The answer takes longer than it may. It will come on the conversation's event stream."
            yield Event("error", problem(504, "Not answered in time", detail))
            return
