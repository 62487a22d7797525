"""Whole conversations with what is due in them: a YAML list, read for measuring the detectors."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from agent.triggers import CustomerFacts, Said
from core.errors import OperatorError
from core.vocabulary import Decision, Role, Trigger
from evals.detectors import Talk


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Turn(_Frozen):
    role: Role
    text: str


class _Customer(_Frozen):
    lifetime_value: float | None = None
    tier: str | None = None
    late_orders: int = 0


class _Due(_Frozen):
    """`at` counts the customer's turns from 0."""

    decision: Decision
    reason: Trigger | None = None
    at: int | None = None


class _Whole(_Frozen):
    id: str
    trade: str = ""
    kind: Literal["ordinary", "escalating"] = "ordinary"
    customer: _Customer | None = None
    turns: list[_Turn]
    expect: _Due
    also: list[_Due] = []
    """Earlier turns in which that decision is fair too."""


def read_talks(file: Path) -> list[Talk]:
    """All conversations of a file. OperatorError when it cannot be read."""
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        found = TypeAdapter(list[_Whole]).validate_python(raw)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise OperatorError(
            f"{file}: {error}\nexpected a YAML list of conversations: id, turns of role and text, "
            "expect with decision, reason and at"
        ) from None
    return [_talk(one) for one in found]


def _talk(one: _Whole) -> Talk:
    turns = tuple(Said(turn.role, turn.text) for turn in one.turns)
    also = frozenset(due.at for due in one.also if due.at is not None)
    known = CustomerFacts(**one.customer.model_dump()) if one.customer else CustomerFacts()
    return Talk(turns, one.expect.decision, one.expect.reason, one.expect.at, also, known)
