"""Facts that measures are taken from, one value for each thing that happened."""

from dataclasses import dataclass
from datetime import datetime

from core.ids import CaseId, ConversationId, CustomerId, PersonId
from core.vocabulary import CaseStatus, Decision, Judged, Outcome, Trigger


@dataclass(frozen=True)
class Span:
    """From one moment up to, and without, another."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class CaseFact:
    """One case that was opened in the span."""

    id: CaseId
    conversation_id: ConversationId
    customer_id: CustomerId | None
    reason: Trigger | None
    department: str
    status: CaseStatus
    live: bool
    """It waited in the chat when it was opened or later."""
    opened_at: datetime
    due_at: datetime | None
    first_reply_due: datetime | None
    first_reply_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    judged: Judged | None
    claims: tuple[datetime, ...]
    transfers: int
    left_before_reply: bool
    """The customer had closed the chat before the first reply, and has not written since."""


@dataclass(frozen=True)
class TalkFact:
    """One conversation that began in the span and in which the customer has written."""

    id: ConversationId
    customer_id: CustomerId | None
    created_at: datetime
    last_at: datetime
    """When the newest message was written, by whomever."""
    closed: bool
    """The customer has closed the chat and not written since."""
    unanswered: bool
    failed_turns: int
    offer_open: bool
    confirmation_open: bool
    effects: int
    rating: float | None
    last_words: str
    """The AI's last answer."""
    last_form: bool
    last_from_source: bool
    """It cites knowledge, or a tool had worked."""
    capabilities: frozenset[str]
    departments: frozenset[str]
    """Of its cases."""


@dataclass(frozen=True)
class RequestFact:
    """One request for an approval."""

    department: str
    asked_at: datetime
    closed_at: datetime | None
    status: str
    approved: bool | None


@dataclass(frozen=True)
class PromiseFact:
    """One promise that was due in the span."""

    status: str
    due_at: datetime
    department: str | None
    """Of the case that it belongs to."""


@dataclass(frozen=True)
class RatingFact:
    """One rating, with who spoke last before it was given."""

    score: float
    person_id: PersonId | None
    """None: the AI did."""
    person_name: str | None
    departments: frozenset[str]


@dataclass(frozen=True)
class TurnCount:
    """Ended turns of one decision and reason, and what they cost."""

    decision: Decision
    reason: Trigger | None
    turns: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
