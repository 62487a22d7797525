"""Contacts and customers in the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import CustomerId, OrderNumber
from store.contacts import SqlContacts
from store.customers import SqlCustomers
from store.shop_records import AddressRecord, ContactChange
from tests.support.shop import BOTH, Shop, a_shop

MAEVE = CustomerId("C-1001")
HOME = AddressRecord("1 New Street", None, "Cork", "T12 X123", "IE")


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def test_contact_and_address_are_written_to_that_customer_alone(shop: Shop) -> None:
    def work(uow: object) -> None:
        SqlContacts().set_contact(uow, MAEVE, "phone", "+35315550199")  # type: ignore[arg-type]
        SqlContacts().set_address(uow, MAEVE, HOME)  # type: ignore[arg-type]

    other = CustomerId("C-1002")
    before = shop.database.read(lambda uow: SqlCustomers().get(uow, other))
    shop.database.write(work)

    mine = shop.database.read(lambda uow: SqlCustomers().get(uow, MAEVE))
    assert mine is not None
    assert (mine.phone, mine.address) == ("+35315550199", HOME)
    assert shop.database.read(lambda uow: SqlCustomers().get(uow, other)) == before


def test_changes_count_by_field_and_by_order(shop: Shop) -> None:
    number = OrderNumber("HL-10488")
    change = ContactChange("chg_1", MAEVE, number, "address", {}, {})
    shop.database.write(lambda uow: SqlContacts().note(uow, change))

    counts = shop.database.read(
        lambda uow: (
            SqlContacts().changes(uow, MAEVE, "address", number),
            SqlContacts().changes(uow, MAEVE, "address"),
            SqlContacts().changes(uow, MAEVE, "email", number),
        )
    )
    assert counts == (1, 0, 0)


def test_another_field_is_an_error_of_the_caller(shop: Shop) -> None:
    with pytest.raises(KeyError):
        shop.database.write(lambda uow: SqlContacts().set_contact(uow, MAEVE, "tier", "gold"))


def test_the_customer_of_an_order_is_who_placed_it(shop: Shop) -> None:
    one = shop.business.seed.orders[0]

    found = shop.database.read(lambda uow: SqlCustomers().of_order(uow, OrderNumber(one.number)))

    assert found is not None
    assert found.id == one.customer
