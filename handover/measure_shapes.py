"""The shapes of the measures, as the API shows them. Times in seconds; a share of nothing is null."""

from pydantic import Field

from core.shapes import Moment, Shape
from core.vocabulary import Trigger


class Share(Shape):
    """So many of so many."""

    count: int
    of: int
    share: float | None
    """0..1, to four places."""


class Spread(Shape):
    """How long something took."""

    count: int
    median_s: float | None
    p90_s: float | None
    """Nine in ten took at most so long (nearest rank)."""
    mean_s: float | None


class Endings(Shape):
    """How conversations ended."""

    conversations: int
    running: int
    contained: Share
    silent: Share
    handed_over: Share


class ByTrigger(Shape):
    """Handovers of one reason, and what people judged of them."""

    trigger: Trigger
    handovers: Share
    right: int
    late: int
    not_needed: int


class Judgements(Shape):
    """What people said on resolving."""

    right: Share
    late: Share
    not_needed: Share


class Hour(Shape):
    """The wait of cases that were opened in one hour of the day."""

    hour: int
    wait: Spread


class Sla(Shape):
    first_reply: Share
    resolve: Share


class Transfers(Shape):
    transfers: int
    cases: Share


class Approvals(Shape):
    """What the AI asked people to approve."""

    time: Spread
    answered: Share
    approved: Share


class Csat(Shape):
    """Ratings of stretches that one holder had: a person, or the AI where `person` is null."""

    person: str | None
    mean: float
    satisfied: Share


class RepeatsOfCase(Shape):
    case_id: str
    by_person: list[str]
    by_ai: list[str]


class Repeated(Shape):
    """Questions for what the customer had said before: a person's, and the AI's after the return."""

    cases: int
    by_person: int
    by_ai: int
    per_case: float | None
    worst: list[RepeatsOfCase]


class Turns(Shape):
    """What the AI decided, and what it cost."""

    turns: int
    answer: int
    offer: int
    handover: int
    llm_calls: int
    prompt_tokens: int
    completion_tokens: int


class Measures(Shape):
    """Everything of one span."""

    from_: Moment = Field(alias="from", serialization_alias="from")
    to: Moment
    department: str | None
    endings: Endings
    handovers: list[ByTrigger]
    time_to_first_reply: Spread
    time_to_resolve: Spread
    judged: Judgements
    abandoned: Share
    wait_by_hour: list[Hour]
    sla: Sla
    transfers: Transfers
    approvals: Approvals
    promises_kept: Share
    recontact: Share
    csat: list[Csat]
    repeated: Repeated
    turns: Turns
