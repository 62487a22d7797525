"""What a dead worker began is carried out and not begun anew; a yes counts for what was asked, and once."""

import threading
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import jwt
import pytest
from langchain_core.messages import AIMessage, messages_to_dict
from sqlalchemy import select

from core.clock import utc_now
from core.ids import ConversationId
from core.shapes import Json
from runtime.demo import TOKEN_LIFE
from store import inbox, journal, leases, turns
from store.conversations import hold
from store.database import UnitOfWork, open_database
from store.journal import Confirmation, JournalledStep
from store.shop_tables import refund
from store.talk_tables import confirmation
from tests.support.baton import Customer, ServedBaton, settings_for, wait_for
from tests.support.process import SECRET, tells
from tests.support.scripted_answers import Answer, calls, content, hang, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module", params=BOTH)
def baton(
    request: pytest.FixtureRequest, model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedBaton]:
    folder = tmp_path_factory.mktemp("turns")
    more = {"database_url": fresh_url("postgresql", folder)} if request.param == "postgresql" else {}
    settings = settings_for(folder / "data", model, baton_identity_secret=SECRET, **more)
    with ServedBaton(settings) as running:
        yield running


def customer_of(baton: ServedBaton, customer_id: str) -> Customer:
    claims = {"sub": customer_id, "exp": utc_now() + TOKEN_LIFE}
    return baton_customer(baton, jwt.encode(claims, SECRET, algorithm="HS256"))


def baton_customer(baton: ServedBaton, token: str) -> Customer:
    made = baton.http.post("/v1/conversations", json={"identity_token": token}).json()
    return Customer(baton.http, made["id"], made["token"])


def refunds_of(baton: ServedBaton, order: str) -> int:
    query = select(refund.c.reference).where(refund.c.order_number == order)
    return len(baton.baton.database.read(lambda uow: uow.connection.execute(query).all()))


def call_of(order: str, sku: str, id: str = "call_1") -> Json:
    arguments = {"order_number": order, "items": [{"sku": sku, "quantity": 1}], "reason": "damaged"}
    return {"id": id, "name": "refund", "args": arguments}


def left_by_a_dead_worker(
    baton: ServedBaton, customer: Customer, text: str, wanted: list[Json], asked: Confirmation | None = None
) -> None:
    """A turn that was written down and about to act; its lease is over, and a worker looks at once."""

    def leave(uow: UnitOfWork) -> None:
        id = ConversationId(customer.id)
        inbox.accept(uow, id, text)
        for last in uow.before_commit:
            last()
        uow.before_commit.clear()
        lease = leases.take(uow, id)
        assert lease is not None
        held = hold(uow, id, lease.epoch)
        turn = turns.begin(held)
        trail = messages_to_dict([AIMessage("", tool_calls=wanted)])
        journal.write_step(uow, turn.id, JournalledStep(1, trail, {one["id"]: None for one in wanted}))
        if asked is not None:
            journal.ask_confirmation(uow, id, 1, asked)
        held.set(lease_until=None)

    baton.baton.database.write(leave)


def test_a_call_that_was_written_down_is_carried_out_and_the_model_is_not_asked_for_it_again(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("It is refunded."))
    customer, before = customer_of(baton, "C-1045"), len(model.requests)
    left_by_a_dead_worker(baton, customer, "The bulbs are broken", [call_of("HL-10459", "BUL-E27-W")])
    wait_for(lambda: customer.texts("ai"))
    assert refunds_of(baton, "HL-10459") == 1
    [asked] = model.requests[before:]
    assert asked.last_role == "tool"
    [turn] = customer.turns()
    assert [(run["name"], run["ok"]) for run in turn["tools"]] == [("refund", True)]


def test_a_yes_that_was_given_before_the_death_still_counts_and_is_used_up(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("It is refunded."))
    customer = customer_of(baton, "C-1010")
    call = call_of("HL-10454", "LMP-TAB-LIN", "confirmed-confirm_1")
    asked = Confirmation("confirm_1", "refund", "", call["args"], "Refund 129 euro?")
    left_by_a_dead_worker(baton, customer, "yes", [call], asked)
    wait_for(lambda: customer.texts("ai"))
    assert refunds_of(baton, "HL-10454") == 1
    query = select(confirmation.c.status).where(confirmation.c.id == "confirm_1")
    database = baton.baton.database
    assert database.read(lambda uow: uow.connection.execute(query).scalar_one()) == "consumed"


def asks_first(order: str, sku: str, question: Answer) -> object:
    """The model asks for a refund that must be confirmed, puts the question, and then talks on."""

    def answer(request: Request) -> Answer:
        if request.last_role == "tool":
            return question if '"needs_confirmation"' in str(request.messages[-1]) else reply("Done.")
        if "refund" in request.user_text:
            return calls(("refund", call_of(order, sku)["args"]))
        return reply("As you like.")

    return answer


def test_a_yes_after_the_question_refunds_once(baton: ServedBaton, model: ScriptedServer) -> None:
    model.play(asks_first("HL-10456", "LMP-TAB-MSH", reply("Shall I refund 149 euro?")))  # type: ignore[arg-type]
    customer = customer_of(baton, "C-1035")
    customer.says("The lamp is broken, I want a refund")
    assert refunds_of(baton, "HL-10456") == 0
    assert customer.says("yes please")["message"]["text"] == "Done."
    assert refunds_of(baton, "HL-10456") == 1
    customer.says("yes please")
    assert refunds_of(baton, "HL-10456") == 1


def test_a_yes_that_came_while_the_question_was_still_being_put_is_no_answer_to_it(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    slow = reply("I see the lamp was broken. Shall I refund 219 euro to you?").after(0.3).slowly(0.02, 4)
    model.play(asks_first("HL-10449", "LMP-FLO-REA", slow))  # type: ignore[arg-type]
    customer, before = customer_of(baton, "C-1030"), len(model.requests)
    first = threading.Thread(target=lambda: customer.says("The lamp is broken, I want a refund"))
    first.start()
    wait_for(lambda: len(model.requests) == before + 2)
    customer.says("yes")
    first.join()
    assert len(customer.texts("ai")) == 2
    assert refunds_of(baton, "HL-10449") == 0


def test_a_changed_contact_is_told_at_the_old_one_by_e_mail(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    change = {"field": "email", "value": "new.address@example.com"}

    def answer(request: Request) -> Answer:
        if request.last_role == "tool":
            return reply("Done.")
        return calls(("update_contact", change)) if "change" in request.user_text else reply("Right.")

    model.play(answer)
    customer = customer_of(baton, "C-1001")
    customer.says("Please change my e-mail to new.address@example.com")
    customer.says("yes")
    folder: Path = baton.baton.settings.baton_data_dir / "outbox"
    wait_for(lambda: list(folder.glob("*.eml")))
    [sent] = folder.glob("*.eml")
    message = message_from_bytes(sent.read_bytes())
    assert message["To"].startswith("maeve")
    assert "new.address" not in str(message["To"])
    assert message["Subject"]


def test_a_server_that_is_stopped_gives_its_conversations_back_at_once(tmp_path: Path) -> None:
    with ScriptedServer(hang()) as model, ServedBaton(settings_for(tmp_path, model)) as running:
        customer = running.customer()
        tells(customer, "How does delivery work?")
        wait_for(lambda: model.requests)
        assert running.baton.database.read(lambda uow: leases.waiting(uow, 10)) == []
    database = open_database(running.baton.settings.sql_url)
    assert database.read(lambda uow: leases.waiting(uow, 10)) == [customer.id]
    database.close()


def test_a_stream_that_its_reader_left_ends_in_the_same_answer(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("One sentence here. " * 10).slowly(0.01, 8))
    customer = customer_of(baton, "C-1002")
    with closing(customer.stream("How does delivery work?")) as stream:
        next(event for event in stream if event.kind == "token")
    wait_for(lambda: customer.texts("ai"))
    assert customer.texts("ai") == [("One sentence here. " * 10).strip()]
