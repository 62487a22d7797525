"""The AI asks a colleague and keeps the customer: from the refusal to what the customer hears of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import jwt
import pytest
from sqlalchemy import select, update

from agent.approved import carry_out
from core.clock import utc_now
from runtime.demo import TOKEN_LIFE
from store.desk_tables import request as person_request
from store.shop_tables import refund
from store.work_tables import audit, outbox
from tests.support.at_once import at_once
from tests.support.baton import Body, Customer, Person, ServedBaton, settings_for, wait_for
from tests.support.process import SECRET
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

WORDS = "The rug from HL-10408 is too big for the room, please refund it"
ORDER = {"order_number": "HL-10408", "reason": "changed_mind"}
ASKED = "I've asked a colleague in Orders, who answers within 10 minutes. Anything else meanwhile?"
DONE = "Your refund has been made."
NOT_DONE = "My colleague looked at it and said no."


def script_for(order: str) -> Callable[[Request], Answer]:
    """What an able model says: it calls the tool, and tells what came of it."""

    def script(request: Request) -> Answer:
        result = result_of(request)
        if result is None:
            wish = {**ORDER, "order_number": order}
            return calls(("refund", wish)) if order in request.user_text else reply("At ten.")
        if result.get("asked"):
            return reply(ASKED)
        return reply(DONE if result["ok"] else NOT_DONE)

    return script


def result_of(request: Request) -> Body | None:
    """The tool's result that the request ends with."""
    found = request.results
    return cast(Body, found[-1]) if found else None


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(params=BOTH)
def baton(request: pytest.FixtureRequest, model: ScriptedServer, tmp_path: Path) -> Iterator[ServedBaton]:
    more = {"database_url": fresh_url("postgresql", tmp_path)} if request.param == "postgresql" else {}
    model.play(script_for(ORDER["order_number"]))
    with ServedBaton(settings_for(tmp_path / "data", model, baton_identity_secret=SECRET, **more)) as running:
        yield running


def named(baton: ServedBaton, name: str) -> Person:
    found = next(one for one in baton.demo()["people"] if one["name"].startswith(name))
    return Person(baton.http, found["name"], found["key"])


def asks(baton: ServedBaton) -> tuple[Customer, Body]:
    """A customer whose refund is above the limit, and the request that it became."""
    customer = baton.customer("C-1029")
    said = customer.says(WORDS)
    assert said["message"]["text"] == ASKED
    [request] = named(baton, "Anna").get("/v1/requests?status=open").json()["requests"]
    return customer, request


def refunds_of(baton: ServedBaton, customer: Customer) -> list[str | None]:
    """Under whose authority each refund of the conversation was made."""
    query = select(refund.c.person_id).where(refund.c.conversation_id == customer.id)
    return list(baton.baton.database.read(lambda uow: uow.connection.execute(query).scalars().all()))


def test_a_refund_above_the_limit_becomes_a_request_and_no_case(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    [turn] = customer.turns()
    assert (turn["decision"], turn["case_id"]) == ("answer", None)
    assert customer.view()["mode"] == "ai"
    assert request["act"] == {
        "tool": "refund",
        "arguments": ORDER,
        "amount": {"amount": "590.00", "currency": "EUR"},
    }
    assert (request["kind"], request["status"], request["conversation_id"]) == (
        "approval",
        "open",
        customer.id,
    )
    assert "€590.00" in request["question"]


def test_what_was_approved_is_done_once_and_told_in_a_turn_of_its_own(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    anna = named(baton, "Anna")
    assert customer.says("When do you open?")["message"]["text"] == "At ten."
    answered = anna.post(f"/v1/requests/{request['id']}", {"approve": True, "note": "Good customer."})
    assert (answered.status_code, answered.json()["status"]) == (200, "answered")
    wait_for(lambda: customer.texts("ai")[-1:] == [DONE])
    assert refunds_of(baton, customer) == ["anna"]
    turn = customer.turns()[-1]
    assert (turn["cause"], turn["answers"], turn["decision"]) == ("request", [], "answer")
    again = anna.post(f"/v1/requests/{request['id']}", {"approve": True})
    assert again.status_code == 409
    assert anna.get("/v1/requests?status=open").json()["requests"] == []


def test_the_customer_sees_nothing_of_what_stays_inside(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    named(baton, "Anna").post(f"/v1/requests/{request['id']}", {"approve": True, "note": "Good customer."})
    wait_for(lambda: customer.texts("ai")[-1:] == [DONE])
    kinds = {event.kind for event in customer.events(0, until="done")}
    assert "request" not in kinds
    assert "Good customer." not in str(customer.view())


def test_the_audit_shows_who_asked_who_approved_and_under_whom_it_was_done(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    named(baton, "Anna").post(f"/v1/requests/{request['id']}", {"approve": True})
    wait_for(lambda: customer.texts("ai")[-1:] == [DONE])
    query = select(audit.c.actor, audit.c.actor_id, audit.c.action).where(
        audit.c.conversation_id == customer.id
    )
    lines = baton.baton.database.read(lambda uow: uow.connection.execute(query.order_by(audit.c.id)).all())
    assert [tuple(line) for line in lines] == [
        ("ai", None, "request.ask"),
        ("person", "anna", "request.approve"),
        ("person", "anna", "refund"),
        ("person", "anna", "refund"),
        ("system", None, "request.done"),
    ]


def test_a_no_is_told_and_nothing_is_done(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    said = named(baton, "Anna").post(
        f"/v1/requests/{request['id']}", {"approve": False, "answer": "It was used."}
    )
    assert said.json()["approved"] is False
    wait_for(lambda: customer.texts("ai")[-1:] == [NOT_DONE])
    assert refunds_of(baton, customer) == []


def test_a_limit_below_the_amount_is_refused_by_the_server(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    refused = named(baton, "Milan").post(f"/v1/requests/{request['id']}", {"approve": True})
    assert refused.status_code == 403
    assert "Anna Lindqvist" in refused.json()["detail"]
    assert refunds_of(baton, customer) == []


def test_under_a_person_the_approved_act_is_done_silently_and_stands_in_the_brief(
    baton: ServedBaton,
) -> None:
    customer, request = asks(baton)
    deirdre = named(baton, "Deirdre")
    case = deirdre.post(f"/v1/conversations/{customer.id}/takeover").json()
    [handed_on] = deirdre.get("/v1/requests?status=open").json()["requests"]
    assert handed_on["case_id"] == case["id"]
    deirdre.post(f"/v1/requests/{request['id']}", {"approve": True})
    wait_for(lambda: refunds_of(baton, customer))
    assert refunds_of(baton, customer) == ["deirdre"]
    tried = deirdre.get(f"/v1/cases/{case['id']}").json()["brief"]["tried"]
    assert any("HL-10408" in line["action"] and "RF-" in line["action"] for line in tried)
    assert customer.texts("ai") == [ASKED]
    assert customer.view()["mode"] == "person"


def test_nobody_answers_and_the_customer_goes_to_a_person(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    is_due(baton, "request_due")
    wait_for(lambda: len(customer.turns()) == 2)
    turn = customer.turns()[-1]
    assert (turn["cause"], turn["decision"], turn["reason"]) == (
        "request",
        "handover",
        "policy_exception",
    )
    anna = named(baton, "Anna")
    assert anna.get(f"/v1/requests/{request['id']}").json()["status"] == "expired"
    case = anna.case_of(customer)
    assert (case["id"], "€590.00" in case["asked"]) == (turn["case_id"], True)
    assert anna.post(f"/v1/requests/{request['id']}", {"approve": True}).status_code == 409


def test_an_approval_counts_for_the_rules_that_it_was_given_under(baton: ServedBaton) -> None:
    customer, request = asks(baton)
    asked_under_version(baton, request, 3)
    named(baton, "Anna").post(f"/v1/requests/{request['id']}", {"approve": True})
    wait_for(lambda: len(customer.turns()) == 2)
    assert refunds_of(baton, customer) == []
    turn = customer.turns()[-1]
    assert (turn["decision"], turn["reason"]) == ("handover", "policy_exception")


def is_due(baton: ServedBaton, kind: str) -> None:
    """As if the time had come."""
    query = update(outbox).where(outbox.c.kind == kind).values(due_at=baton.baton.database.clock())
    baton.baton.database.write(lambda uow: uow.connection.execute(query))


def asked_under_version(baton: ServedBaton, request: Body, version: int) -> None:
    """As if the business had changed its policy since."""
    query = update(person_request).where(person_request.c.id == request["id"])
    baton.baton.database.write(lambda uow: uow.connection.execute(query.values(policy_version=version)))


def test_a_question_of_the_models_own_is_answered_by_a_person(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    asked: Body = {"question": "Is the lacquer of the Arc lamp free of styrene?"}

    def puts_it(request: Request) -> Answer:
        result = result_of(request)
        if result is None:
            return calls(("ask_person", asked))
        return reply(f"Yes: {result['answer']}" if "answer" in result else ASKED)

    model.play(puts_it)
    customer = baton.customer("C-1029")
    assert customer.says("Is its lacquer free of styrene?")["message"]["text"] == ASKED
    ines = named(baton, "Inês")
    [request] = ines.get("/v1/requests?status=open").json()["requests"]
    assert (request["kind"], request["question"], request["act"]) == ("question", asked["question"], None)
    assert ines.post(f"/v1/requests/{request['id']}", {"approve": True}).status_code == 422
    ines.post(f"/v1/requests/{request['id']}", {"answer": "it has none."})
    wait_for(lambda: customer.texts("ai")[-1:] == ["Yes: it has none."])


@pytest.mark.parametrize(
    ("customer_id", "order"),
    [("C-1046", "HL-10442"), ("C-1023", "HL-10430"), ("C-1036", "HL-10411"), ("C-1019", "HL-10435")],
)
def test_a_message_at_the_moment_of_the_approval_is_answered_and_the_refund_made_once(
    baton: ServedBaton, model: ScriptedServer, customer_id: str, order: str
) -> None:
    model.play(script_for(order))
    customer = signed_in(baton, customer_id)
    customer.says(f"Please refund {order}")
    anna = named(baton, "Anna")
    [request] = anna.get("/v1/requests?status=open").json()["requests"]
    answered, approved = at_once(
        lambda: customer.says("When do you open?"),
        lambda: anna.post(f"/v1/requests/{request['id']}", {"approve": True}).json(),
    )
    assert not isinstance(answered, Exception)
    assert not isinstance(approved, Exception)
    assert answered["message"]["text"] == "At ten."
    wait_for(lambda: DONE in customer.texts("ai"))
    assert sorted(customer.texts("ai")) == sorted([ASKED, "At ten.", DONE])
    assert refunds_of(baton, customer) == ["anna"]


def signed_in(baton: ServedBaton, customer_id: str) -> Customer:
    """A new conversation of any customer."""
    claims = {"sub": customer_id, "exp": utc_now() + TOKEN_LIFE}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    made = baton.http.post("/v1/conversations", json={"identity_token": token}).json()
    return Customer(baton.http, made["id"], made["token"])


def test_an_approved_act_of_a_customer_who_was_erased_meanwhile_is_not_carried_out(
    baton: ServedBaton,
) -> None:
    customer, request = asks(baton)
    approved = {"approved": True, "status": "answered", "closed_at": utc_now(), "limit_cents": 100_000}
    row = update(person_request).where(person_request.c.id == request["id"]).values(**approved)
    baton.baton.database.write(lambda uow: uow.connection.execute(row))
    developer = next(one for one in baton.demo()["people"] if one["role"] == "developer")
    erased = baton.http.delete(
        "/v1/customers/C-1029", headers={"Authorization": f"Bearer {developer['key']}"}
    )
    assert erased.status_code < 300, erased.text
    means = baton.baton.worker.means
    baton.baton.database.write(lambda uow: carry_out(uow, means, request["id"]))
    assert refunds_of(baton, customer) == []
