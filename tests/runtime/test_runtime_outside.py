"""A call to another system whose turn is gone is looked up later: on record, void, or a case."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from agent.outside_calls import OUTSIDE_CHECK
from core.ids import ConversationId, OrderNumber, TurnId
from core.shapes import Json
from docs.examples.connect.shop_refunds import ShopRefunds, ShopRefundsUnseen
from runtime.outside import outside_checks
from store import conversations, outside
from store.desk_tables import case
from store.outbox import Due
from store.outside import Intent
from store.shop_records import NewRefund, RefundUnits
from store.talk_tables import effect, outside_call
from tests.support.baton import ServedBaton, settings_for
from tests.support.process import SECRET
from tests.support.provider import Provider
from tests.support.shop import BOTH, fresh_url
from tools.outside import OutsidePort
from tools.outside_codec import dump_arguments

ORDER, LINE_SKU = "HL-10383", "BUL-E27-W"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as running:
        monkeypatch.setenv("SHOP_PROVIDER_URL", running.url)
        yield running


@pytest.fixture(params=BOTH)
def baton(request: pytest.FixtureRequest, provider: Provider, tmp_path: Path) -> Iterator[ServedBaton]:
    more = {"database_url": fresh_url("postgresql", tmp_path)} if request.param == "postgresql" else {}
    settings = settings_for(tmp_path, None, baton_model="embedded", baton_identity_secret=SECRET, **more)
    with ServedBaton(settings) as running:
        yield running


def left_behind(baton: ServedBaton) -> Intent:
    """An intent as a dead turn left it: written, and nobody knows whether the call was made."""
    means = baton.baton.worker.means
    id = ConversationId(baton.customer("C-1001").id)
    arguments: Json = {
        "order_number": ORDER,
        "items": [{"sku": LINE_SKU, "quantity": 1}],
        "reason": "damaged",
    }
    order = means.database.read(lambda uow: means.ports.orders.find(uow, ORDER.removeprefix("HL-")))[0]
    line = next(one for one in order.lines if one.sku == LINE_SKU)
    new = NewRefund(
        reference="RF-LEFT0001",
        order_number=OrderNumber(ORDER),
        units=(RefundUnits(line.id, (1,)),),
        amount_cents=line.price_cents,
        currency=order.currency,
        method=order.payment_method,
        reason="damaged",
        policy_version=1,
        day="2026-11-24",
        daily_cap_cents=100_000,
        person_id=None,
    )
    intent = Intent(
        business_key=f"refund:{ORDER}:{line.id}=1",
        conversation_id=id,
        turn_id=TurnId("turn_gone"),
        step=1,
        call_id="call_1",
        tool="refund",
        arguments=arguments,
        confirmed=True,
        port="refunds",
        method="make",
        call=dump_arguments("refunds", "make", (new, id)),
        reads=[],
        at=means.database.clock(),
    )
    begun = means.database.write(lambda uow: outside.begin(uow, intent))
    assert begun is not None
    return begun


def is_checked(baton: ServedBaton, system: object, intent: Intent) -> None:
    """As the relay does when the time has come."""
    means = baton.baton.worker.means
    ports = replace(means.ports, refunds=OutsidePort("refunds", system))  # type: ignore[arg-type]
    check = outside_checks(replace(means, ports=ports))[OUTSIDE_CHECK]
    check(Due("job", OUTSIDE_CHECK, intent.conversation_id, {"intent": intent.id}, 1))


def rows(baton: ServedBaton, table: object) -> list[Json]:
    query = select(table)  # type: ignore[call-overload]
    found = baton.baton.database.read(lambda uow: uow.connection.execute(query).mappings().all())
    return [dict(one) for one in found]


def test_what_was_done_there_comes_on_record_once(baton: ServedBaton, provider: Provider) -> None:
    intent = left_behind(baton)
    done = {"order": ORDER, "cents": 900, "currency": "EUR", "reference": "RF-LEFT0001"}
    provider.refunds.append({**done, "key": intent.business_key, "at": "2026-11-24T09:30:00+00:00"})

    is_checked(baton, ShopRefunds(), intent)
    is_checked(baton, ShopRefunds(), intent)

    [written] = rows(baton, effect)
    assert written["business_key"] == intent.business_key
    assert written["result"]["reference"] == "RF-LEFT0001"
    assert provider.calls == []


def test_what_was_not_done_there_is_not_done_now_and_may_be_asked_for_again(
    baton: ServedBaton, provider: Provider
) -> None:
    intent = left_behind(baton)

    is_checked(baton, ShopRefunds(), intent)

    assert provider.calls == []
    assert [one["status"] for one in rows(baton, outside_call)] == ["void"]
    assert rows(baton, effect) == []
    held = baton.baton.database.read(lambda uow: outside.held(uow, intent.business_key))
    assert held is None


def test_what_nobody_can_say_becomes_one_case_and_is_never_called(
    baton: ServedBaton, provider: Provider
) -> None:
    intent = left_behind(baton)

    is_checked(baton, ShopRefundsUnseen(), intent)
    is_checked(baton, ShopRefundsUnseen(), intent)

    [opened] = rows(baton, case)
    assert (opened["conversation_id"], opened["reason"]) == (intent.conversation_id, "policy_exception")
    assert provider.calls == []
    talk = baton.baton.database.read(lambda uow: conversations.load(uow, intent.conversation_id))
    assert talk.seq > 0
