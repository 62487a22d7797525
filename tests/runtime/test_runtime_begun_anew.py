"""A turn that is begun anew: what was counted stays counted once, what was done is not done twice, words that
were out are void; and how turns end that something happened to."""

import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from langchain_core.messages import AIMessage, BaseMessage, messages_to_dict
from langchain_core.tools import BaseTool
from sqlalchemy import func, select

from agent.models.parts import Part, ReplyHead, ReplyText
from core.clock import utc_now
from core.ids import ConversationId
from core.shapes import Json
from runtime.demo import TOKEN_LIFE
from store import inbox, journal, leases, turns
from store.conversations import hold
from store.database import UnitOfWork
from store.identity import SqlIdentity
from store.shop_tables import refund
from store.talk_tables import identity_attempt, turn
from tests.support.baton import Customer, ServedBaton, settings_for, wait_for
from tests.support.process import SECRET, tells
from tests.support.scripted_answers import calls, content, hang, reply
from tests.support.scripted_server import ScriptedServer

ONE_SET = {"order_number": "HL-10459", "items": [{"sku": "BUL-E27-W", "quantity": 1}], "reason": "damaged"}


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def baton(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    folder = tmp_path_factory.mktemp("anew")
    with ServedBaton(settings_for(folder / "data", model, baton_identity_secret=SECRET)) as running:
        yield running


def customer_of(baton: ServedBaton, customer_id: str) -> Customer:
    claims = {"sub": customer_id, "exp": utc_now() + TOKEN_LIFE}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    made = baton.http.post("/v1/conversations", json={"identity_token": token}).json()
    return Customer(baton.http, made["id"], made["token"])


def loses_its_lease(baton: ServedBaton, customer: Customer) -> None:
    """The worker that runs the turn has lost it: what it still does counts nothing, and it begins anew."""

    def lose(uow: UnitOfWork) -> None:
        held = hold(uow, ConversationId(customer.id))
        held.set(epoch=held.epoch + 1, lease_until=None)

    baton.baton.database.write(lose)


def left_after(baton: ServedBaton, customer: Customer, text: str, call: Json, came_to: Json) -> None:
    """A dead worker's turn whose only call, a try at the challenge, is counted and written down."""
    id = ConversationId(customer.id)

    def leave(uow: UnitOfWork) -> None:
        inbox.accept(uow, id, text)
        for last in uow.before_commit:
            last()
        uow.before_commit.clear()
        lease = leases.take(uow, id)
        assert lease is not None
        held = hold(uow, id, lease.epoch)
        begun = turns.begin(held)
        SqlIdentity().note(uow, id, "10432", False)
        trail = messages_to_dict([AIMessage("", tool_calls=[call])])
        journal.write_result(uow, begun.id, 1, trail, call["id"], came_to)
        held.set(lease_until=None)

    baton.baton.database.write(leave)


def test_a_try_at_the_challenge_before_a_death_is_counted_once_and_its_result_told(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("These do not match. Please look again."))
    customer, before = baton.customer(), len(model.requests)
    values = {"order_number": "HL-10432", "email": "x@example.com"}
    call = {"id": "call_1", "name": "find_order", "args": values}
    left_after(baton, customer, "HL-10432, x@example.com", call, {"ok": False, "error": "not_found"})
    wait_for(lambda: customer.texts("ai"))
    [asked] = model.requests[before:]
    assert asked.results == [{"ok": False, "error": "not_found"}]
    tries = select(func.count()).where(identity_attempt.c.conversation_id == customer.id)
    assert baton.baton.database.read(lambda uow: uow.connection.execute(tries).scalar_one()) == 1


def test_a_second_act_on_the_same_thing_after_a_death_is_told_of_the_first_and_done_when_asked_again(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer, before = customer_of(baton, "C-1045"), len(model.requests)
    model.play([calls(("refund", ONE_SET)), hang()])
    words = "Refund a set of bulbs of HL-10459, it is broken, and then another one"
    asking = threading.Thread(target=lambda: tells(customer, words))
    asking.start()
    wait_for(lambda: len(model.requests) == before + 2)
    again = calls(("refund", ONE_SET))
    model.play([again, again, reply("Both are refunded.")])
    loses_its_lease(baton, customer)
    asking.join()
    wait_for(lambda: customer.texts("ai"))
    [ended] = customer.turns()
    first, told, second = (one["result"] for one in ended["tools"])
    assert (ended["attempt"], first["ok"], second["ok"]) == (2, True, True)
    assert told == {**first, "note": told["note"]}
    made = select(refund.c.reference).where(refund.c.conversation_id == customer.id)
    references = baton.baton.database.read(lambda uow: uow.connection.execute(made).scalars().all())
    assert sorted(references) == sorted([first["reference"], second["reference"]])


class Breaks:
    """A model whose wire breaks in a way that nobody foresaw, after the first sentence."""

    name = "breaks"

    async def stream(
        self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], *, whole: bool = False
    ) -> AsyncGenerator[Part, None]:
        yield ReplyHead(True, None, 0.95, ())
        yield ReplyText("We are glad to help. And ")
        raise RuntimeError("a bug")


def test_words_of_a_turn_that_fails_are_void_before_the_honest_ones_come(
    baton: ServedBaton, model: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    worker, customer = baton.baton.worker, baton.customer()
    whole = worker.means
    worker.means = replace(whole, model=Breaks())
    try:
        told = customer.says_streaming("How does delivery work?")
    finally:
        worker.means = whole
    kinds = [event.kind for event in told if event.kind in ("token", "retracted", "message", "done")]
    assert kinds == ["token", "retracted", "message", "done"]
    retracted = next(event.data for event in told if event.kind == "retracted")
    [ended] = customer.turns()
    assert retracted == {"turn": ended["id"], "attempt": 1, "by": "restart"}
    assert (ended["attempt"], ended["decision"]) == (2, "handover")
    assert "a turn failed" in caplog.text


def test_who_closes_the_chat_while_the_answer_is_made_finds_it_closed_afterwards(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("We deliver within a week.").after(0.5))
    customer = baton.customer()
    tells(customer, "How does delivery work?")
    closed = baton.http.post(f"{customer.path}/close", headers=customer.headers)
    assert closed.json()["mode"] == "ai"
    wait_for(lambda: customer.texts("ai"))
    assert customer.view()["mode"] == "closed"
    assert customer.events(0, until="done")[-1].data["mode"] == "closed"


def test_a_stop_in_mid_turn_is_no_failed_attempt(tmp_path: Path) -> None:
    with ScriptedServer(hang()) as model, ServedBaton(settings_for(tmp_path, model)) as running:
        customer = running.customer()
        tells(customer, "How does delivery work?")
        wait_for(lambda: model.requests)
    with ServedBaton(settings_for(tmp_path)) as again:
        kept = select(turn.c.attempt, turn.c.restarts).where(turn.c.conversation_id == customer.id)
        database = again.baton.database
        wait_for(lambda: database.read(lambda uow: uow.connection.execute(kept).one()) == (2, 1))


def test_a_turn_tells_what_it_cost_and_how_long_its_last_node_took(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("We deliver within a week."))
    customer = baton.customer()
    customer.says("How does delivery work?")
    [ended] = customer.turns()
    price = baton.baton.business.models.for_model("gpt-4.1-mini").price
    assert price is not None
    used = ended["usage"]
    cost = used["prompt_tokens"] * price.prompt + used["completion_tokens"] * price.completion
    assert used["price"]["currency"] == price.currency
    assert float(used["price"]["amount"]) == pytest.approx(cost / 1_000_000, abs=1e-6)
    last = ended["path"][-1]
    assert last["node"] == "settle"
    assert last["ms"] > 0


def test_a_stream_whose_turn_was_begun_anew_ends_whole(baton: ServedBaton, model: ScriptedServer) -> None:
    model.play(reply("One sentence here. " * 10).slowly(0.01, 8))
    customer = baton.customer()
    with closing(customer.stream("How does delivery work?")) as stream:
        next(event for event in stream if event.kind == "token")
        loses_its_lease(baton, customer)
        rest = list(stream)
    kinds = [event.kind for event in rest if event.kind != "token"]
    assert "retracted" in kinds
    assert customer.texts("ai") == [("One sentence here. " * 10).strip()]
