"""Records of enquiries and leads, as the tools' ports give and take them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.ids import ConversationId, CustomerId

EnquiryStatus = Literal["draft", "submitted", "withdrawn"]
LeadStatus = Literal["open", "scored"]


@dataclass(frozen=True)
class EnquiryRecord:
    """What somebody left with us."""

    reference: str
    conversation_id: ConversationId
    customer_id: CustomerId | None
    topic: str
    department: str
    status: EnquiryStatus = "draft"
    details: Mapping[str, str] = field(default_factory=dict)
    declined: Mapping[str, str | None] = field(default_factory=dict)
    """Refused details, each with the value that was withdrawn with it."""
    asked: Mapping[str, int] = field(default_factory=dict)
    revision: int = 0
    """0: not stored yet."""
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    promise_id: str | None = None


@dataclass(frozen=True)
class LeadAnswerRecord:
    """One answer: which of the score card's, and the customer's words that it came from."""

    answer: str
    words: str


@dataclass(frozen=True)
class LeadRecord:
    """What is known of somebody who may buy."""

    reference: str
    conversation_id: ConversationId
    customer_id: CustomerId | None
    department: str
    card_version: int
    status: LeadStatus = "open"
    answers: Mapping[str, LeadAnswerRecord] = field(default_factory=dict)
    declined: tuple[str, ...] = ()
    asked: Mapping[str, int] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    score: int | None = None
    band: str | None = None
    next_step: str | None = None
    revision: int = 0
    """0: not stored yet."""
    scored_at: datetime | None = None
    due_at: datetime | None = None
    promise_id: str | None = None
