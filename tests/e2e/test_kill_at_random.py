"""A dozen SIGKILLs at random moments under a few conversations: nothing is lost, and nothing is doubled."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from core.ids import ConversationId
from core.vocabulary import Mode
from store import events
from store.conversations import load
from store.database import Database
from store.shop_tables import refund, refund_unit
from store.talk_tables import effect, event, turn
from tests.support.baton import Customer, wait_for
from tests.support.process import BatonProcess, Nursery, leases_end, store_of
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

KILLS = 12
LIFE_S = (0.5, 1.1)
PATIENCE_S = 60
WISHES = {
    "C-1039": ("HL-10400", "LMP-BAT-CAN"),
    "C-1045": ("HL-10459", "BUL-E27-W"),
    "C-1005": ("HL-10453", "ACC-OIL-500"),
    "C-1046": ("HL-10465", "LMP-PEN-PAP"),
    "C-1037": ("HL-10424", "LMP-PEN-PAP"),
}
"""One refund for each customer, of one unit."""


def model(request: Request) -> Answer:
    """Takes its time, refunds what it is asked to refund, and words it otherwise each time."""
    takes = random.uniform(0.0, 0.25)
    words = request.user_text
    if not words.startswith("Refund") or request.last_role == "tool":
        return reply(f"Answer to: {words}. {'And more. ' * 10}".strip()).slowly(0.005, 20).after(takes)
    _, order, sku = words.split()
    reason = random.choice(["damaged", "wrong_item"])
    item = {"sku": sku, "quantity": 1}
    return calls(("refund", {"order_number": order, "items": [item], "reason": reason})).after(takes)


@dataclass
class Writer:
    """A customer who writes one message after the other, and sends each again until it is answered."""

    customer: Customer
    texts: list[str]
    left: threading.Event
    answers: list[str] = field(default_factory=list)

    def write_all(self) -> None:
        for number, text in enumerate(self.texts):
            self._write(text, f"{self.customer.id}-{number}")

    def _write(self, text: str, key: str) -> None:
        while not self.left.is_set():
            try:
                answer = self.customer.says(text, Idempotency_Key=key)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer["message"] is not None:
                self.answers.append(answer["message"]["text"])
                return


@dataclass
class Ordeal:
    """A Baton that was killed again and again while customers wrote."""

    process: BatonProcess
    writers: list[Writer] = field(default_factory=list)

    def run(self) -> None:
        left = threading.Event()
        self.process.start()
        for id, (order, sku) in WISHES.items():
            texts = [f"First question of {id}", f"Refund {order} {sku}", "Second question", "Third question"]
            self.writers.append(Writer(self.process.customer_of(id), texts, left))
        threads = [threading.Thread(target=one.write_all) for one in self.writers]
        for thread in threads:
            thread.start()
        try:
            self._kill_often()
            wait_for(lambda: not any(thread.is_alive() for thread in threads), PATIENCE_S)
        finally:
            left.set()
            for thread in threads:
                thread.join()

    def _kill_often(self) -> None:
        for _ in range(KILLS):
            time.sleep(random.uniform(*LIFE_S))
            self.process.kill()
            with store_of(self.process) as database:
                leases_end(database)
            self.process.start()


@pytest.fixture(scope="module", params=BOTH)
def ordeal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ordeal]:
    folder: Path = tmp_path_factory.mktemp("ordeal")
    more = {"DATABASE_URL": fresh_url("postgresql", folder)} if request.param == "postgresql" else {}
    with ScriptedServer(content("unset")) as server, Nursery() as nursery:
        server.play(model)
        process = BatonProcess(nursery=nursery, folder=folder, model=server, more=more)
        with closing(process):
            told = Ordeal(process)
            told.run()
            yield told


@pytest.fixture
def database(ordeal: Ordeal) -> Iterator[Database]:
    with store_of(ordeal.process) as opened:
        yield opened


def test_every_message_is_stored_once_and_in_its_order(ordeal: Ordeal) -> None:
    for writer in ordeal.writers:
        assert writer.customer.texts("customer") == writer.texts


def test_every_message_is_answered_and_once(ordeal: Ordeal) -> None:
    for writer in ordeal.writers:
        assert len(writer.answers) == len(writer.texts)
        assert writer.customer.texts("ai") == writer.answers
        turns = writer.customer.turns()
        assert len(turns) == len(writer.texts)


def test_every_refund_is_made_once(ordeal: Ordeal, database: Database) -> None:
    def made(uow: object) -> tuple[list[str], int, int]:
        execute = uow.connection.execute  # type: ignore[attr-defined]
        orders = execute(select(refund.c.order_number).where(refund.c.conversation_id.is_not(None)))
        conversation_ids = [writer.customer.id for writer in ordeal.writers]
        of_these = select(func.count()).where(effect.c.conversation_id.in_(conversation_ids))
        references = select(refund.c.reference).where(refund.c.conversation_id.is_not(None))
        units = select(func.count()).where(refund_unit.c.reference.in_(references))
        return list(orders.scalars()), execute(of_these).scalar_one(), execute(units).scalar_one()

    orders, effects, units = database.read(made)
    assert sorted(orders) == sorted(order for order, _ in WISHES.values())
    assert (effects, units) == (len(WISHES), len(WISHES))


def test_the_event_log_has_no_gap_and_the_desk_misses_nothing(ordeal: Ordeal, database: Database) -> None:
    for writer in ordeal.writers:
        id = ConversationId(writer.customer.id)
        query = select(event.c.seq).where(event.c.conversation_id == id).order_by(event.c.seq)
        seqs = list(database.read(lambda uow, query=query: uow.connection.execute(query).scalars()))
        talk = database.read(lambda uow, id=id: load(uow, id))
        assert seqs == list(range(1, talk.seq + 1))
    told = database.read(lambda uow: events.of_desk(uow, 0, 10_000))
    assert [one.id for one in told] == list(range(1, len(told) + 1))


def test_nothing_is_left_under_way(ordeal: Ordeal, database: Database) -> None:
    running = select(func.count()).where(turn.c.status.in_(["running", "spoke"]))
    assert database.read(lambda uow: uow.connection.execute(running).scalar_one()) == 0
    assert {writer.customer.view()["mode"] for writer in ordeal.writers} == {Mode.AI}
