"""What a trigger hears, and what it reads in it: the value types that all triggers share."""

from dataclasses import dataclass

from core.vocabulary import Role


@dataclass(frozen=True)
class Said:
    """One earlier message of the conversation."""

    role: Role
    text: str


@dataclass(frozen=True)
class CustomerFacts:
    """What the records say of the customer; None where they say nothing."""

    lifetime_value: float | None = None
    """Money spent so far, in units of the shop's currency."""
    tier: str | None = None
    late_orders: int = 0


@dataclass(frozen=True)
class SelfReport:
    """What the turn knows of its own answer when it is judged."""

    understood: bool | None = None
    confidence: float | None = None
    """The model's own word, 0..1; None when it gave none."""
    best_retrieval: float | None = None
    """The best knowledge score of this turn, 0..1; None when nothing was searched."""
    tool_failures: int = 0
    answered_from: bool | None = None
    """Whether the answer names a source or rests on a tool's result; None when not known."""
    calibrated: float | None = None
    """The chance that the answer is right, by the model's calibrator; None for a model that has none."""


@dataclass(frozen=True)
class Heard:
    """All that the detectors may read; nothing else is looked up."""

    text: str
    """The customer's unanswered words."""
    history: tuple[Said, ...] = ()
    """Earlier messages, oldest first, without `text`."""
    customer: CustomerFacts = CustomerFacts()
    failed_turns: int = 0
    """Failed turns in a row before this message."""
    self_report: SelfReport | None = None
    """Set when an answer is judged, absent when only listening."""


@dataclass(frozen=True)
class Reading:
    """What one trigger read: a probability, and the customer's own words behind it."""

    score: float
    words: tuple[str, ...] = ()
    """Substrings of the customer's text, the weightiest first; empty when the reason is no word."""
    known: bool = True
    """False in a language that the detectors were not measured in: then the model's verdict decides."""


SILENT = Reading(0.0)
"""Nothing read."""
