"""Refunds: within the policy once, outside of it refused with the rule, never more than was paid."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from core.business import SeedOrder
from core.ids import PersonId
from core.vocabulary import OrderState
from store.refunds import refunded_in_all
from store.shop_tables import order, refund, refund_unit
from store.work_tables import audit
from tests.support.shop import BOTH, Shop, a_shop
from tools.registry import tool_named
from tools.run import run_tool


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as made:
        yield made


def refundable(shop: Shop, *, below: int = 10_000, lines: int = 1, age: range = range(1, 25)) -> SeedOrder:
    """An order delivered within the window, of standard articles, nothing of it refunded."""
    types = {one.sku: one.item_type for one in shop.business.products}
    return next(
        one
        for one in shop.business.seed.orders
        if one.state is OrderState.DELIVERED
        and one.delivered
        and -one.delivered.days in age
        and one.total_cents < below
        and len(one.lines) >= lines
        and not one.refunds
        and all(types[line.sku] == "standard" for line in one.lines)
    )


def delivered_with(shop: Shop, item_type: str) -> SeedOrder:
    types = {one.sku: one.item_type for one in shop.business.products}
    return next(
        one
        for one in shop.business.seed.orders
        if one.state is OrderState.DELIVERED
        and one.delivered
        and one.delivered.days > -30
        and not one.refunds
        and {types[line.sku] for line in one.lines} == {item_type}
    )


def refunded_cents(shop: Shop, number: str) -> int:
    query = select(order.c.refunded_cents).where(order.c.number == number)
    return int(shop.database.read(lambda uow: uow.connection.execute(query).scalar_one()))


def lines_sum(one: SeedOrder) -> int:
    return sum(line.price_cents * line.quantity for line in one.lines)


def test_a_refund_within_the_policy_is_made_once_with_a_reference(shop: Shop) -> None:
    one = refundable(shop)
    talk = shop.talk(one.customer)

    result = talk.call("refund", order_number=one.number, reason="changed_mind")

    assert result["ok"], result
    assert result["reference"].startswith("RF-")
    assert result["amount_cents"] == lines_sum(one) == refunded_cents(shop, one.number)
    again = talk.call("refund", order_number=one.number)
    assert again["error"] == "already_refunded"
    assert again["references"] == [result["reference"]]


def test_a_second_call_for_the_same_units_has_the_same_business_key(shop: Shop) -> None:
    one = refundable(shop)
    talk = shop.talk(one.customer)
    first = talk.key("refund", order_number=one.number, reason="other")
    talk.call("refund", order_number=one.number)

    assert talk.key("refund", order_number=one.number.lower()) == first


def test_checking_tells_amount_window_and_conditions_and_changes_nothing(shop: Shop) -> None:
    one = refundable(shop)

    result = shop.talk(one.customer).call("check_refund", order_number=one.number)

    assert result["ok"]
    assert result["amount_cents"] == lines_sum(one)
    assert result["window_days"] == 30
    assert result["window_ends_iso"] > "2026-11-24"
    assert result["rule"]["section"] == "2.1"
    assert result["conditions"]
    assert refunded_cents(shop, one.number) == 0


def test_outside_the_window_it_is_refused_with_the_rule_and_a_person_offered(shop: Shop) -> None:
    one = refundable(shop)
    shop.clock.pass_(days=40)

    result = shop.talk(one.customer).call("refund", order_number=one.number)

    assert result["error"] == "outside_policy"
    assert result["check"] == "window"
    assert result["rule"]["id"] == "R-1"
    assert result["window_ends"] in result["rule"]["text"]
    assert result["person_offered"]
    assert refunded_cents(shop, one.number) == 0


def test_the_last_day_of_the_window_is_inside_it_and_the_next_is_not(shop: Shop) -> None:
    one = refundable(shop)
    assert one.delivered
    shop.clock.pass_(days=30 + one.delivered.days)
    talk = shop.talk(one.customer)
    last_day = talk.call("check_refund", order_number=one.number)
    shop.clock.pass_(days=1)

    assert last_day["ok"]
    assert talk.call("check_refund", order_number=one.number)["check"] == "window"


def test_damaged_articles_have_a_longer_window(shop: Shop) -> None:
    one = refundable(shop)
    shop.clock.pass_(days=35)
    talk = shop.talk(one.customer)

    assert talk.call("check_refund", order_number=one.number, reason="damaged")["window_days"] == 60
    assert talk.call("check_refund", order_number=one.number, reason="late")["check"] == "window"


@pytest.mark.parametrize("item_type", ["final_sale", "made_to_order"])
def test_excluded_articles_are_refused_unless_they_arrived_damaged(shop: Shop, item_type: str) -> None:
    one = delivered_with(shop, item_type)
    talk = shop.talk(one.customer)

    refused = talk.call("check_refund", order_number=one.number, reason="changed_mind")
    damaged = talk.call("check_refund", order_number=one.number, reason="damaged")

    assert (refused["check"], refused["rule"]["id"]) == ("item_type", "R-2")
    assert damaged["ok"] or damaged["check"] == "amount_limit"


def test_what_has_not_arrived_is_not_refunded_by_machine(shop: Shop) -> None:
    one = next(one for one in shop.business.seed.orders if one.state is OrderState.SHIPPED)

    assert shop.talk(one.customer).call("check_refund", order_number=one.number)["check"] == "delivered"


def test_what_was_never_paid_is_not_refunded(shop: Shop) -> None:
    one = next(one for one in shop.business.seed.orders if one.state is OrderState.PLACED)

    assert shop.talk(one.customer).call("refund", order_number=one.number)["check"] == "paid"


def test_above_the_limit_a_person_decides(shop: Shop) -> None:
    one = next(
        one
        for one in shop.business.seed.orders
        if one.state is OrderState.DELIVERED and one.delivered and one.delivered.days > -20
        if not one.refunds and lines_sum(one) > 60_000
        if all(shop.business.product(line.sku).item_type == "standard" for line in one.lines)  # type: ignore[union-attr]
    )

    result = shop.talk(one.customer).call("refund", order_number=one.number, confirmed=True)

    assert result["check"] == "amount_limit"
    assert "€500.00" in result["rule"]["text"]
    assert result["person_offered"]


def test_from_a_threshold_on_the_customer_confirms_first(shop: Shop) -> None:
    one = next(
        one
        for one in (refundable(shop, below=50_000, age=range(1, 30)), *shop.business.seed.orders)
        if 10_000 <= lines_sum(one) < 50_000
        and one.state is OrderState.DELIVERED
        and one.delivered
        and one.delivered.days > -30
        and not one.refunds
        and all(shop.business.product(line.sku).item_type == "standard" for line in one.lines)  # type: ignore[union-attr]
    )
    talk = shop.talk(one.customer)

    asked = talk.outcome("refund", order_number=one.number)

    assert asked.confirm is not None
    assert asked.result["error"] == "needs_confirmation"
    assert one.number in asked.result["summary"]
    assert refunded_cents(shop, one.number) == 0
    assert talk.call("refund", order_number=one.number, confirmed=True)["ok"]


def test_some_items_are_refunded_by_name_and_the_rest_later(shop: Shop) -> None:
    one = refundable(shop, below=60_000, lines=2)
    name = shop.business.product(one.lines[0].sku)
    assert name is not None
    talk = shop.talk(one.customer)

    items = [{"sku": name.name, "quantity": 1}]
    part = talk.call("refund", order_number=one.number, items=items, confirmed=True)
    rest = talk.call("refund", order_number=one.number, confirmed=True)

    assert part["ok"], part
    assert part["amount_cents"] == one.lines[0].price_cents
    assert rest["ok"], rest
    assert part["amount_cents"] + rest["amount_cents"] == lines_sum(one) == refunded_cents(shop, one.number)


def test_delivery_goes_back_with_a_whole_order_that_arrived_damaged(shop: Shop) -> None:
    one = next(
        one
        for one in shop.business.seed.orders
        if one.state is OrderState.DELIVERED and one.delivered and one.delivered.days > -25
        if one.shipping_cents and not one.refunds and one.total_cents < 50_000
    )
    talk = shop.talk(one.customer)

    damaged = talk.call("check_refund", order_number=one.number, reason="damaged")
    other = talk.call("check_refund", order_number=one.number, reason="changed_mind")

    assert damaged["amount_cents"] == one.total_cents
    assert damaged["shipping"]
    assert other["amount_cents"] == lines_sum(one)
    assert other["shipping"] is None


def test_a_payment_method_that_the_policy_leaves_out_needs_a_person(shop: Shop) -> None:
    one = refundable(shop)
    policy = shop.business.refunds.model_copy(update={"payment_methods": ("voucher",)})
    shop.business = shop.business.model_copy(update={"refunds": policy})

    result = shop.talk(one.customer).call("refund", order_number=one.number)

    assert (result["error"], result["check"]) == ("outside_policy", "payment_method")
    assert result["person_offered"]


def test_more_units_than_were_ordered_are_refused(shop: Shop) -> None:
    one = refundable(shop)
    items = [{"sku": one.lines[0].sku, "quantity": one.lines[0].quantity + 1}]

    result = shop.talk(one.customer).call("refund", order_number=one.number, items=items)

    assert (result["error"], result["check"]) == ("outside_policy", "quantity")


def test_an_article_that_the_order_does_not_have_lists_what_it_has(shop: Shop) -> None:
    one = refundable(shop)

    result = shop.talk(one.customer).call(
        "check_refund", order_number=one.number, items=[{"sku": "bicycle", "quantity": 1}]
    )

    assert result["error"] == "no_such_item"
    assert result["items"][0]["sku"] == one.lines[0].sku


def test_the_days_cap_leaves_the_rest_to_a_person(shop: Shop) -> None:
    one = refundable(shop)
    policy = shop.business.refunds.model_copy(update={"daily_cap_cents": lines_sum(one) - 1})
    shop.business = shop.business.model_copy(update={"refunds": policy})

    result = shop.talk(one.customer).call("refund", order_number=one.number)

    assert result["check"] == "daily_cap"
    assert refunded_cents(shop, one.number) == 0


def test_the_challenge_is_enough_for_a_refund_within_the_policy(shop: Shop) -> None:
    one = refundable(shop)
    customer = shop.business.seed.customer(one.customer)
    assert customer is not None
    talk = shop.talk().says(f"{one.number}, {customer.email}")
    before = talk.call("refund", order_number=one.number)
    talk.call("find_order", order_number=one.number, email=customer.email)

    assert before["error"] == "identity_needed"
    assert talk.call("refund", order_number=one.number)["ok"]


def test_an_approval_lifts_the_policy_up_to_its_limit_and_never_the_books(shop: Shop) -> None:
    one = refundable(shop)
    shop.clock.pass_(days=100)
    talk = shop.talk(one.customer)
    talk.person_id, talk.limit_cents = PersonId("anna"), lines_sum(one) - 1
    too_much = talk.call("refund", order_number=one.number)
    talk.limit_cents = lines_sum(one)

    made = talk.call("refund", order_number=one.number)

    assert too_much["error"] == "limit_exceeded"
    assert made["ok"], made
    assert talk.call("refund", order_number=one.number)["error"] == "already_refunded"
    row = shop.database.read(
        lambda uow: uow.connection.execute(
            select(audit).where(audit.c.subject == f"order:{one.number}")
        ).one()
    )
    assert (row.actor, row.actor_id, row.action) == ("person", "anna", "refund")


def test_a_journaled_call_refuses_when_other_units_would_now_go_back(shop: Shop) -> None:
    one = next(
        one
        for one in shop.business.seed.orders
        if one.state is OrderState.DELIVERED and one.delivered and one.delivered.days > -25
        if not one.refunds and any(line.quantity > 1 and line.price_cents < 9_000 for line in one.lines)
    )
    line = next(line for line in one.lines if line.quantity > 1 and line.price_cents < 9_000)
    items = [{"sku": line.sku, "quantity": 1}]
    talk, person = shop.talk(one.customer), shop.talk(one.customer)
    journaled = talk.key("refund", order_number=one.number, items=items)
    person.call("refund", order_number=one.number, items=items)

    spec = tool_named("refund")
    assert spec is not None
    outcome = shop.database.write(
        lambda uow: run_tool(
            spec,
            {"order_number": one.number, "items": items},
            replace(talk.context(uow), business_key=journaled),
            "call_1",
        )
    )
    assert outcome.result["error"] == "changed_meanwhile"


@pytest.mark.parametrize("kind", BOTH)
def test_twenty_refunds_at_once_pay_each_unit_back_once(kind: str, tmp_path: Path) -> None:
    with a_shop(kind, tmp_path) as shop:
        one = refundable(shop)
        talks = [shop.talk(one.customer) for _ in range(20)]
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda talk: talk.call("refund", order_number=one.number), talks))

        assert sum(result["ok"] for result in results) == 1
        assert refunded_cents(shop, one.number) == lines_sum(one)


@pytest.mark.parametrize("kind", BOTH)
def test_refunds_of_many_orders_at_once_never_pass_the_days_cap(kind: str, tmp_path: Path) -> None:
    with a_shop(kind, tmp_path) as shop:
        orders = [
            one
            for one in shop.business.seed.orders
            if one.state is OrderState.DELIVERED and not one.refunds and one.delivered
            if one.delivered.days > -25 and lines_sum(one) < 50_000
        ]
        cap = lines_sum(orders[0]) + lines_sum(orders[1])
        policy = shop.business.refunds.model_copy(update={"daily_cap_cents": cap})
        shop.business = shop.business.model_copy(update={"refunds": policy})
        calls = [(shop.talk(one.customer), one.number) for one in orders]
        with ThreadPoolExecutor(8) as threads:
            list(
                threads.map(lambda call: call[0].call("refund", order_number=call[1], confirmed=True), calls)
            )

        made = select(func.coalesce(func.sum(refund.c.amount_cents), 0)).where(refund.c.at >= shop.clock.now)
        total = shop.database.read(lambda uow: uow.connection.execute(made).scalar_one())
        assert 0 < total <= cap


def test_the_order_and_its_refund_rows_tell_the_same_sum(shop: Shop) -> None:
    one = refundable(shop)
    shop.talk(one.customer).call("refund", order_number=one.number)

    total = shop.database.read(lambda uow: refunded_in_all(uow, one.number))  # type: ignore[arg-type]
    units = select(func.count()).select_from(refund_unit).where(refund_unit.c.line_id.like(f"{one.number}/%"))
    count = shop.database.read(lambda uow: uow.connection.execute(units).scalar_one())
    assert total == refunded_cents(shop, one.number)
    assert count == sum(line.quantity for line in one.lines)


def test_a_day_begins_at_the_shops_midnight(shop: Shop) -> None:
    one = refundable(shop)
    assert one.delivered
    # 23:30 UTC in winter is still the same day in Dublin, half an hour later the next one.
    end = timedelta(days=30 + one.delivered.days, hours=14)
    shop.clock.now = shop.clock.now.replace(hour=9, minute=30) + end
    inside = shop.talk(one.customer).call("check_refund", order_number=one.number)
    shop.clock.pass_(hours=1)

    assert inside["ok"]
    assert shop.talk(one.customer).call("check_refund", order_number=one.number)["check"] == "window"


def test_paid_less_than_the_lines_refunds_no_more_than_was_paid(shop: Shop) -> None:
    one = refundable(shop)
    less = update(order).where(order.c.number == one.number).values(paid_cents=lines_sum(one) - 500)
    shop.database.write(lambda uow: uow.connection.execute(less))

    result = shop.talk(one.customer).call("refund", order_number=one.number)

    assert result["amount_cents"] == lines_sum(one) - 500


def test_an_item_without_a_quantity_is_all_of_it_and_no_other(shop: Shop) -> None:
    one = next(
        one
        for one in shop.business.seed.orders
        if one.state is OrderState.DELIVERED and one.delivered and one.delivered.days > -25
        if not one.refunds and any(line.quantity > 1 and line.price_cents < 9_000 for line in one.lines)
    )
    line = next(line for line in one.lines if line.quantity > 1 and line.price_cents < 9_000)
    talk = shop.talk(one.customer)

    named = talk.call("check_refund", order_number=one.number, items=[{"sku": line.sku}])
    null = talk.call("check_refund", order_number=one.number, items=[{"sku": line.sku, "quantity": None}])

    assert [(item["sku"], item["quantity"]) for item in named["items"]] == [(line.sku, line.quantity)]
    assert null == named
    assert talk.key("refund", order_number=one.number, items=[{"sku": line.sku}]) == talk.key(
        "refund", order_number=one.number, items=[{"sku": line.sku, "quantity": line.quantity}]
    )
