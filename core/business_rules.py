"""A business's own rules for handing over, and its guidance to the model in plain words."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from core.business_parts import Part, Share, Slug, Weekday
from core.business_seed import Tier
from core.vocabulary import Capability, Decision, Level, OrderState, Priority, Trigger

_HOURS = r"^([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$"


class Conditions(Part):
    """What must hold; a key that is absent asks nothing, several values of one key are alternatives."""

    tier: tuple[Tier, ...] = ()
    level: tuple[Level, ...] = ()
    spent_from_cents: Annotated[int, Field(ge=0)] | None = None
    """The customer's lifetime spend is at least this."""
    late_orders_from: Annotated[int, Field(ge=1)] | None = None
    order_state: tuple[OrderState, ...] = ()
    """The order that the turn looked up."""
    order_total_from_cents: Annotated[int, Field(ge=0)] | None = None
    order_late: bool | None = None
    topic: tuple[Capability, ...] = ()
    """What the turn was about."""
    channel: tuple[str, ...] = ()
    days: tuple[Weekday, ...] = ()
    hours: Annotated[str, Field(pattern=_HOURS)] | None = None
    """`18:00-08:00`, in the shop's time; it may run over midnight."""
    scores: dict[Trigger, Share] = Field(default_factory=dict)
    """Each of these triggers scores at least so much."""

    @field_validator("tier", "level", "order_state", "topic", "channel", "days", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> "Conditions":
        if not self.model_fields_set:
            raise ValueError("at least one condition")
        return self


class RuleOutcome(Part):
    """What a rule leads to."""

    decision: Decision
    """`handover`, `offer`, or `answer`: an offer for this reason is not made."""
    reason: Trigger
    department: str | None = None
    priority: Priority | None = None


class DecisionRule(Part):
    """One rule, in a version of its own."""

    id: Slug
    version: Annotated[int, Field(ge=1)] = 1
    about: str
    """Why the business wants it."""
    when: Conditions
    unless: Conditions | None = None
    then: RuleOutcome


class Guidance(Part):
    """One instruction in plain words, which the model applies and cites by its id."""

    id: Slug
    version: Annotated[int, Field(ge=1)] = 1
    text: Annotated[str, Field(min_length=1, max_length=600)]
