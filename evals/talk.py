"""Plays one case: the customer's messages through the real graph, in process, on a store of its own."""

import traceback
from collections import Counter
from dataclasses import dataclass, field

from agent.context import TurnContext
from api.bodies import NewConversation
from api.conversations import open_conversation
from core.ids import ConversationId, CustomerId
from core.shapes import ToolRun, Turn
from core.vocabulary import Decision, Mode, Role
from evals.asks import OFFER
from evals.case import Case
from evals.changes import changes
from evals.record import Exchange, Talked, ToolMade
from evals.world import Copy, World
from handover.asks import CONFIRM, Places, asked_in, missed_by, places_of, said_in
from runtime.load import load
from store import conversations, inbox, leases, messages, turns
from store.conversations import hold
from store.database import UnitOfWork
from store.end_state import end_state

MOST_ANSWERS = 8
"""Questions of the agent that the customer bears with, over one conversation."""
SAME_ANSWER = 2
"""So often the same answer is given."""


@dataclass
class _Player:
    """The customer of one case: what they still have to say, and what they have answered."""

    case: Case
    places: Places
    turn: int = 0
    given: Counter[str] = field(default_factory=Counter)

    def next(self, last: Exchange | None) -> Exchange | None:
        """The next message, to be answered; None when all is said."""
        if last is not None and (kinds := self._due(last)):
            self.given.update(kinds)
            text = " ".join(dict.fromkeys(self.case.if_asked[kind] for kind in kinds))
            return Exchange(
                customer=text, turn=self.turn, answers=kinds, gives=[*kinds, *said_in(text, self.places)]
            )
        if self.turn == len(self.case.messages):
            return None
        said = self.case.messages[self.turn]
        self.turn += 1
        return Exchange(
            customer=said.text, turn=self.turn, gives=[*said.gives, *said_in(said.text, self.places)]
        )

    def _due(self, last: Exchange) -> list[str]:
        """What the agent asked for and this customer can answer."""
        kinds = list(dict.fromkeys([*last.asks, *last.missed]))
        if last.decision is Decision.OFFER:
            # Its "shall I?" is the offer's; what was asked beside it still stands.
            asked = [kind for kind in last.asks if kind != CONFIRM]
            kinds = [OFFER] if OFFER in self.case.if_asked else [*asked, *last.missed]
        due = [kind for kind in kinds if kind in self.case.if_asked and self.given[kind] < SAME_ANSWER]
        if self.given.total() >= MOST_ANSWERS:
            return []
        return [CONFIRM] if CONFIRM in due else due


async def play(world: World, case: Case) -> Talked:
    """The conversation and what it changed. A crash of the graph ends it, and is told."""
    with world.copy() as copy:
        database, crashed = copy.means.database, None
        before = await database.aread(end_state)
        exchanges: list[Exchange] = []
        try:
            await _talk(world, copy, case, exchanges)
        # The boundary of a case: one that crashes must not end the run.
        except Exception:  # noqa: BLE001
            crashed = traceback.format_exc()
        after = await database.aread(end_state)
        found = changes(before, after, world.baton.business)
        return Talked(exchanges=exchanges, changes=found, crashed=crashed)


async def _talk(world: World, copy: Copy, case: Case, exchanges: list[Exchange]) -> None:
    database, player = copy.means.database, _Player(case, places_of(world.baton.business))
    customer = CustomerId(case.customer) if case.customer else None
    made = await database.awrite(
        lambda uow: open_conversation(uow, world.baton, NewConversation(), customer),
    )
    conversation_id = ConversationId(made["id"])
    last: Exchange | None = None
    while (message := player.next(last)) is not None:
        copy.clock.next_message()
        last = await _exchange(world, copy, conversation_id, message)
        exchanges.append(last)
        talk = await database.aread(lambda uow: conversations.load(uow, conversation_id))
        if talk.mode is not Mode.AI:
            return  # A person holds the floor: what follows is not the agent's.


async def _exchange(world: World, copy: Copy, id: ConversationId, message: Exchange) -> Exchange:
    """One message in, and every turn that it gives work for."""
    database = copy.means.database
    await database.awrite(lambda uow: inbox.accept(uow, id, message.customer))
    while (context := await database.awrite(lambda uow: _begin(uow, copy, id))) is not None:
        await world.baton.graph.ainvoke({}, context=context)
    places = places_of(world.baton.business)
    return await database.aread(lambda uow: _answered(uow, id, message, places))


def _begin(uow: UnitOfWork, copy: Copy, id: ConversationId) -> TurnContext | None:
    lease = leases.take(uow, id)
    if lease is None:
        return None
    return TurnContext(copy.means, load(hold(uow, id, lease.epoch), copy.means), lease.epoch)


def _answered(uow: UnitOfWork, id: ConversationId, message: Exchange, places: Places) -> Exchange:
    """The message with what the agent said and did for it."""
    seq = conversations.load(uow, id).customer_seq
    said = [
        one.message.text for one in messages.said(uow, id) if one.seq > seq and one.message.role is Role.AI
    ]
    told = message.model_copy(
        update={"agent": tuple(said), "asks": tuple(asked_in(said[-1], places)) if said else ()}
    )
    turn = turns.answering(uow, id, seq)
    return told if turn is None else _with_turn(told, turn)


def _with_turn(told: Exchange, turn: Turn) -> Exchange:
    return told.model_copy(
        update={
            "decision": turn.decision,
            "reason": turn.reason,
            "confidence": turn.confidence,
            "tools": tuple(_made(run) for run in turn.tools),
            "missed": () if turn.decision is Decision.HANDOVER else tuple(missed_by(turn.tools)),
            "steps": turn.usage.calls,
            "tokens": turn.usage.prompt_tokens + turn.usage.completion_tokens,
            "ms": turn.ms.total,
        }
    )


def _made(run: ToolRun) -> ToolMade:
    result = run.result if isinstance(run.result, dict) else {}
    return ToolMade(name=run.name, args=run.arguments, ok=run.ok, error=result.get("error"))
