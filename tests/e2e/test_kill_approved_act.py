"""SIGKILL at each step of an approved refund: asked once, made once, told once."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from handover import requests as asked
from handover.requests import Answer
from store import outbox, people, requests
from store.conversations import hold
from store.database import UnitOfWork
from store.desk_tables import request as person_request
from store.shop_tables import refund
from tests.support.baton import Body, Customer, wait_for
from tests.support.process import BatonProcess, Nursery, leases_end, store_of, tells
from tests.support.scripted_answers import Answer as Said
from tests.support.scripted_answers import calls, content, hang, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

OF = {
    "after it was asked": ("C-1029", "HL-10408"),
    "after it was approved": ("C-1046", "HL-10442"),
    "while it is carried out": ("C-1023", "HL-10430"),
    "before it is told": ("C-1036", "HL-10411"),
}
ASKED, DONE = "A colleague was asked.", "It is refunded."
RESUMES_S = 30

pytestmark = pytest.mark.timeout(400)
"""Five starts of a process, on each database."""


@dataclass
class Model:
    """An able model that hangs where a test wants to kill."""

    hangs: set[tuple[str, str]] = field(default_factory=set)
    """(order, what it would say)."""
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(self, request: Request) -> Said:
        said = str(request.messages)
        order = next(order for _, order in OF.values() if order in said)
        if not request.results:
            return calls(("refund", {"order_number": order, "reason": "changed_mind"}))
        result = request.results[-1]
        assert isinstance(result, dict)
        words = DONE if result["ok"] else ASKED
        self.asked[order, words] += 1
        return hang() if (order, words) in self.hangs else reply(words)


@dataclass
class Story:
    """A Baton, its customers by when it is killed, and what the kills did."""

    process: BatonProcess
    model: Model
    customers: dict[str, Customer] = field(default_factory=dict)

    def run(self) -> None:
        self.process.start()
        self.model.hangs = {(OF["after it was asked"][1], ASKED)}
        for step, (id, order) in OF.items():
            self.customers[step] = self.process.customer_of(id)
            if step == "after it was asked":
                tells(self.customers[step], f"Please refund {order}")
            else:
                assert self.customers[step].says(f"Please refund {order}")["message"]["text"] == ASKED
        wait_for(lambda: self.model.asked[OF["after it was asked"][1], ASKED])
        self.dies()
        self._approved_in_the_store("after it was approved")
        self.lives_again()
        wait_for(lambda: self.customers["after it was asked"].texts("ai") == [ASKED], RESUMES_S)
        wait_for(lambda: DONE in self.customers["after it was approved"].texts("ai"), RESUMES_S)
        self.approve("after it was asked")
        wait_for(lambda: DONE in self.customers["after it was asked"].texts("ai"), RESUMES_S)
        with self._held_up("while it is carried out"):
            self.dies()
        self.model.hangs = {(OF["before it is told"][1], DONE)}
        self.lives_again()
        wait_for(lambda: DONE in self.customers["while it is carried out"].texts("ai"), RESUMES_S)
        self.approve("before it is told")
        wait_for(lambda: self.model.asked[OF["before it is told"][1], DONE], RESUMES_S)
        self.dies()
        self.lives_again()
        wait_for(lambda: DONE in self.customers["before it is told"].texts("ai"), RESUMES_S)

    def dies(self) -> None:
        self.process.kill()
        self.model.hangs = set()

    def lives_again(self) -> None:
        with store_of(self.process) as database:
            leases_end(database)
            database.write(outbox.free_all)
        self.process.start()

    def approve(self, step: str) -> None:
        [row] = self.requests_of(step)
        anna = self.process.person("orders")
        answered = anna.post(f"/v1/requests/{row}", {"approve": True})
        assert answered.status_code == 200, answered.text

    def requests_of(self, step: str) -> list[str]:
        query = select(person_request.c.id).where(person_request.c.conversation_id == self.customers[step].id)
        with store_of(self.process) as database:
            return list(database.read(lambda uow: uow.connection.execute(query).scalars().all()))

    def refunds_of(self, step: str) -> list[Body]:
        query = select(refund.c.amount_cents, refund.c.person_id).where(refund.c.order_number == OF[step][1])
        with store_of(self.process) as database:
            rows = database.read(lambda uow: uow.connection.execute(query).all())
        return [dict(row._mapping) for row in rows]

    def _approved_in_the_store(self, step: str) -> None:
        """As the API commits it, with no time left for the act."""
        [id] = self.requests_of(step)
        business = load_business(SAMPLE_BUSINESS)

        def approve(uow: UnitOfWork) -> None:
            row = requests.load(uow, id)
            anna = next(one for one in people.everyone(uow) if one.id == "anna")
            asked.answer(hold(uow, row.conversation_id), row, anna, Answer(approve=True), business)

        with store_of(self.process) as database:
            database.write(approve)

    @contextmanager
    def _held_up(self, step: str) -> Iterator[None]:
        """The act has begun and waits for the order, which the test holds."""
        with store_of(self.process) as database:
            lock = "BEGIN IMMEDIATE" if database.engine.dialect.name == "sqlite" else None
            if lock is not None:
                self.approve(step)
            with database.engine.connect() as connection:
                if lock is None:
                    held = text("SELECT number FROM shop_order WHERE number = :number FOR UPDATE")
                    connection.execute(held, {"number": OF[step][1]})
                    self.approve(step)
                else:
                    connection.execute(text("UPDATE shop_order SET note = note WHERE number = ''"))
                time.sleep(1.5)  # the relay looks once a second
                yield
                connection.rollback()


@pytest.fixture(scope="module", params=BOTH)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder: Path = tmp_path_factory.mktemp("kill_approved")
    more = {"DATABASE_URL": fresh_url("postgresql", folder)} if request.param == "postgresql" else {}
    model = Model()
    with ScriptedServer(content("unset")) as server, Nursery() as nursery:
        server.play(model)
        process = BatonProcess(nursery=nursery, folder=folder, model=server, more=more)
        with closing(process):
            told = Story(process, model)
            told.run()
            yield told


@pytest.mark.parametrize("step", OF)
def test_an_approved_refund_is_made_once_when_the_process_dies(story: Story, step: str) -> None:
    [made] = story.refunds_of(step)
    assert made["person_id"] == "anna"


@pytest.mark.parametrize("step", OF)
def test_a_person_is_asked_once_when_the_process_dies(story: Story, step: str) -> None:
    assert len(story.requests_of(step)) == 1


@pytest.mark.parametrize("step", OF)
def test_the_customer_is_told_once_when_the_process_dies(story: Story, step: str) -> None:
    customer = story.customers[step]
    assert customer.texts("ai") == [ASKED, DONE]
    assert [turn["cause"] for turn in customer.turns()] == ["message", "request"]
