"""What a business decides: thresholds, costs, budgets, deadlines, model profiles, rules for refunds."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.business_parts import Currency, Part, Share
from core.vocabulary import OrderState, Priority, Trigger

Effect = Literal["handover", "offer", "evidence"]
Reason = Literal["damaged", "wrong_item", "changed_mind", "late", "other"]


class TriggerPolicy(Part):
    """What a trigger's score leads to."""

    threshold: Share
    strong: Share | None = None
    """At or above it, `listen` hands over alone, beyond doubt; null: never."""
    effect: Effect
    """What crossing `threshold` does alone."""
    with_model: Effect
    """What it does when the model names this trigger too."""
    priority: Priority = Priority.NORMAL
    department: str | None = None
    """Where the case goes; null: the owner of the capability at hand, else the default department."""


class DecisionPolicy(Part):
    """What an answer needs before it is given without a person."""

    failed_turns: Annotated[int, Field(ge=1)]
    """The failed turn in a row that hands over."""
    offer_again_after_turns: Annotated[int, Field(ge=0)]


class Cost(Part):
    """What a wrong decision costs, in the same unit for all triggers."""

    missed: Annotated[float, Field(ge=0)]
    needless: Annotated[float, Field(ge=0)]


class TurnBudget(Part):
    """What one turn may spend."""

    steps: Annotated[int, Field(ge=1)]
    """LLM calls."""
    tokens: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(gt=0)]
    history_tokens: Annotated[int, Field(ge=1)]


class Deadline(Part):
    """How soon a case is answered and done, in seconds of the department's open hours."""

    first_reply_s: Annotated[int, Field(gt=0)]
    resolve_s: Annotated[int, Field(gt=0)]


class SlaPolicy(Part):
    """Deadlines per priority, and the limits of a live wait."""

    priorities: dict[Priority, Deadline]
    claim_lapse_s: Annotated[int, Field(gt=0)]
    """A claim whose holder is gone goes back to the queue after this, while the customer waits."""
    live_wait_limit_s: Annotated[int, Field(gt=0)]
    """An expected wait above it makes the case a follow-up."""
    default_wait_s: Annotated[int, Field(gt=0)]
    """The expected wait where nothing has been measured yet."""
    while_waiting: Literal["collect", "silent"] = "collect"
    """What the AI does for whoever waits in the chat: asks for what the packet lacks, or says nothing."""

    @field_validator("priorities")
    @classmethod
    def _each_priority(cls, value: dict[Priority, Deadline]) -> dict[Priority, Deadline]:
        if set(value) != set(Priority):
            raise ValueError(f"all of {', '.join(Priority)}")
        return value

    def deadline(self, priority: Priority) -> Deadline:
        return self.priorities[priority]


class ModelPrice(Part):
    """Per million tokens."""

    prompt: Annotated[float, Field(ge=0)]
    completion: Annotated[float, Field(ge=0)]
    currency: Currency


class ModelProfile(Part):
    """What a model can do, for every name that `match` covers."""

    match: str
    """A glob on the model's name, small letters."""
    endpoint: Literal["chat", "responses"] = "chat"
    strategy: Literal["tools", "json", "auto"] = "tools"
    forced_choice: Literal["yes", "refused", "ignored"] = "yes"
    strict: bool = True
    parallel: Literal["yes", "no", "refused"] = "yes"
    window: Annotated[int, Field(ge=1024)] = 128_000
    price: ModelPrice | None = None
    reasoning: bool = False
    late_system: bool = True
    """A system message may stand after the first one."""
    calibrator: str | None = None


class Calibrator(Part):
    """How far a model's answers can be trusted, fitted by `baton eval calibrate`."""

    model: str
    answers: Annotated[int, Field(ge=1)]
    """How many answers it was fitted on."""
    right: Share
    """The share of them that was right."""
    ece_raw: Share
    """Expected calibration error of the model's own word."""
    ece: Share
    """That of the calibrated chance, on answers that it was not fitted on."""
    weights: dict[str, float]


class ModelProfiles(Part):
    """All profiles, first match wins; the last one matches everything."""

    default: str
    """The model that is used when only a key or a base URL is set."""
    profiles: Annotated[tuple[ModelProfile, ...], Field(min_length=1)]

    @field_validator("profiles")
    @classmethod
    def _ends_open(cls, value: tuple[ModelProfile, ...]) -> tuple[ModelProfile, ...]:
        if value[-1].match != "*":
            raise ValueError('a last profile with match: "*"')
        return value

    def for_model(self, name: str) -> ModelProfile:
        """The first profile whose glob covers `name`."""
        return next(profile for profile in self.profiles if fnmatchcase(name.lower(), profile.match))


class RefundRule(Part):
    """One rule of the refund policy: what code checks, and the words that explain it."""

    id: str
    section: str
    """The section of the policy document that says it, such as `2.1`."""
    check: Literal[
        "paid",
        "payment_method",
        "delivered",
        "window",
        "item_type",
        "already_refunded",
        "amount_limit",
        "daily_cap",
        "quantity",
    ]
    text: str


class RefundPolicy(Part):
    """Readable, versioned refund rules; evaluated by code, explained by their texts."""

    version: Annotated[int, Field(ge=1)]
    policy_id: str
    window_days: Annotated[int, Field(ge=0)]
    window_from: Literal["delivered", "shipped", "placed"] = "delivered"
    reason_windows: dict[Reason, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Other windows for some reasons, such as 60 days for what arrived damaged."""
    excluded_item_types: tuple[str, ...] = ()
    excluded_unless: tuple[Reason, ...] = ()
    """Reasons for which even excluded item types are refunded."""
    payment_methods: tuple[str, ...] = ()
    """Methods to which money goes back by machine; none: all."""
    shipping_for: tuple[Reason, ...] = ()
    """Reasons for which delivery is refunded when the whole order goes back."""
    conditions: tuple[str, ...] = ()
    """What the customer is told about the state of what comes back."""
    amount_limit_cents: Annotated[int, Field(ge=0)]
    """Above it a person decides."""
    confirm_from_cents: Annotated[int, Field(ge=0)]
    """At or above it the customer confirms first."""
    daily_cap_cents: Annotated[int, Field(ge=0)]
    """What the AI may refund in one day, over all customers."""
    rules: tuple[RefundRule, ...]

    @field_validator("rules")
    @classmethod
    def _each_check_once(cls, value: tuple[RefundRule, ...]) -> tuple[RefundRule, ...]:
        checks = [rule.check for rule in value]
        if len(set(checks)) != len(checks):
            raise ValueError("at most one rule for each check")
        return value

    def window_for(self, reason: str | None) -> int:
        """The days within which a refund for this reason is asked for."""
        return next((days for key, days in self.reason_windows.items() if key == reason), self.window_days)

    def rule_for(self, check: str) -> RefundRule | None:
        """The rule that explains a failed check."""
        return next((rule for rule in self.rules if rule.check == check), None)


class ContactPolicy(Part):
    """When the AI may change a contact or an address."""

    confirm: bool
    changeable_states: tuple[OrderState, ...]
    """States in which an order's address may still change."""
    explain: str
    """Said when an order is past them."""


class BookingPolicy(Part):
    """How the AI books."""

    confirm: bool
    explain: str
    """Said with an appointment: what to bring, how to cancel."""
    late_cancel: str
    """Said when it is too late to cancel or move an appointment; `{hours}` is the limit."""


TriggerPolicies = dict[Trigger, TriggerPolicy]
Costs = dict[Trigger, Cost]
