"""Seeding: every row of the business folder, with dates that lie around the day of seeding."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from store.seed import seed_shop
from store.shop_tables import (
    booking,
    customer,
    order,
    order_line,
    product,
    refund,
    refund_unit,
    shipment,
    ticket,
)
from store.work_tables import seed
from tests.support.shop import BOTH, NOW, Shop, a_shop


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def counted(shop: Shop, *tables: object) -> list[int]:
    return shop.database.read(
        lambda uow: [
            uow.connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
            for table in tables
        ]
    )


def test_every_row_of_the_folder_is_there_and_seeding_again_adds_none(shop: Shop) -> None:
    rows = shop.business.seed
    expected = [len(shop.business.products), len(rows.customers), len(rows.orders), len(rows.bookings)]
    tables = (product, customer, order, booking, ticket)

    once = counted(shop, *tables)
    shop.database.write(lambda uow: seed_shop(uow, shop.business))

    assert once == [*expected, len(rows.tickets)]
    assert counted(shop, *tables, seed) == [*once, 1]


def test_dates_move_with_the_day_of_seeding(shop: Shop) -> None:
    one = next(one for one in shop.business.seed.orders if one.delivered)
    query = select(order.c.delivered_at).where(order.c.number == one.number)
    first = shop.database.read(lambda uow: uow.connection.execute(query).scalar_one())
    shop.clock.pass_(days=10)
    shop.database.write(lambda uow: seed_shop(uow, shop.business))

    moved = shop.database.read(lambda uow: uow.connection.execute(query).scalar_one())

    assert first < NOW
    assert moved - first == timedelta(days=10)


def test_the_books_of_seeded_refunds_agree(shop: Shop) -> None:
    made = select(refund.c.order_number, func.sum(refund.c.amount_cents)).group_by(refund.c.order_number)
    told = select(order.c.number, order.c.refunded_cents).where(order.c.refunded_cents > 0)

    sums, orders = shop.database.read(
        lambda uow: (
            {tuple(row) for row in uow.connection.execute(made)},
            {tuple(row) for row in uow.connection.execute(told)},
        )
    )
    assert sums == orders
    assert counted(shop, refund_unit)[0] == sum(
        unit.quantity for one in shop.business.seed.orders for made in one.refunds for unit in made.lines
    )


def test_parcels_hold_lines_of_their_own_order(shop: Shop) -> None:
    lines, parcels = shop.database.read(
        lambda uow: (
            {row.id: row.order_number for row in uow.connection.execute(select(order_line))},
            uow.connection.execute(select(shipment)).all(),
        )
    )
    assert parcels
    for parcel in parcels:
        assert {lines[part["line"]] for part in parcel.contents} == {parcel.order_number}


def test_no_two_seeded_bookings_hold_one_place(shop: Shop) -> None:
    rows = shop.database.read(
        lambda uow: uow.connection.execute(select(booking).where(booking.c.place.is_not(None))).all()
    )
    for one in rows:
        for other in rows:
            same = (one.service, one.location, one.place) == (other.service, other.location, other.place)
            if one.reference != other.reference and same:
                assert one.end_at <= other.start_at or other.end_at <= one.start_at
