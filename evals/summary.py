"""Figures over many results: by group, by trigger, in all. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from core.vocabulary import Trigger
from evals.record import CaseResult, Score
from evals.scorers import end_state, handover, ms, offers, repeats, tokens, tools, turns, words


@dataclass(frozen=True)
class Group:
    """One row of the first table. Shares are 0..1; None: nothing to measure."""

    name: str
    cases: int
    passed: float
    success: float
    """The end state is right, and what had to be told was."""
    tools: float | None
    handovers: float
    repeats: float
    """Per conversation."""
    needless_offers: int
    turns: float
    tokens: float
    ms: float | None


@dataclass(frozen=True)
class ByTrigger:
    """How one trigger's handovers came out; `Total` when there is no trigger."""

    trigger: Trigger | None
    due: int
    happened: int
    right: int
    """Due and happened, at the right message."""

    @property
    def precision(self) -> float | None:
        return self.right / self.happened if self.happened else None

    @property
    def recall(self) -> float | None:
        return self.right / self.due if self.due else None

    @property
    def f1(self) -> float | None:
        both = self.due + self.happened
        return 2 * self.right / both if both else None


def groups(results: Sequence[CaseResult]) -> list[Group]:
    """A row for each group, in the order of the results, then one for all."""
    names = dict.fromkeys(one.group for one in results)
    rows = [_group(name, [one for one in results if one.group == name]) for name in names]
    return [*rows, _group("all", results)]


def by_trigger(results: Sequence[CaseResult]) -> list[ByTrigger]:
    """A row for each trigger that was due or happened, then one for all."""
    rows = [_trigger(trigger, results) for trigger in Trigger]
    return [*(row for row in rows if row.due or row.happened), _trigger(None, results)]


def _group(name: str, results: Sequence[CaseResult]) -> Group:
    return Group(
        name=name,
        cases=len(results),
        passed=mean(one.passed for one in results),
        success=mean(succeeded(one) for one in results),
        tools=_mean(results, tools.NAME),
        handovers=mean(bool(one.score(handover.NAME).passed) for one in results),
        repeats=_mean(results, repeats.NAME) or 0.0,
        needless_offers=sum(_needless_offers(one) for one in results),
        turns=_mean(results, turns.NAME) or 0.0,
        tokens=_mean(results, tokens.NAME) or 0.0,
        ms=_mean(results, ms.NAME),
    )


def succeeded(result: CaseResult) -> bool:
    """The task was done: the end state is right and the customer knows what they must."""
    return all(result.score(name).passed is not False for name in (end_state.NAME, words.NAME))


def _needless_offers(result: CaseResult) -> int:
    """Offers that the case calls for none of."""
    score = result.score(offers.NAME)
    return len(score.problems) if score.passed is False and score.value else 0


def _trigger(trigger: Trigger | None, results: Iterable[CaseResult]) -> ByTrigger:
    due = [one for one in results if one.expected and trigger in (None, one.expected)]
    happened = [one for one in results if one.decided and trigger in (None, one.decided)]
    right = [one for one in happened if one.expected == one.decided and one.score(handover.NAME).passed]
    return ByTrigger(trigger, len(due), len(happened), len(right))


def _mean(results: Sequence[CaseResult], name: str) -> float | None:
    scores: list[Score] = [one.score(name) for one in results]
    values = [one.value for one in scores if one.value is not None]
    return mean(values) if values else None
