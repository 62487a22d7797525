"""Limits of the tools: read once from `limits.yaml`."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

LIMITS_FILE = Path(__file__).parent / "limits.yaml"


class IdentityLimits(BaseModel):
    """Failed tries, within the window, from which on a person has to help."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_order: int = Field(ge=1)
    per_conversation: int = Field(ge=1)
    everywhere: int = Field(ge=1)
    window_minutes: int = Field(ge=1)


class CodeLimits(BaseModel):
    """One-time codes; how many are asked for counts within the window of the identity limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digits: int = Field(ge=4, le=10)
    minutes: int = Field(ge=1)
    per_conversation: int = Field(ge=1)
    per_customer: int = Field(ge=1)


class Limits(BaseModel):
    """All limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: IdentityLimits
    codes: CodeLimits
    match: float = Field(ge=0, le=100)
    match_lead: float = Field(ge=0, le=100)
    orders_shown: int = Field(ge=1)
    slots_shown: int = Field(ge=1)
    reminder_hours: int = Field(ge=0)
    detail_asked: int = Field(ge=1)
    lead_asked: int = Field(ge=1)
    quoted: float = Field(ge=0, le=100)
    products_shown: int = Field(ge=1)
    narrow_by: int = Field(ge=0)
    options_shown: int = Field(ge=1)
    compared: int = Field(ge=2)
    outside_chars: int = Field(ge=100)


@cache
def limits() -> Limits:
    """The limits of all tools."""
    return Limits.model_validate(yaml.safe_load(LIMITS_FILE.read_text(encoding="utf-8")))
