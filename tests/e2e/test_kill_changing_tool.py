"""A person takes over while a tool changes something: either it was done before, or it is not done at all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from core.ids import ConversationId
from core.shapes import Json
from handover.desk import takeover
from store import people
from store.conversations import hold
from store.database import UnitOfWork
from store.refunds import SqlRefunds
from store.shop_records import NewRefund, RefundRecord
from store.shop_tables import refund
from store.talk_tables import journal
from tests.support.baton import Customer, ServedBaton, settings_for, wait_for
from tests.support.process import SECRET
from tests.support.scripted_answers import calls, content, reply
from tests.support.scripted_server import ScriptedServer
from tests.support.shop import BOTH, fresh_url

WORDS = "The bulbs of HL-10383 arrived broken, please refund one set"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(params=BOTH)
def baton(request: pytest.FixtureRequest, model: ScriptedServer, tmp_path: Path) -> Iterator[ServedBaton]:
    more = {"database_url": fresh_url("postgresql", tmp_path)} if request.param == "postgresql" else {}
    with ServedBaton(settings_for(tmp_path / "data", model, baton_identity_secret=SECRET, **more)) as running:
        yield running


class SlowRefunds(SqlRefunds):
    """Refunds that take as long as the test wants, in the middle of their transaction."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def make(self, uow: UnitOfWork, new: NewRefund, conversation_id: ConversationId | None) -> RefundRecord:
        self.begun.set()
        assert self.may_end.wait(20)
        return super().make(uow, new, conversation_id)


def asks_for_a_refund(baton: ServedBaton, model: ScriptedServer) -> tuple[Customer, threading.Thread]:
    """The customer asks; the model calls the tool, and would say so if it were asked again."""
    item = {"sku": "BUL-E27-W", "quantity": 1}
    order = {"order_number": "HL-10383", "items": [item], "reason": "damaged"}
    model.play([calls(("refund", order)), reply("It is refunded.").after(0.1)])
    customer = baton.customer("C-1001")
    asking = threading.Thread(target=lambda: customer.says(WORDS))
    return customer, asking


def refunds_in(baton: ServedBaton, customer: Customer) -> int:
    query = select(refund.c.reference).where(refund.c.conversation_id == customer.id)
    return len(baton.baton.database.read(lambda uow: uow.connection.execute(query).all()))


def test_a_takeover_in_the_middle_of_an_effect_waits_for_it_and_the_person_sees_it(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    slow, worker = SlowRefunds(), baton.baton.worker
    worker.means = replace(worker.means, ports=replace(worker.means.ports, refunds=slow))
    customer, asking = asks_for_a_refund(baton, model)
    person = baton.person()
    asking.start()
    assert slow.begun.wait(20)
    taking = threading.Thread(target=lambda: person.post(f"/v1/conversations/{customer.id}/takeover"))
    taking.start()
    slow.may_end.set()
    taking.join()
    asking.join()
    assert refunds_in(baton, customer) == 1
    assert customer.texts("ai") == []
    assert customer.view()["mode"] == "person"
    case = person.case_of(customer)
    tried = person.get(f"/v1/cases/{case['id']}").json()["brief"]["tried"]
    assert any("HL-10383" in line["action"] for line in tried)


def test_a_takeover_between_the_journal_and_the_effect_leaves_no_effect(
    baton: ServedBaton, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, asking = asks_for_a_refund(baton, model)
    person = baton.person()
    with steps_in(baton, person.name, customer, monkeypatch) as stepped_in:
        asking.start()
        assert stepped_in.wait(20)
        asking.join()
    assert baton.baton.database.read(lambda uow: uow.connection.execute(select(journal)).all()) != []
    assert refunds_in(baton, customer) == 0
    assert customer.texts("ai") == []
    case = person.case_of(customer)
    assert case["status"] == "claimed"
    returned = person.does(case, "return", {"note": "I have seen to it."})
    assert returned["status"] == "returned"
    wait_for(lambda: customer.texts("ai"))
    assert refunds_in(baton, customer) == 0


@contextmanager
def steps_in(
    baton: ServedBaton, name: str, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Event]:
    """The takeover is committed after the call was written down, and just before it runs."""
    database, hub, stepped_in = baton.baton.database, baton.baton.hub, threading.Event()
    pass_on = hub.live

    def take(uow: UnitOfWork) -> None:
        person = next(one for one in people.everyone(uow) if one.name == name)
        takeover(hold(uow, ConversationId(customer.id)), person, baton.baton.business)

    def live(conversation_id: ConversationId, kind: str, data: Json) -> None:
        if kind == "tool" and data["state"] == "started":
            database.write(take)
            stepped_in.set()
        pass_on(conversation_id, kind, data)

    with monkeypatch.context() as patched:
        patched.setattr(hub, "live", live)
        yield stepped_in
