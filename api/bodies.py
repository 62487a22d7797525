"""What callers send: each body a model, each with an example."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from api.texts import storable
from core.money import Money
from core.shapes import Json
from core.vocabulary import Judged, Outcome


class Body(BaseModel):
    """A request's body; an unknown field is an error that names it."""

    model_config = ConfigDict(extra="forbid")

    _storable = field_validator("*", mode="before")(storable)


FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _within_reach(value: datetime) -> datetime:
    if not FIRST <= value <= LAST:
        raise ValueError(f"must lie between {FIRST.year} and {LAST.year}")
    return value


MomentGiven = Annotated[AwareDatetime, AfterValidator(_within_reach)]
"""A time with its zone: far from the edges of what a clock shows, where arithmetic ends in a fault."""

MOST_METADATA = 8000
"""Characters of JSON that a site may keep with a conversation."""


def _not_too_much(value: Json) -> Json:
    if len(json.dumps(value)) > MOST_METADATA:
        raise ValueError(f"must be at most {MOST_METADATA:,} characters of JSON")
    return value


class NewConversation(Body):
    channel: Annotated[str, Field(max_length=40)] = "web"
    locale: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    identity_token: str | None = None
    person_first: bool = False
    metadata: Annotated[Json, AfterValidator(_not_too_much)] = {}

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"channel": "web", "locale": "en"}]}
    )


class NewMessage(Body):
    text: str
    attachments: list[str] = []

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Where is my order HL-10428?"}]}
    )


class Rating(Body):
    score: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000)] | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"score": 5}]})


class Text(Body):
    text: str

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "I've sent you a new lamp today."}]}
    )


class Transfer(Body):
    department: str
    note: str | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"department": "billing", "note": "Wants an invoice."}]},
    )


class Snooze(Body):
    until: MomentGiven

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"until": "2026-11-25T09:00:00.000Z"}]}
    )


class Return(Body):
    note: str = ""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "A new lamp is on its way."}]}
    )


class Resolve(Body):
    outcome: Literal[Outcome.SOLVED, Outcome.UNSOLVED, Outcome.NO_REPLY]
    judged: Judged
    note: str | None = None

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "solved", "judged": "right"}]}
    )


class PromiseMade(Body):
    text: Annotated[str, Field(min_length=1, max_length=500)]
    due: MomentGiven | None = None


class Reply(Body):
    text: str
    promise: PromiseMade | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "I'll call you tomorrow morning.",
                    "promise": {"text": "A call about the lamp", "due": "2026-11-25T11:00:00.000Z"},
                }
            ]
        },
    )


class Settled(Body):
    status: Literal["kept", "void"]

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "kept"}]})


class Ask(Body):
    ask: str

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ask": "Draft a reply: the lamp can go back."}]}
    )


MOST_PAID = 10**9


def _payable(limit: Money | Decimal) -> Money | Decimal:
    """Before it is counted in cents: a number of a few characters may have millions of digits."""
    if not -MOST_PAID <= (limit.amount if isinstance(limit, Money) else limit) <= MOST_PAID:
        raise ValueError(f"must be at most {MOST_PAID:,}")
    return limit


class Answer(Body):
    approve: bool | None = None
    answer: Annotated[str, Field(max_length=2000)] | None = None
    limit: Annotated[Money | Decimal, AfterValidator(_payable)] | None = None
    note: Annotated[str, Field(max_length=2000)] | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"approve": True, "note": "A good customer."}]},
    )

    @property
    def limit_cents(self) -> int | None:
        """The limit, whether given as money or as a bare amount."""
        amount = self.limit.amount if isinstance(self.limit, Money) else self.limit
        return None if amount is None else int(amount * 100)


class GapDecision(Body):
    action: Literal["add", "edit", "dismiss"]
    text: str | None = None
    question: str | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"action": "add"}, {"action": "edit", "text": "Yes, in ten days."}]},
    )


class Presence(Body):
    state: Literal["online", "away"]
    capacity: Annotated[int, Field(ge=0, le=100)] = 4

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"state": "online", "capacity": 4}]}
    )
