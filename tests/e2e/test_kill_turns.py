"""SIGKILL between and within turns: nothing is lost or doubled, and each customer gets one answer."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from core.ids import ConversationId
from store import inbox
from store.shop_tables import refund
from tests.support.baton import Body, Customer, wait_for
from tests.support.process import BatonProcess, Nursery, leases_end, store_of, tells
from tests.support.scripted_answers import Answer, calls, content, hang, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

RESUMES_S = 15
SENTENCES = "This is one sentence. " * 200


@dataclass(frozen=True)
class Wish:
    """A refund that the model asks for, and what it asks for when it is asked again."""

    customer_id: str
    order: str
    first: Body
    again: Body | None

    @property
    def words(self) -> str:
        return f"Please refund what is broken of {self.order}"


def items(sku: str, quantity: int = 1) -> Body:
    return {"items": [{"sku": sku, "quantity": quantity}], "reason": "damaged"}


WISHES = {
    "words it otherwise": Wish(
        "C-1039",
        "HL-10400",
        items("LMP-BAT-CAN"),
        {"items": [{"sku": "Firefly rechargeable lamp", "quantity": 1}], "reason": "other"},
    ),
    "names another amount": Wish("C-1045", "HL-10459", items("BUL-E27-W"), items("BUL-E27-W", 2)),
    "names other items": Wish("C-1005", "HL-10453", items("LMP-BAT-CAN"), items("ACC-OIL-500")),
    "names the whole order": Wish("C-1046", "HL-10465", items("LMP-PEN-PAP"), {}),
    "calls nothing": Wish("C-1037", "HL-10424", items("LMP-PEN-PAP"), None),
}
THINKS = "When does the Dublin showroom open?"
STREAMS = "How does delivery work?"
DONE = "Do you ship to Ireland?"
ACCEPTED = "How long does a delivery to Cork take?"
HOPELESS = "Which oil do you recommend for oak?"


@dataclass
class Model:
    """What the model says: before the kill it never ends, after it all goes well, but for the hopeless."""

    killed: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    """Requests with these words, since the last kill."""

    def __call__(self, request: Request) -> Answer:
        words = request.user_text
        self.asked[words] += 1
        wish = next((one for one in WISHES.values() if one.words == words), None)
        if words == HOPELESS:
            return hang()
        if self.killed:
            return self._after(words, wish)
        if wish is not None and request.last_role == "user":
            return calls(("refund", {"order_number": wish.order, **wish.first}))
        if words == STREAMS:
            return reply(SENTENCES).slowly(0.02, 12)
        return reply("Hello.") if words == DONE else hang()

    def _after(self, words: str, wish: Wish | None) -> Answer:
        if wish is not None and wish.again is not None and self.asked[words] == 1:
            return calls(("refund", {"order_number": wish.order, **wish.again}))
        return reply("All is well.")


@dataclass
class Story:
    """A Baton, its customers by what they wrote, and what the kills did to them."""

    process: BatonProcess
    model: Model
    customers: dict[str, Customer] = field(default_factory=dict)
    resumed_s: float = 0.0

    def first_life(self) -> None:
        """Everybody writes; the process dies while the model thinks, after effects, in mid-stream."""
        self.process.start()
        for wish in WISHES.values():
            self.customers[wish.words] = self.process.customer_of(wish.customer_id)
        for words in (THINKS, STREAMS, DONE, ACCEPTED, HOPELESS):
            self.customers[words] = self.process.customer()
        self.customers[DONE].says(DONE)
        for words in (*(one.words for one in WISHES.values()), THINKS, HOPELESS):
            tells(self.customers[words], words, key=f"key of {words}")
        with closing(self.customers[STREAMS].stream(STREAMS)) as stream:
            next(event for event in stream if event.kind == "token")
        wait_for(lambda: all(self.model.asked[one.words] == 2 for one in WISHES.values()))
        wait_for(lambda: self.model.asked[THINKS] and self.model.asked[HOPELESS])
        self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.model.killed = True
        self.model.asked.clear()

    def second_life(self) -> None:
        """Accepted just before the kill, and all that was under way, is answered."""
        killed_at = time.monotonic()
        self._is_accepted(ACCEPTED)
        self.process.start()
        answered = [customer for words, customer in self.customers.items() if words != HOPELESS]
        wait_for(lambda: self.model.asked[HOPELESS] and self.model.asked[THINKS], RESUMES_S)
        self.resumed_s = time.monotonic() - killed_at
        wait_for(lambda: all(customer.texts("ai") for customer in answered))

    def third_and_fourth_life(self) -> None:
        """The hopeless one's second and third attempt end as the first did."""
        for _ in range(2):
            wait_for(lambda: self.model.asked[HOPELESS])
            self.kill()
            with store_of(self.process) as database:
                leases_end(database)
            self.process.start()
        wait_for(lambda: self.customers[HOPELESS].texts("ai"))

    def _is_accepted(self, words: str) -> None:
        """As the API commits it, with no time left for a turn."""
        id = ConversationId(self.customers[words].id)
        with store_of(self.process) as database:
            database.write(lambda uow: inbox.accept(uow, id, words))


@pytest.fixture(scope="module", params=BOTH)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder: Path = tmp_path_factory.mktemp("kill")
    more = {"DATABASE_URL": fresh_url("postgresql", folder)} if request.param == "postgresql" else {}
    model = Model()
    with ScriptedServer(content("unset")) as server, Nursery() as nursery:
        server.play(model)
        process = BatonProcess(nursery=nursery, folder=folder, model=server, more=more)
        with closing(process):
            told = Story(process, model)
            told.first_life()
            told.second_life()
            told.third_and_fourth_life()
            yield told


def refunds_of(story: Story, order: str) -> list[int]:
    query = select(refund.c.amount_cents).where(refund.c.order_number == order)
    with store_of(story.process) as database:
        return list(database.read(lambda uow: uow.connection.execute(query).scalars().all()))


def retractions(customer: Customer) -> list[Body]:
    return [event.data for event in customer.events(0, until="done") if event.kind == "retracted"]


def test_work_resumes_soon_after_the_kill(story: Story) -> None:
    assert 0 < story.resumed_s <= RESUMES_S


@pytest.mark.parametrize("again", WISHES)
def test_an_effect_before_the_kill_is_there_once_when_the_model(story: Story, again: str) -> None:
    wish = WISHES[again]
    customer = story.customers[wish.words]
    assert len(refunds_of(story, wish.order)) == 1
    assert customer.texts("ai") == ["All is well."]
    assert customer.texts("customer") == [wish.words]
    [turn] = customer.turns()
    assert turn["attempt"] == 2
    assert turn["tools"][0]["arguments"]["items"] == wish.first["items"]
    assert len({run["result"]["reference"] for run in turn["tools"]}) == 1
    [retracted] = retractions(customer)
    assert retracted == {"turn": turn["id"], "attempt": 1, "by": "restart"}


def test_a_kill_while_the_model_thinks_leads_to_one_answer(story: Story) -> None:
    customer = story.customers[THINKS]
    assert customer.texts("ai") == ["All is well."]
    assert len(customer.turns()) == 1


def test_the_same_key_after_the_kill_gives_the_one_answer(story: Story) -> None:
    customer = story.customers[THINKS]
    again = customer.says(THINKS, Idempotency_Key=f"key of {THINKS}")
    assert again["message"]["text"] == "All is well."
    assert customer.texts("customer") == [THINKS]
    assert customer.texts("ai") == ["All is well."]


def test_what_streamed_before_the_kill_is_retracted_and_the_answer_comes_whole(story: Story) -> None:
    customer = story.customers[STREAMS]
    assert customer.texts("ai") == ["All is well."]
    assert [one["by"] for one in retractions(customer)] == ["restart"]


def test_a_kill_between_accept_and_turn_loses_no_message(story: Story) -> None:
    customer = story.customers[ACCEPTED]
    assert (customer.texts("customer"), customer.texts("ai")) == ([ACCEPTED], ["All is well."])


def test_a_kill_between_turns_changes_nothing(story: Story) -> None:
    customer = story.customers[DONE]
    assert customer.texts("ai") == ["Hello."]
    assert [turn["attempt"] for turn in customer.turns()] == [1]
    assert retractions(customer) == []
    assert customer.says("And to Cork?")["message"]["text"] == "All is well."


def test_after_three_attempts_there_is_an_honest_answer_and_a_case(story: Story) -> None:
    customer = story.customers[HOPELESS]
    [turn] = customer.turns()
    assert (turn["decision"], turn["reason"], turn["attempt"]) == ("handover", "low_confidence", 4)
    assert len(customer.texts("ai")) == 1
    assert len(retractions(customer)) == 3
    case = story.process.person().case_of(customer)
    assert (case["id"], case["asked"]) == (turn["case_id"], HOPELESS)
