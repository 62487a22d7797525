"""Orders in the database: found by digits, with lines and parcels, changed only in time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.business import SeedOrder
from core.ids import CustomerId, OrderNumber
from core.vocabulary import OrderState
from store.orders import SqlOrders
from store.shop_records import AddressRecord
from tests.support.shop import BOTH, Shop, a_shop

HOME = AddressRecord("1 New Street", None, "Cork", "T12 X123", "IE")


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def seeded(shop: Shop, state: OrderState) -> SeedOrder:
    return next(one for one in shop.business.seed.orders if one.state is state)


def test_the_digits_find_the_order_and_part_of_them_do_not(shop: Shop) -> None:
    one = seeded(shop, OrderState.PARTLY_SHIPPED)
    digits = one.number.partition("-")[2]

    found, part = shop.database.read(
        lambda uow: (SqlOrders().find(uow, digits), SqlOrders().find(uow, digits[:-1]))
    )
    assert [order.number for order in found] == [one.number]
    assert part == ()
    assert [(line.sku, line.quantity) for line in found[0].lines] == [(x.sku, x.quantity) for x in one.lines]
    assert len(found[0].parcels) == len(one.shipments)


def test_a_customers_orders_come_newest_first(shop: Shop) -> None:
    orders = shop.database.read(lambda uow: SqlOrders().of_customer(uow, CustomerId("C-1029")))

    assert len(orders) > 1
    assert [one.placed_at for one in orders] == sorted((one.placed_at for one in orders), reverse=True)


def test_units_that_were_paid_back_are_not_free(shop: Shop) -> None:
    one = next(one for one in shop.business.seed.orders if one.refunds)

    order = shop.database.write(lambda uow: SqlOrders().lock(uow, OrderNumber(one.number)))

    assert order is not None
    back = {unit.sku for made in one.refunds for unit in made.lines}
    assert all(len(line.free_units) < line.quantity for line in order.lines if line.sku in back)


@pytest.mark.parametrize(("state", "written"), [(OrderState.PAID, True), (OrderState.SHIPPED, False)])
def test_the_address_is_written_only_in_a_state_that_allows_it(
    shop: Shop, state: OrderState, written: bool
) -> None:
    number = OrderNumber(seeded(shop, state).number)
    allowed = (OrderState.PLACED, OrderState.PAID)

    done = shop.database.write(lambda uow: SqlOrders().set_address(uow, number, HOME, allowed))

    order = shop.database.read(lambda uow: SqlOrders().lock(uow, number))
    assert done is written
    assert order is not None
    assert (order.address == HOME) is written
