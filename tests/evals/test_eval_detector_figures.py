"""Figures of detectors: areas, shares and their intervals against values worked out by hand."""

import numpy as np
import pytest

from evals.detector_figures import NOTHING, auroc, calibration_error, f1, recall_at, share


def test_a_share_has_wilsons_interval() -> None:
    figure = share(8, 10)
    assert figure.value == 0.8
    assert figure.low == pytest.approx(0.490, abs=0.001)
    assert figure.high == pytest.approx(0.943, abs=0.001)


def test_the_area_counts_pairs_in_order_and_ties_half() -> None:
    assert auroc(np.array([0.9, 0.8]), np.array([0.1, 0.2])).value == 1
    assert auroc(np.array([0.5]), np.array([0.5, 0.1])).value == 0.75
    assert auroc(np.array([]), np.array([0.5])) is NOTHING


def test_recall_is_told_at_the_line_that_few_ordinary_ones_cross() -> None:
    ordinary = np.linspace(0, 1, 101)
    assert recall_at(np.array([0.5, 0.97, 0.99, 1.0]), ordinary, 0.02).value == 0.5


def test_calibration_is_perfect_when_shares_are_as_told() -> None:
    told = np.full(100, 0.3)
    truth = np.array([1.0] * 30 + [0.0] * 70)
    assert calibration_error(told, truth).value == pytest.approx(0)
    assert calibration_error(told, 1 - truth).value == pytest.approx(0.4)


def test_f1_joins_precision_and_recall() -> None:
    hit, found, due = np.array([[1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1, 0]], float)
    figure = f1(hit, found, due)
    assert figure.value == 0.6
    assert figure.low < 0.6 < figure.high
    assert f1(hit * 0, hit * 0, hit * 0) is NOTHING
