"""Whatever is asked, in whatever order and however much at once: never more goes back than was paid."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from core.ids import PersonId
from store.database import UnitOfWork
from store.shop_tables import order, order_line, refund, refund_unit
from tests.support.shop import BOTH, NOW, Shop, a_shop

SKUS = ("A", "B", "C")
_numbers = count(1)

Lines = list[tuple[str, int, int, str]]
"""Sku, units, cents of one, item type."""
lines_ = st.lists(
    st.tuples(
        st.sampled_from(SKUS),
        st.integers(1, 3),
        st.integers(0, 30_000),
        st.sampled_from(["standard", "standard", "final_sale"]),
    ),
    min_size=1,
    max_size=4,
)
items_ = st.none() | st.lists(
    st.fixed_dictionaries({"sku": st.sampled_from(SKUS), "quantity": st.integers(1, 4)}),
    min_size=1,
    max_size=3,
)
wishes_ = st.lists(
    st.tuples(
        items_,
        st.sampled_from([None, "damaged", "changed_mind", "late"]),
        # Under a person's approval up to so many cents, or by the policy.
        st.none() | st.integers(0, 100_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module", params=BOTH)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with a_shop(request.param, Path(tempfile.mkdtemp(prefix="baton-refunds-"))) as made:
        yield made


@settings(max_examples=40, deadline=None)
@given(lines=lines_, paid_share=st.sampled_from([0.0, 0.5, 1.0]), age=st.integers(0, 70), wishes=wishes_)
def test_no_sequence_of_refunds_exceeds_what_was_paid(
    shop: Shop,
    lines: Lines,
    paid_share: float,
    age: int,
    wishes: list[tuple[object, object, int | None, bool]],
) -> None:
    number = _order(shop, lines, paid_share, age)

    for wish in wishes:
        _refund(shop, number, wish)

    _holds(shop, number, lines)


@settings(max_examples=15, deadline=None)
@given(lines=lines_, paid_share=st.sampled_from([0.5, 1.0]), wishes=wishes_)
def test_no_refunds_at_once_exceed_what_was_paid(
    shop: Shop, lines: Lines, paid_share: float, wishes: list[tuple[object, object, int | None, bool]]
) -> None:
    number = _order(shop, lines, paid_share, 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda wish: _refund(shop, number, wish), wishes))

    _holds(shop, number, lines)


def _order(shop: Shop, lines: Lines, paid_share: float, age: int) -> str:
    number = f"PB-{next(_numbers):05d}"
    total = sum(units * cents for _, units, cents, _ in lines)
    values = {
        "number": number,
        "digits": number[3:],
        "customer_id": "C-1001",
        "state": "delivered",
        "placed_at": NOW - timedelta(days=age + 5),
        "delivered_at": NOW - timedelta(days=age),
        "payment_method": "card",
        "currency": "EUR",
        "shipping_cents": 0,
        "total_cents": total,
        "paid_cents": int(total * paid_share),
        "refunded_cents": 0,
        "line1": "1 Street",
        "town": "Cork",
        "postcode": "T12",
        "country": "IE",
    }
    rows = [
        {
            "id": f"{number}/{at}",
            "order_number": number,
            "sku": sku,
            "name": f"Article {sku}",
            "item_type": item_type,
            "quantity": units,
            "price_cents": cents,
        }
        for at, (sku, units, cents, item_type) in enumerate(lines)
    ]

    def write(uow: UnitOfWork) -> None:
        uow.connection.execute(insert(order).values(values))
        uow.connection.execute(insert(order_line), rows)

    shop.database.write(write)
    return number


def _refund(shop: Shop, number: str, wish: tuple[object, object, int | None, bool]) -> None:
    items, reason, limit, confirmed = wish
    talk = shop.talk("C-1001")
    if limit is not None:
        talk.person_id, talk.limit_cents = PersonId("anna"), limit
    result = talk.call("refund", order_number=number, items=items, reason=reason, confirmed=confirmed)
    assert result["ok"] or result["error"] in {
        "outside_policy",
        "already_refunded",
        "needs_confirmation",
        "limit_exceeded",
        "no_such_item",
        "changed_meanwhile",
    }, result


def _holds(shop: Shop, number: str, lines: Lines) -> None:
    """The books after it: sums agree, none above what was paid, no unit twice or from nowhere."""

    def read(uow: UnitOfWork) -> tuple[int, int, int, list[tuple[str, int]]]:
        row = uow.connection.execute(select(order).where(order.c.number == number)).one()
        total = select(func.coalesce(func.sum(refund.c.amount_cents), 0))
        made = uow.connection.execute(total.where(refund.c.order_number == number)).scalar_one()
        units = select(refund_unit.c.line_id, refund_unit.c.unit).where(
            refund_unit.c.line_id.like(f"{number}/%")
        )
        return row.paid_cents, row.refunded_cents, made, [tuple(u) for u in uow.connection.execute(units)]

    paid, refunded, made, units = shop.database.read(read)
    assert refunded == made <= paid
    sizes = {f"{number}/{at}": line[1] for at, line in enumerate(lines)}
    assert all(1 <= unit <= sizes[line] for line, unit in units)
    assert len(set(units)) == len(units)
