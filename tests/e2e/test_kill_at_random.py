"""A dozen SIGKILLs at random moments under a few conversations: nothing is lost, and nothing is doubled."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Row, Select, select

from core.ids import ConversationId
from store import events, leases
from store.conversations import load
from store.database import Database
from store.shop_tables import refund, refund_unit
from store.talk_tables import effect, event, turn
from tests.support.baton import Body, Customer, wait_for
from tests.support.process import BatonProcess, Nursery, leases_end, store_of
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

KILLS = 12
LIFE = (1, 3)
"""A process lives until so many more messages are answered."""
PATIENCE_S = 60
PLACES = ("Dublin", "Cork", "Galway", "Belfast", "Limerick")
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
    answers: list[Body] = field(default_factory=list)

    @property
    def sent(self) -> list[str]:
        return self.texts[: len(self.answers)]

    @property
    def handed_over(self) -> bool:
        """A turn that died three times over ended with a person."""
        return bool(self.answers) and self.answers[-1]["turn"]["decision"] == "handover"

    def write_all(self) -> None:
        for number, text in enumerate(self.texts):
            if not self.handed_over:
                self._write(text, f"{self.customer.id}-{number}")

    def _write(self, text: str, key: str) -> None:
        while not self.left.is_set():
            try:
                answer = self.customer.says(text, Idempotency_Key=key)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer["message"] is not None:
                self.answers.append(answer)
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
            texts = [f"Does {place} have oak?" for place in PLACES]
            texts.insert(2, f"Refund {order} {sku}")
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

    def _wait_for_answers(self, number: int) -> None:
        enough = self.answered + number
        wait_for(lambda: self.answered >= enough or not self.busy, PATIENCE_S)

    @property
    def answered(self) -> int:
        return sum(len(one.answers) for one in self.writers)

    @property
    def busy(self) -> bool:
        return any(one.sent != one.texts and not one.handed_over for one in self.writers)

    def _kill_often(self) -> None:
        for _ in range(KILLS):
            self._wait_for_answers(random.randint(*LIFE))
            time.sleep(random.uniform(0, 0.2))
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
        assert writer.customer.texts("customer") == writer.sent


def test_every_message_is_answered_and_once(ordeal: Ordeal) -> None:
    for writer in ordeal.writers:
        assert writer.sent == writer.texts or writer.handed_over
        assert writer.customer.texts("ai") == [answer["message"]["text"] for answer in writer.answers]
        assert [turn["id"] for turn in writer.customer.turns()] == [
            one["turn"]["id"] for one in writer.answers
        ]


def test_every_refund_is_made_once(ordeal: Ordeal, database: Database) -> None:
    for writer, (order, _) in zip(ordeal.writers, WISHES.values(), strict=True):
        answer = next((one for one in writer.answers if order in one["accepted"]["text"]), None)
        units = select(refund_unit.c.unit).join(refund, refund.c.reference == refund_unit.c.reference)
        made = rows(database, units.where(refund.c.conversation_id == writer.customer.id))
        effects = rows(database, select(effect).where(effect.c.conversation_id == writer.customer.id))
        assert len(made) == len(effects) <= 1
        if answer is not None and not writer.handed_over:
            assert len(made) == 1


def test_the_event_log_has_no_gap_and_the_desk_misses_nothing(ordeal: Ordeal, database: Database) -> None:
    for writer in ordeal.writers:
        talk = database.read(partial(load, id=ConversationId(writer.customer.id)))
        query = select(event.c.seq).where(event.c.conversation_id == talk.id).order_by(event.c.seq)
        assert [row.seq for row in rows(database, query)] == list(range(1, talk.seq + 1))
    told = database.read(lambda uow: events.of_desk(uow, 0, 10_000))
    assert [one.id for one in told] == list(range(1, len(told) + 1))


def test_nothing_is_left_under_way(ordeal: Ordeal, database: Database) -> None:
    assert rows(database, select(turn).where(turn.c.status == "running")) == []
    assert database.read(lambda uow: leases.waiting(uow, 10)) == []


def rows(database: Database, query: Select[Any]) -> Sequence[Row[Any]]:
    return database.read(lambda uow: uow.connection.execute(query).all())
