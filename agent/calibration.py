"""Calibration: what a turn shows of its answer, and how likely that makes it right. Pure.

A calibrator is a logistic regression over these signs; `evals/calibrate.py` fits it. J. Platt, Probabilistic
Outputs for Support Vector Machines, 1999, fits one score so; the model's own word is one sign among several.
"""

import math

from agent.triggers.heard import SelfReport
from core.business_policy import Calibrator

BIAS = "bias"
NEAREST = 0.01
"""A stated confidence of 0 or 1 is read as this near to it: its logit must be finite."""


def signs(report: SelfReport) -> dict[str, float]:
    """What the answer shows, by name. `confidence`: the logit of the model's word; 0: it gave none."""
    said = report.confidence
    retrieval = report.best_retrieval
    return {
        "confidence": _logit(said) if said is not None else 0.0,
        "unsaid": float(said is None),
        "retrieval": retrieval if retrieval is not None else 0.0,
        "searched": float(retrieval is not None),
        "no_source": float(report.answered_from is False),
        "tool_failures": float(min(report.tool_failures, 3)),
        "not_understood": float(report.understood is False),
    }


def chance_right(calibrator: Calibrator, report: SelfReport) -> float:
    """The probability, 0..1, that the answer is right."""
    return weigh(calibrator.weights, signs(report))


def weigh(weights: dict[str, float], given: dict[str, float]) -> float:
    """The logistic function of the weighted signs."""
    total = weights.get(BIAS, 0.0) + sum(weights.get(name, 0.0) * value for name, value in given.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _logit(share: float) -> float:
    clipped = max(NEAREST, min(1.0 - NEAREST, share))
    return math.log(clipped / (1.0 - clipped))
