"""Fitting a model's calibrator from turns of which it is known whether the answer was right. Pure.

Known from an eval report: every answer of a case that passed is right; the last one of a case that failed is
wrong. Known from the desk: a person who resolves a case says whether the handover was needed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from agent.calibration import BIAS
from core.business_policy import Calibrator
from core.errors import OperatorError
from core.shapes import Confidence
from core.vocabulary import Decision, Judged, Trigger
from evals.record import CaseResult, Report
from store.past import PastTurn

BINS = 10
FOLDS = 5
FEWEST = 30
"""With fewer answers, or without both kinds, a fit would say nothing."""
DOUBT = (Trigger.LOW_CONFIDENCE, Trigger.NOT_UNDERSTOOD)


@dataclass(frozen=True)
class Known:
    """One answer, its signs, and whether it was right."""

    confidence: Confidence
    right: bool


@dataclass(frozen=True)
class Bin:
    """Answers of about the same stated chance."""

    answers: int
    stated: float
    right: float


@dataclass(frozen=True)
class Fit:
    """A fitted calibrator, with how reliable its chances are on answers that it was not fitted on."""

    calibrator: Calibrator
    before: tuple[Bin, ...]
    """Bins of the model's own word."""
    after: tuple[Bin, ...]


def of_report(report: Report) -> Iterator[Known]:
    """The answers of an eval run of which it is known."""
    for result in report.results:
        yield from _of_case(result)


def of_desk(turns: Iterable[PastTurn]) -> Iterator[Known]:
    """Held-back answers that a person has judged: not needed means that the answer would have done."""
    for past in turns:
        if past.turn.confidence is not None and past.turn.reason in DOUBT and past.judged is not None:
            yield Known(past.turn.confidence, past.judged is Judged.NOT_NEEDED)


def fit(model: str, known: Sequence[Known]) -> Fit:
    """The calibrator of a model. OperatorError when the answers are too few, or all right, or all wrong."""
    right = np.array([one.right for one in known], dtype=int)
    fewest = min(int(right.sum()), len(right) - int(right.sum())) if len(right) else 0
    if len(known) < FEWEST or fewest < FOLDS:
        raise OperatorError(
            f"{len(known)} answers, {fewest} of the rarer kind: too few. It takes {FEWEST}, {FOLDS} of "
            f"them right and {FOLDS} wrong: run more eval cases, or resolve more cases at the desk."
        )
    names = sorted({name for one in known for name in one.confidence.signs})
    rows = np.array([[one.confidence.signs.get(name, 0.0) for name in names] for one in known])
    model_of_signs = LogisticRegression(C=1.0, max_iter=1000)
    unseen = cross_val_predict(model_of_signs, rows, right, cv=FOLDS, method="predict_proba")[:, 1]
    model_of_signs.fit(rows, right)
    weights = dict(zip(names, (round(float(one), 4) for one in model_of_signs.coef_[0]), strict=True))
    before = bins([one.confidence.raw for one in known], right.tolist())
    after = bins(unseen.tolist(), right.tolist())
    calibrator = Calibrator(
        model=model,
        answers=len(known),
        right=round(float(right.mean()), 4),
        ece_raw=round(ece(before), 4),
        ece=round(ece(after), 4),
        weights={BIAS: round(float(model_of_signs.intercept_[0]), 4), **weights},
    )
    return Fit(calibrator, before, after)


def bins(stated: Sequence[float], right: Sequence[int]) -> tuple[Bin, ...]:
    """Ten bins with about as many answers each, by stated chance."""
    order = np.argsort(np.array(stated), kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return tuple(_bin([stated[one] for one in part], [right[one] for one in part]) for part in parts)


def _bin(stated: Sequence[float], right: Sequence[int]) -> Bin:
    return Bin(len(stated), float(np.mean(stated)), float(np.mean(right)))


def ece(found: Sequence[Bin]) -> float:
    """Expected calibration error: the mean gap between stated chance and share right, by answers.

    M. P. Naeini and others, Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.
    """
    return sum(one.answers * abs(one.stated - one.right) for one in found) / sum(one.answers for one in found)


def _of_case(result: CaseResult) -> Iterator[Known]:
    """A case that failed by a needless handover tells nothing of its answers."""
    answered = [one for one in result.talked.exchanges if one.decision is not Decision.HANDOVER]
    told = answered if result.passed else [] if result.decided and not result.expected else answered[-1:]
    for one in told:
        if one.confidence is not None:
            yield Known(one.confidence, result.passed)
