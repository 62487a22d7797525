"""The numbers of `scales.yaml`, and the few ways in which readings join."""

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChurnScale(_Frozen):
    """What makes a customer valuable."""

    spend_half: float
    late_order: float
    tiers: dict[str, float]


class RepetitionScale(_Frozen):
    """When a message repeats an earlier one, and how much failures weigh."""

    start: float = Field(alias="from")
    full: float = Field(alias="to")
    weight: float
    shortest: int
    failures: int


class BrevityScale(_Frozen):
    """How much more evidence few words need once the AI has spoken, as natural logarithm of the odds."""

    answer: float
    remark: float
    full_to: int
    none_from: int
    spares: frozenset[str]


class DoubtScale(_Frozen):
    """What each sign adds to the doubt about an answer, 0..1."""

    not_understood: float
    confidence: float
    confidence_unsaid: float
    no_source: float
    weak_retrieval: float
    tool_failure: float


class Scales(_Frozen):
    """All of `scales.yaml`."""

    whole_part: float
    churn: ChurnScale
    repetition: RepetitionScale
    brevity: BrevityScale
    doubt: DoubtScale


@lru_cache(maxsize=1)
def scales() -> Scales:
    """The numbers beside this file, read once."""
    return Scales.model_validate(yaml.safe_load((Path(__file__).parent / "scales.yaml").read_text()))


def graver(whole: float, part: float) -> float:
    """A label and the graver part of it as one score: only the part reaches the top of the scale."""
    return max(scales().whole_part * whole, part)


def again(now: float, before: float) -> float:
    """A reading that came once before counts more: twice for sure reaches the top of the scale."""
    low = scales().whole_part
    return now * (low + (1 - low) * before)
