"""Contact and address: checked, confirmed, written once, and told at the old address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.business import SeedOrder
from core.vocabulary import OrderState
from store.shop_tables import contact_change, customer, order
from store.work_tables import audit, outbox
from tests.support.shop import Shop, a_shop

MAEVE = "C-1001"
NEW = {"line1": "1  New Street", "town": "Cork", "postcode": "t12 x123"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as made:
        yield made


def order_in(shop: Shop, state: OrderState) -> SeedOrder:
    return next(one for one in shop.business.seed.orders if one.state is state)


def email_in_books(shop: Shop) -> str:
    query = select(customer.c.email).where(customer.c.id == MAEVE)
    return str(shop.database.read(lambda uow: uow.connection.execute(query).scalar_one()))


def test_a_new_email_is_confirmed_then_written_and_the_old_one_is_told(shop: Shop) -> None:
    talk = shop.talk(MAEVE)
    old = email_in_books(shop)
    asked = talk.outcome("update_contact", field="email", value="maeve@new.example")
    unchanged = email_in_books(shop)

    done = talk.call("update_contact", field="email", value="maeve@new.example", confirmed=True)

    assert asked.confirm is not None
    assert "maeve@new.example" in asked.confirm.summary
    assert unchanged == old
    assert done["ok"]
    assert done["changed"]
    assert old not in str(done)
    assert email_in_books(shop) == "maeve@new.example"
    told = shop.database.read(
        lambda uow: uow.connection.execute(select(outbox).where(outbox.c.kind == "contact_changed")).all()
    )
    assert [row.payload["to"] for row in told] == [old]


def test_what_it_was_is_kept_and_the_audit_holds_no_personal_text(shop: Shop) -> None:
    old = email_in_books(shop)
    shop.talk(MAEVE).call("update_contact", field="email", value="maeve@new.example", confirmed=True)

    change, line = shop.database.read(
        lambda uow: (
            uow.connection.execute(select(contact_change)).one(),
            uow.connection.execute(select(audit).where(audit.c.action == "contact")).one(),
        )
    )
    assert (change.old, change.new) == ({"email": old}, {"email": "maeve@new.example"})
    assert "@" not in str(line.data)


def test_a_phone_number_is_read_as_one_of_the_customers_country(shop: Shop) -> None:
    lars = shop.talk("C-1004")

    done = lars.call("update_contact", field="phone", value="010 411 5555", confirmed=True)

    assert done["value"] == "+31 10 411 5555"


@pytest.mark.parametrize(("field", "value"), [("email", "maeve@"), ("email", "no"), ("phone", "12")])
def test_what_is_no_contact_is_mended_not_written(shop: Shop, field: str, value: str) -> None:
    result = shop.talk(MAEVE).call("update_contact", field=field, value=value, confirmed=True)

    assert result["error"] == "bad_arguments"
    assert result["fields"]["value"]


def test_only_a_signed_in_customer_changes_a_contact(shop: Shop) -> None:
    one = order_in(shop, OrderState.PAID)
    buyer = shop.business.seed.customer(one.customer)
    assert buyer is not None
    talk = shop.talk().says(f"{one.number} {buyer.email}")
    talk.call("find_order", order_number=one.number, email=buyer.email)

    contact = talk.call("update_contact", field="email", value="a@example.com", confirmed=True)
    address = talk.call("update_address", order_number=one.number, **NEW, confirmed=True)

    assert contact["error"] == address["error"] == "level_needed"


def test_the_same_value_again_changes_nothing_and_to_and_fro_are_two_keys(shop: Shop) -> None:
    talk = shop.talk(MAEVE)
    wish = {"field": "email", "value": "maeve@new.example"}
    first = talk.key("update_contact", **wish)
    talk.call("update_contact", **wish, confirmed=True)
    again = talk.call("update_contact", **wish)
    talk.call("update_contact", field="email", value="maeve.brennan@example.com", confirmed=True)

    assert again["ok"]
    assert not again["changed"]
    assert talk.key("update_contact", **wish) != first
    assert "maeve" not in first


def test_an_order_that_is_not_packed_goes_elsewhere_once_confirmed(shop: Shop) -> None:
    one = order_in(shop, OrderState.PAID)
    talk = shop.talk(one.customer)
    asked = talk.call("update_address", order_number=one.number, **NEW)

    done = talk.call("update_address", order_number=one.number, **NEW, confirmed=True)

    assert asked["error"] == "needs_confirmation"
    assert one.number in asked["summary"]
    assert done["ok"], done
    row = shop.database.read(
        lambda uow: uow.connection.execute(select(order).where(order.c.number == one.number)).one()
    )
    assert (row.line1, row.postcode) == ("1 New Street", "T12 X123")


@pytest.mark.parametrize("state", [OrderState.PACKED, OrderState.SHIPPED, OrderState.DELIVERED])
def test_from_packing_on_a_person_has_to_change_the_address(shop: Shop, state: OrderState) -> None:
    one = order_in(shop, state)

    result = shop.talk(one.customer).call("update_address", order_number=one.number, **NEW, confirmed=True)

    assert result["error"] == "after_packing"
    assert result["text"] == shop.business.contact.explain
    assert result["person_offered"]


def test_the_accounts_address_changes_without_touching_orders(shop: Shop) -> None:
    talk = shop.talk(MAEVE)

    done = talk.call("update_address", **NEW, line2="Flat 3", country="ie", confirmed=True)

    assert done["order_number"] is None
    assert done["address"] == "1 New Street, Flat 3, Cork, T12 X123, IE"


def test_each_part_of_a_bad_address_is_named(shop: Shop) -> None:
    result = shop.talk(MAEVE).call(
        "update_address", line1=" ", town="", postcode="?", country="Ireland", confirmed=True
    )

    assert set(result["fields"]) == {"line1", "town", "postcode", "country"}
