"""Seed rows that contradict themselves are refused: sums, parcels, states."""

import shutil
from pathlib import Path

import pytest

from core.business import load_business
from core.errors import BusinessFileError

TINY = Path(__file__).resolve().parent.parent / "businesses" / "tiny"
HEAD = """- number: 20400
  customer: t1
  placed: -9d
  paid: -9d
  lines: [{sku: CHN-11, price: 59.00}, {sku: TUB-700, quantity: 2, price: 14.90}]
  shipping: 0
  total: 88.80
"""
PARCEL = "carrier: Courier Bike, tracking: X"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(TINY, tmp_path / "tiny")


def _refused(directory: Path, order: str) -> BusinessFileError:
    (directory / "seed" / "orders" / "new.yaml").write_text(HEAD + order)
    with pytest.raises(BusinessFileError) as caught:
        load_business(directory)
    return caught.value


def test_more_units_in_parcels_than_ordered_are_refused(copy: Path) -> None:
    error = _refused(
        copy,
        "  state: partly_shipped\n"
        f"  shipments: [{{{PARCEL}, shipped: -2d, lines: [{{sku: TUB-700, quantity: 3}}]}}]\n",
    )
    assert (error.line, error.found, error.expected) == (9, "3 × TUB-700", "at most 2 as ordered")


def test_a_parcel_with_what_was_not_ordered_is_refused(copy: Path) -> None:
    error = _refused(
        copy, f"  state: shipped\n  shipments: [{{{PARCEL}, shipped: -2d, lines: [{{sku: HLM-M}}]}}]\n"
    )
    assert error.found == "`HLM-M`"


def test_a_shipped_order_with_a_piece_in_no_parcel_is_refused(copy: Path) -> None:
    error = _refused(
        copy, f"  state: shipped\n  shipments: [{{{PARCEL}, shipped: -2d, lines: [{{sku: CHN-11}}]}}]\n"
    )
    assert error.found == "`shipped`, but TUB-700 is in no parcel"


def test_partly_shipped_with_everything_on_its_way_is_refused(copy: Path) -> None:
    lines = "lines: [{sku: CHN-11}, {sku: TUB-700, quantity: 2}]"
    error = _refused(copy, f"  state: partly_shipped\n  shipments: [{{{PARCEL}, shipped: -2d, {lines}}}]\n")
    assert error.expected == "some units not shipped"


def test_several_parcels_must_say_what_is_in_each(copy: Path) -> None:
    parcels = f"[{{{PARCEL}, shipped: -2d}}, {{{PARCEL}, shipped: -1d, lines: [{{sku: CHN-11}}]}}]"
    assert "a parcel without `lines`" in _refused(copy, f"  state: shipped\n  shipments: {parcels}\n").found


def test_more_refunded_than_paid_is_refused(copy: Path) -> None:
    error = _refused(
        copy,
        "  state: cancelled\n  cancelled: -8d\n"
        "  refunds: [{at: -8d, amount: 90.00, reason: other, lines: [{sku: CHN-11}]}]\n",
    )
    assert (error.found, error.expected) == ("90.00 refunded", "at most what was paid, 88.80")


def test_a_paid_order_that_is_only_placed_is_refused(copy: Path) -> None:
    assert _refused(copy, "  state: placed\n").expected == "the state paid"


def test_the_same_order_in_two_files_is_refused(copy: Path) -> None:
    error = _refused(copy, "  state: paid\n" + HEAD.replace("20400", "20311") + "  state: paid\n")
    assert error.found == "`20311` a second time (first in all.yaml)"
