"""Fitting a calibrator: what is known of an answer, how reliable a stated chance is, what is too little."""

import random

import pytest

from agent.calibration import chance_right, signs, weigh
from agent.triggers import Heard, hear
from agent.triggers.heard import SelfReport
from core.business_policy import Calibrator
from core.errors import OperatorError
from core.shapes import Confidence
from core.vocabulary import Decision, Trigger
from evals.calibrate import Known, bins, ece, fit, of_report
from evals.record import CaseResult, Exchange, Report, Score, Talked

RIGHT = Confidence(raw=0.9, calibrated=0.9, needed=0.5, signs={"retrieval": 0.9})


def answers(count: int, seed: int = 1) -> list[Known]:
    """A model that is always 95% sure, and is right as often as its retrieval is good."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        retrieval = chance.random()
        report = SelfReport(understood=True, confidence=0.95, best_retrieval=retrieval)
        stated = Confidence(raw=0.95, calibrated=0.95, needed=0.5, signs=signs(report))
        made.append(Known(stated, chance.random() < retrieval))
    return made


def test_an_overconfident_model_is_told_from_its_retrieval() -> None:
    found = fit("any", answers(1200)).calibrator
    assert found.ece_raw > 0.3
    assert found.ece < 0.06
    good, bad = (SelfReport(understood=True, confidence=0.95, best_retrieval=one) for one in (0.95, 0.05))
    assert chance_right(found, good) > 0.8
    assert chance_right(found, bad) < 0.2


def test_too_few_or_one_sided_answers_fit_nothing() -> None:
    with pytest.raises(OperatorError, match="too few"):
        fit("any", answers(20))
    with pytest.raises(OperatorError, match="too few"):
        fit("any", [Known(RIGHT, right=True)] * 200)


def test_bins_hold_all_answers_in_the_order_of_what_was_stated() -> None:
    found = bins([0.1, 0.9, 0.5, 0.3] * 10, [0, 1, 1, 0] * 10)
    assert sum(one.answers for one in found) == 40
    assert [one.stated for one in found] == sorted(one.stated for one in found)


def test_the_error_is_the_mean_gap() -> None:
    assert ece(bins([0.8] * 100, [1] * 80 + [0] * 20)) == pytest.approx(0.32, abs=1e-9)
    assert ece(bins([1.0] * 10, [1] * 10)) == 0


def test_a_stated_certainty_is_not_infinite() -> None:
    assert 0 < weigh({"confidence": 1.0}, signs(SelfReport(confidence=1.0))) < 1


def result(passed: bool, *exchanges: Exchange, expected: Trigger | None = None) -> CaseResult:
    decided = next((one.reason for one in exchanges if one.decision is Decision.HANDOVER), None)
    return CaseResult(
        name="group/case",
        about="-",
        where="-",
        customer=None,
        expected=expected,
        decided=decided,
        talked=Talked(exchanges=exchanges, changes={}),
        scores=(Score(name="end_state", value=1.0, passed=passed),),
    )


def said(decision: Decision = Decision.ANSWER, reason: Trigger | None = None) -> Exchange:
    return Exchange(customer="x", turn=1, decision=decision, reason=reason, confidence=RIGHT)


def known_of(*results: CaseResult) -> list[bool]:
    report = Report(at="2026-11-24T10:00:00.000Z", model="any", business="x", seconds=1, results=results)
    return [one.right for one in of_report(report)]


def test_answers_of_a_passed_case_are_right_and_the_last_of_a_failed_one_is_wrong() -> None:
    assert known_of(result(True, said(), said())) == [True, True]
    assert known_of(result(False, said(), said())) == [False]


def test_a_needless_handover_tells_nothing_of_the_answers_before_it() -> None:
    needless = said(Decision.HANDOVER, Trigger.LOW_CONFIDENCE)
    assert known_of(result(False, said(), needless)) == []


def test_a_calibrated_chance_decides_and_the_scales_no_longer_count() -> None:
    def doubt(report: SelfReport) -> float:
        return hear(Heard("When do you open?", self_report=report))[Trigger.LOW_CONFIDENCE].score

    unsure = SelfReport(understood=True, confidence=0.2, answered_from=True)
    assert doubt(unsure) > 0.7
    trusted = SelfReport(understood=True, confidence=0.2, answered_from=True, calibrated=0.97)
    assert doubt(trusted) == pytest.approx(0.03)


def test_a_calibrator_is_written_as_a_file_of_the_business() -> None:
    fitted = fit("any", answers(300)).calibrator
    assert Calibrator.model_validate(fitted.model_dump(mode="json")) == fitted
