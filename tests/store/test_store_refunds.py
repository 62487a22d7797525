"""The database's own word on refunds: it refuses what must never be, whoever asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core.ids import OrderNumber
from store.refunds import CapReached, RefundImpossible, SqlRefunds, refunded_in_all
from store.shop_records import NewRefund, RefundUnits
from store.shop_tables import order
from tests.support.shop import BOTH, Shop, a_shop

DAY = "2026-11-24"


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def new(shop: Shop, reference: str, cents: int, units: tuple[int, ...] = (1,), cap: int = 10**9) -> NewRefund:
    one = next(one for one in shop.business.seed.orders if one.paid and not one.refunds)
    return NewRefund(
        reference=reference,
        order_number=OrderNumber(one.number),
        units=(RefundUnits(f"{one.number}/1", units),),
        amount_cents=cents,
        currency="EUR",
        method="card",
        reason=None,
        policy_version=1,
        day=DAY,
        daily_cap_cents=cap,
        person_id=None,
    )


def test_a_unit_is_paid_back_once(shop: Shop) -> None:
    first = new(shop, "RF-1", 100)
    shop.database.write(lambda uow: SqlRefunds().make(uow, first, None))

    with pytest.raises(RefundImpossible):
        shop.database.write(lambda uow: SqlRefunds().make(uow, new(shop, "RF-2", 100), None))

    assert shop.database.read(lambda uow: refunded_in_all(uow, first.order_number)) == 100


def test_a_refused_refund_leaves_its_transaction_usable_and_nothing_in_it(shop: Shop) -> None:
    too_much = new(shop, "RF-1", 10**8)

    def work(uow: object) -> None:
        with pytest.raises(RefundImpossible):
            SqlRefunds().make(uow, too_much, None)  # type: ignore[arg-type]
        with pytest.raises(CapReached):
            SqlRefunds().make(uow, new(shop, "RF-2", 100, cap=99), None)  # type: ignore[arg-type]
        SqlRefunds().make(uow, new(shop, "RF-3", 100), None)  # type: ignore[arg-type]

    shop.database.write(work)

    made = shop.database.read(lambda uow: SqlRefunds().of_order(uow, too_much.order_number))
    assert [one.reference for one in made] == ["RF-3"]
    assert shop.database.read(lambda uow: SqlRefunds().given_on(uow, DAY)) == 100


def test_no_statement_can_refund_more_than_was_paid(shop: Shop) -> None:
    one = new(shop, "RF-1", 1)
    over = update(order).where(order.c.number == one.order_number)

    with pytest.raises(IntegrityError):
        shop.database.write(
            lambda uow: uow.connection.execute(over.values(refunded_cents=order.c.paid_cents + 1))
        )
