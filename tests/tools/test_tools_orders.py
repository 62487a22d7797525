"""Order lookup: who sees what, by number, the last one, by what was bought."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.business import SeedOrder
from core.vocabulary import Level, OrderState
from store import conversations
from tests.support.shop import Shop, a_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as made:
        yield made


def order_in(shop: Shop, state: OrderState) -> SeedOrder:
    return next(order for order in shop.business.seed.orders if order.state is state)


def email_of(shop: Shop, order: SeedOrder) -> str:
    customer = shop.business.seed.customer(order.customer)
    assert customer is not None
    return customer.email


def test_number_and_email_open_that_order_to_a_stranger(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    email = email_of(shop, order)
    talk = shop.talk().says(f"Where is {order.number}? I am {email.upper()}")

    result = talk.call("find_order", order_number=order.number, email=email)

    assert result["ok"]
    assert result["level"] == "order"
    assert result["order"]["state"] == "shipped"
    assert result["order"]["parcels"][0]["tracking"] == order.shipments[0].tracking
    row = shop.database.read(lambda uow: conversations.load(uow, talk.id))
    assert (row.level, row.verified_order, row.customer_id) == (Level.ORDER, order.number, None)


def test_the_challenge_shows_what_a_parcel_shows_and_no_more(shop: Shop) -> None:
    order = order_in(shop, OrderState.DELIVERED)
    talk = shop.talk().says(f"{order.number} {email_of(shop, order)}")
    talk.call("find_order", order_number=order.number, email=email_of(shop, order))

    view = talk.call("find_order")["order"]

    customer = shop.business.seed.customer(order.customer)
    assert customer is not None
    assert view["total"] is None
    assert all(item["price"] is None for item in view["items"])
    for secret in (customer.name, customer.email, customer.address.line1, customer.postcode):
        assert secret not in str(view)


def test_the_postcode_does_as_well_as_the_email_however_it_is_spaced(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    customer = shop.business.seed.customer(order.customer)
    assert customer is not None
    squeezed = customer.postcode.replace(" ", "").lower()
    talk = shop.talk().says(f"order {order.number.lower()}", f"postcode {squeezed}")

    result = talk.call("find_order", order_number=order.number.lower(), postcode=squeezed)

    assert result["ok"], result


def test_digits_alone_name_the_order(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    digits = order.number.partition("-")[2]
    talk = shop.talk().says(f"my order {digits}, {email_of(shop, order)}")

    assert talk.call("find_order", order_number=digits, email=email_of(shop, order))["ok"]


def test_values_that_the_customer_never_wrote_open_nothing(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    talk = shop.talk().says(f"where is {order.number}?")

    result = talk.call("find_order", order_number=order.number, email=email_of(shop, order))

    assert result["error"] == "identity_needed"
    assert shop.database.read(lambda uow: conversations.load(uow, talk.id)).level is Level.ANONYMOUS


def test_a_wrong_email_is_answered_exactly_like_an_order_that_does_not_exist(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    there = shop.talk().says(f"{order.number} nobody@example.com")
    nowhere = shop.talk().says("HL-99999 nobody@example.com")

    wrong = there.call("find_order", order_number=order.number, email="nobody@example.com")
    missing = nowhere.call("find_order", order_number="HL-99999", email="nobody@example.com")

    assert wrong == missing
    assert wrong["error"] == "not_found"


def test_somebody_elses_order_is_answered_to_a_signed_in_customer_like_none(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    other = next(one.id for one in shop.business.seed.customers if one.id != order.customer)
    talk = shop.talk(other)

    assert talk.call("find_order", order_number=order.number) == talk.call(
        "find_order", order_number="HL-99999"
    )


def test_every_tool_that_takes_an_order_answers_for_anothers_as_for_none(shop: Shop) -> None:
    order = order_in(shop, OrderState.PAID)
    other = next(one.id for one in shop.business.seed.customers if one.id != order.customer)
    talk = shop.talk(other)
    address = {"line1": "1 New Street", "town": "Cork", "postcode": "T12 X123"}

    for tool, arguments in (("check_refund", {}), ("refund", {}), ("update_address", address)):
        mine = talk.call(tool, order_number=order.number, **arguments)
        assert mine["error"] == "not_found"
        assert mine == talk.call(tool, order_number="HL-99999", **arguments)


def test_after_too_many_tries_at_an_order_even_the_right_email_needs_a_person(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    for _ in range(5):
        talk = shop.talk().says(f"{order.number} guess@example.com")
        talk.call("find_order", order_number=order.number, email="guess@example.com")
    email = email_of(shop, order)

    result = (
        shop.talk().says(f"{order.number} {email}").call("find_order", order_number=order.number, email=email)
    )

    assert result["error"] == "identity_locked"
    assert result["person_offered"]


def test_a_conversation_has_five_tries_over_all_orders_and_gets_them_back_in_an_hour(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    email = email_of(shop, order)
    talk = shop.talk().says(email, order.number)
    left = []
    for number in range(90001, 90006):
        talk.says(str(number))
        left.append(talk.call("find_order", order_number=str(number), email=email)["tries_left"])
    locked = talk.call("find_order", order_number=order.number, email=email)
    shop.clock.pass_(minutes=61)

    assert left == [4, 3, 2, 1, 0]
    assert locked["error"] == "identity_locked"
    assert talk.call("find_order", order_number=order.number, email=email)["ok"]


def test_the_last_order_is_the_newest_with_the_others_listed(shop: Shop) -> None:
    customer = next(
        one for one in shop.business.seed.customers if len(shop.business.seed.orders_of(one.id)) > 2
    )
    newest = max(shop.business.seed.orders_of(customer.id), key=lambda order: order.placed.days)

    result = shop.talk(customer.id).call("find_order")

    assert result["order"]["number"] == newest.number
    assert result["order"]["total"] is not None
    assert len(result["others"]) >= 2


def test_product_words_find_the_order_that_has_it(shop: Shop) -> None:
    result = shop.talk("C-1029").call("find_order", product="the rug I bought")

    assert result["order"]["number"] == "HL-10408"
    assert "rug" in result["matched"]


def test_product_words_that_fit_nothing_list_what_was_bought(shop: Shop) -> None:
    result = shop.talk("C-1029").call("find_order", product="a bicycle")

    assert result["error"] == "no_such_item"
    assert {one["number"] for one in result["others"]} >= {"HL-10488", "HL-10408"}


def test_a_split_order_tells_what_is_in_which_parcel_and_what_is_not_shipped(shop: Shop) -> None:
    order = order_in(shop, OrderState.PARTLY_SHIPPED)

    view = shop.talk(order.customer).call("find_order", order_number=order.number)["order"]

    assert view["state"] == "partly_shipped"
    assert view["parcels"][0]["items_words"]
    assert view["not_shipped_words"]


def test_an_order_past_its_expected_day_is_late_by_so_many_days(shop: Shop) -> None:
    order = order_in(shop, OrderState.SHIPPED)
    talk = shop.talk(order.customer)
    on_time = talk.call("find_order", order_number=order.number)["order"]
    shop.clock.pass_(days=30)

    late = talk.call("find_order", order_number=order.number)["order"]

    assert on_time["late"] is False
    assert late["late"] is True
    assert late["late_days"] > 20


def test_words_that_are_no_order_number_say_what_one_looks_like(shop: Shop) -> None:
    result = shop.talk().call("find_order", order_number="the lamp")

    assert result["error"] == "bad_arguments"
    assert "order_number" in result["fields"]


def test_an_unknown_argument_type_is_mended_not_raised(shop: Shop) -> None:
    result = shop.talk().call("check_refund", order_number="HL-10001", items="all of it")

    assert result["error"] == "bad_arguments"
    assert "items" in result["fields"]
