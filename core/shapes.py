"""The shapes of the outside (API.md): one type for one thing, from the store to the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from core.clock import rfc3339
from core.money import Money
from core.vocabulary import (
    Capability,
    CaseStatus,
    Cause,
    Decision,
    Level,
    Mode,
    Outcome,
    Priority,
    Role,
    Trigger,
    WaitingOn,
)

Moment = Annotated[datetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
Json = dict[str, Any]


class Shape(BaseModel):
    """A frozen value; unknown fields are refused, so that a typo is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Shape):
    """An entry of the knowledge store that an answer rests on."""

    id: str
    title: str
    url: str | None = None


class Form(Shape):
    """A hint that the answer is one of a known kind; plain words do as well."""

    kind: str
    """`identity` or `code`."""
    fields: list[str]
    tries_left: int


class Message(Shape):
    """One message of a conversation, as stored and as shown."""

    id: str
    role: Role
    name: str | None = None
    """Who speaks: the assistant's name, a person's name; null for the customer."""
    text: str
    at: Moment
    sources: list[Source] = []
    quick_replies: list[str] = []
    attachments: list[Json] = []
    form: Form | None = None
    internal: bool = False
    """A note between people; never in a customer's answers."""


class Evidence(Shape):
    """Why a trigger fired, in the customer's own words."""

    trigger: Trigger
    score: float
    threshold: float
    words: list[str]


class Confidence(Shape):
    """How sure the AI was: as the model said, as calibrated, and as needed to answer alone."""

    raw: float
    calibrated: float
    needed: float
    signs: dict[str, float] = {}
    """What the chance was taken from, by name: a calibrator is fitted again from them."""


class RuleRef(Shape):
    """A rule of the business that decided."""

    id: str
    version: int


class ToolRun(Shape):
    """One tool call of a turn and what came of it."""

    name: str
    arguments: Json
    result: Any
    ok: bool
    started_ms: float
    ms: float


class Retrieved(Shape):
    """A knowledge entry found for a turn."""

    id: str
    title: str
    score: float


class NodeVisit(Shape):
    """A node of the graph on a turn's path."""

    node: str
    ms: float


class Step(Shape):
    """One unit of a turn's work, with the tokens it cost."""

    node: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    ms: float


class Usage(Shape):
    """What a turn cost at the model."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: Money | None = None


class Timing(Shape):
    """Milliseconds of a turn: all of it, at the model, in tools."""

    total: float
    model: float
    tools: float


class Turn(Shape):
    """All that happened in one turn."""

    id: str
    attempt: int
    cause: Cause
    answers: list[str]
    """Ids of the customer's messages that it answers; messages answered together share a turn."""
    decision: Decision
    reason: Trigger | None = None
    rule: RuleRef | None = None
    capabilities: list[Capability] = []
    failed: bool = False
    """It did not serve the customer: not understood, no answer found, every tool failed."""
    evidence: list[Evidence] = []
    confidence: Confidence | None = None
    triggers: dict[Trigger, float] = {}
    thresholds: dict[Trigger, float] = {}
    tools: list[ToolRun] = []
    retrieved: list[Retrieved] = []
    path: list[NodeVisit] = []
    steps: list[Step] = []
    case_id: str | None = None
    model: str
    usage: Usage = Usage()
    ms: Timing


class Customer(Shape):
    """Who writes, as far as it is known."""

    level: Level = Level.ANONYMOUS
    verified: bool = False
    """True at level `account` only."""
    id: str | None = None
    name: str | None = None


class Origin(Shape):
    """The record or message that a fact comes from."""

    kind: str
    id: str


class Fact(Shape):
    text: str
    from_: Origin = Field(alias="from", serialization_alias="from")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Tried(Shape):
    action: str
    result: str
    from_: Origin = Field(alias="from", serialization_alias="from")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Promise(Shape):
    text: str
    due: Moment | None
    owner: str


class Mood(Shape):
    turn: str
    score: float
    """0 calm to 1 furious: the anger detector's score of that turn."""


class PolicyRef(Shape):
    id: str
    title: str


class Packet(Shape):
    """The brief that a person reads in ten seconds. Unknown is said to be unknown."""

    customer: Json
    asked: str
    facts: list[Fact] = []
    tried: list[Tried] = []
    missing: list[str] = []
    promised: list[Promise] = []
    mood: list[Mood] = []
    policy: list[PolicyRef] = []
    next_step: str
    draft: str


class Case(Shape):
    """A handover: what waits for, or is held by, a person."""

    id: str
    conversation_id: str
    status: CaseStatus
    live: bool
    """True when the customer waits in the chat; false for a follow-up that leaves the AI talking."""
    reason: Trigger | None
    """Null when a person took the conversation over."""
    evidence: list[Evidence]
    priority: Priority
    department: str
    others: list[str] = []
    asked: str
    customer: Customer
    opened_at: Moment
    due_at: Moment | None
    first_reply_due: Moment | None
    waiting_on: WaitingOn
    snoozed_until: Moment | None = None
    person: str | None = None
    mine: bool = False
    outcome: Outcome | None = None
    previous_case_id: str | None = None


class Act(Shape):
    """An act that a person is asked to approve."""

    tool: str
    arguments: Json
    amount: Money | None = None


class Request(Shape):
    """What the AI asks a person while it keeps the customer."""

    id: str
    kind: Literal["approval", "question"]
    conversation_id: str
    case_id: str | None = None
    question: str
    act: Act | None = None
    limit: Money | None = None
    """Up to which amount the act was approved."""
    due_at: Moment
    status: Literal["open", "answered", "expired", "cancelled"]
    department: str
    asked_at: Moment
    person: str | None = None
    """Who answered."""
    approved: bool | None = None
    answer: str | None = None
    """What the customer is told."""
    note: str | None = None
    """For people only."""
    done: bool | None = None
    """Whether the approved act was carried out; null until it has been tried."""


class ShortCase(Shape):
    """What a customer sees of a case."""

    id: str
    status: CaseStatus
    position: int | None = None
    expected_wait_s: int | None = None


class ConversationView(Shape):
    """A conversation as its customer sees it."""

    id: str
    mode: Mode
    customer: Customer
    case: ShortCase | None
    messages: list[Message]
    last_event_id: int
