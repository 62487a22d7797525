"""Refunds by a provider on a real socket: what it answers, how it fails, and who has the floor meanwhile."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from sqlalchemy import select

from core.clock import utc_now
from docs.examples.connect.shop_refunds import ShopRefunds, ShopRefundsUnseen
from runtime.demo import TOKEN_LIFE
from store.shop_tables import refund
from store.talk_tables import effect, outside_call
from tests.support.baton import Body, Customer, ServedBaton, settings_for, wait_for
from tests.support.process import SECRET
from tests.support.provider import Dropped, Provider
from tests.support.scripted_answers import calls, content, reply
from tests.support.scripted_server import ScriptedServer
from tests.support.shop import BOTH, fresh_url
from tools.outside import OutsidePort

ORDER, OTHER, SKU = "HL-10383", "HL-10459", "BUL-E27-W"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as running:
        monkeypatch.setenv("SHOP_PROVIDER_URL", running.url)
        yield running


@pytest.fixture(params=BOTH)
def baton(
    request: pytest.FixtureRequest, provider: Provider, model: ScriptedServer, tmp_path: Path
) -> Iterator[ServedBaton]:
    more = {"database_url": fresh_url("postgresql", tmp_path)} if request.param == "postgresql" else {}
    settings = settings_for(tmp_path / "data", model, baton_identity_secret=SECRET, **more)
    with ServedBaton(settings) as running:
        connect(running, ShopRefunds())
        yield running


def connect(baton: ServedBaton, system: object) -> None:
    """As `extensions.yaml` does at the start."""
    worker = baton.baton.worker
    ports = replace(worker.means.ports, refunds=OutsidePort("refunds", system))  # type: ignore[arg-type]
    worker.means = replace(worker.means, ports=ports)


def asks(baton: ServedBaton, model: ScriptedServer, customer: Customer, order: str = ORDER) -> Body:
    """The customer asks, the model calls the tool. The turn."""
    arguments = {"order_number": order, "items": [{"sku": SKU, "quantity": 1}], "reason": "damaged"}
    model.play([calls(("refund", arguments)), reply("Here is what came of it.")])
    turn: Body = customer.says(f"One of the bulbs of {order} arrived broken, please refund it")["turn"]
    return turn


def signed_in(baton: ServedBaton, customer_id: str) -> Customer:
    """A customer who is none of the personas."""
    claims = {"sub": customer_id, "exp": utc_now() + TOKEN_LIFE}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    made = baton.http.post("/v1/conversations", json={"identity_token": token}).json()
    return Customer(baton.http, made["id"], made["token"])


def result_of(turn: Body) -> Body:
    result: Body = turn["tools"][-1]["result"]
    return result


def rows(baton: ServedBaton, table: object) -> list[Body]:
    query = select(table)  # type: ignore[call-overload]
    found = baton.baton.database.read(lambda uow: uow.connection.execute(query).mappings().all())
    return [dict(one) for one in found]


def test_the_providers_refund_is_the_result_and_stands_in_batons_books(
    baton: ServedBaton, model: ScriptedServer, provider: Provider
) -> None:
    turn = asks(baton, model, baton.customer("C-1001"))

    [made] = provider.refunds
    [intent] = rows(baton, outside_call)
    assert result_of(turn)["reference"] == made["reference"]
    assert made["key"] == intent["business_key"] == rows(baton, effect)[0]["business_key"]
    assert intent["status"] == "done"
    assert made["reference"] in [one["reference"] for one in rows(baton, refund)]


def test_the_same_wish_in_another_turn_and_another_conversation_is_not_called_again(
    baton: ServedBaton, model: ScriptedServer, provider: Provider
) -> None:
    customer = baton.customer("C-1001")
    first = result_of(asks(baton, model, customer))
    again = result_of(asks(baton, model, customer))
    elsewhere = result_of(asks(baton, model, baton.customer("C-1001")))

    assert len(provider.calls) == len({one["key"] for one in provider.refunds})
    assert len({one["reference"] for one in (first, again, elsewhere)}) == len(provider.refunds)


def test_what_the_provider_refuses_is_refused_and_may_be_asked_for_again(
    baton: ServedBaton, model: ScriptedServer, provider: Provider
) -> None:
    provider.refuses = True
    customer = baton.customer("C-1001")
    refused = result_of(asks(baton, model, customer))
    provider.refuses = False
    made = result_of(asks(baton, model, customer))

    assert refused["error"] == "changed_meanwhile"
    assert made["ok"]
    assert [one["status"] for one in rows(baton, outside_call)] == ["refused", "done"]


def test_a_provider_that_is_not_there_did_nothing_and_is_tried_again_when_asked(
    baton: ServedBaton, model: ScriptedServer, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PROVIDER_URL", "http://127.0.0.1:9")
    connect(baton, ShopRefunds())
    nobody = result_of(asks(baton, model, baton.customer("C-1001")))
    monkeypatch.setenv("SHOP_PROVIDER_URL", provider.url)
    connect(baton, ShopRefunds())
    made = result_of(asks(baton, model, baton.customer("C-1001")))

    assert nobody["error"] == "not_reached"
    assert made["ok"]
    assert len(provider.refunds) == 1


def test_an_answer_that_is_lost_is_looked_up_and_without_a_lookup_goes_to_a_person(
    baton: ServedBaton, model: ScriptedServer, provider: Provider
) -> None:
    def lost(stage: str) -> None:
        if stage == "done":
            raise Dropped

    provider.moments |= {ORDER: lost, OTHER: lost}
    found = result_of(asks(baton, model, baton.customer("C-1001")))
    connect(baton, ShopRefundsUnseen())
    turn = asks(baton, model, signed_in(baton, "C-1045"), OTHER)
    again = asks(baton, model, signed_in(baton, "C-1045"), OTHER)

    assert found["ok"]
    assert result_of(turn)["error"] == result_of(again)["error"] == "unknown_outcome"
    assert (turn["decision"], turn["reason"]) == ("handover", "policy_exception")
    assert len(provider.refunds) == len(provider.calls) == 2


def test_a_takeover_during_the_call_does_not_hide_what_was_done(
    baton: ServedBaton, model: ScriptedServer, provider: Provider
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def held_up(stage: str) -> None:
        if stage == "received":
            begun.set()
            assert may_end.wait(20)

    provider.moments[ORDER] = held_up
    customer, person = baton.customer("C-1001"), baton.person()
    arguments = {"order_number": ORDER, "items": [{"sku": SKU, "quantity": 1}], "reason": "damaged"}
    model.play([calls(("refund", arguments)), reply("It is refunded.")])
    asking = threading.Thread(target=lambda: customer.says("please refund the broken bulb"))
    asking.start()
    assert begun.wait(20)
    taken = person.post(f"/v1/conversations/{customer.id}/takeover")
    may_end.set()
    asking.join()
    wait_for(lambda: rows(baton, effect))

    assert taken.status_code == 200
    assert len(provider.refunds) == len(rows(baton, effect)) == 1
    assert customer.texts("ai") == []
    case = person.case_of(customer)
    tried = person.get(f"/v1/cases/{case['id']}").json()["brief"]["tried"]
    assert any(ORDER in line["action"] for line in tried)
