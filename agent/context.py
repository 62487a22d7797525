"""What one run of the graph is given: the conversation as the store knows it, and the means to act."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.memory import Memory
from agent.models.parts import Answering
from agent.trace import Trace
from agent.triggers.detector import TriggerDetector
from agent.triggers.heard import CustomerFacts
from core.business import Business
from core.ids import ConversationId, TurnId
from core.shapes import Json
from core.vocabulary import Mode
from knowledge import Found, Knowledge
from store.cases import CaseRow
from store.conversations import Talk
from store.database import Database
from store.journal import Confirmation, JournalledStep
from store.messages import Said
from store.promises import PromiseRow
from store.requests import RequestRow
from store.turns import Begun
from tools.ports import Ports
from tools.registry import OWN, Toolbox

Emit = Callable[[str, Json], None]
"""Takes an event's kind and data to whoever watches live; nothing depends on it."""


@dataclass(frozen=True)
class TurnInput:
    """What the store knows when a turn begins."""

    talk: Talk
    memory: Memory
    turn: Begun | None
    """None when the AI does not hold the floor and only listens."""
    messages: list[Said]
    """The newest messages, oldest first, the unanswered ones included."""
    facts: CustomerFacts
    case: CaseRow | None
    confirmation: Confirmation | None
    asked: tuple[RequestRow, ...] = ()
    """What a person was asked in this conversation and has not answered yet."""
    promised: tuple[PromiseRow, ...] = ()
    """What people have promised this customer and still owe, after a person's stretch."""
    answered: RequestRow | None = None
    """What this turn tells of, where it runs for a request."""
    replay: JournalledStep | None = None
    """The last step that an earlier attempt wrote down before acting."""
    worn_out: bool = False
    """Earlier attempts failed: an honest word and a person, without the model."""

    @property
    def read_from(self) -> int:
        """Customer messages above it are what this turn answers, or hears."""
        holds = self.talk.mode is Mode.AI
        return self.talk.answered_seq if holds else self.talk.listened_seq

    @property
    def read_to(self) -> int:
        return self.turn.read_seq if self.turn else self.talk.customer_seq


@dataclass(frozen=True)
class Means:
    """What every turn of this process shares."""

    database: Database
    business: Business
    knowledge: Knowledge
    model: Answering
    ports: Ports
    toolbox: Toolbox = OWN
    detectors: tuple[TriggerDetector, ...] = ()
    """The business's own, beside those of `agent/triggers`."""


@dataclass
class TurnContext:
    """The runtime context of one run of the graph."""

    means: Means
    input: TurnInput
    epoch: int
    emit: Emit = lambda kind, data: None
    trace: Trace = field(default_factory=Trace)
    streamed: bool = True
    """Whether anybody sees the answer grow; if not, the model is asked for all of it at once."""
    on_release: Callable[[], None] = lambda: None
    """Called at the first released word: from then on the turn is not begun anew."""
    on_effect: Callable[[], None] = lambda: None
    """Called before the first effect, likewise."""

    search: asyncio.Future[tuple[Found, ...]] | None = None
    """The search for knowledge, once it has begun."""

    @property
    def conversation_id(self) -> ConversationId:
        return self.input.talk.id

    @property
    def turn_id(self) -> TurnId | None:
        return self.input.turn.id if self.input.turn else None
