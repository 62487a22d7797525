"""What the desk gives to whoever holds a case: the co-pilot, and the ledger of what was promised."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from store.work_tables import audit
from tests.support.baton import Body, Customer, Person, ServedBaton, settings_for
from tests.support.process import SECRET
from tests.support.scripted_answers import Answer, calls, content, error, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

WORDS = "Where is HL-10485, and what does a return cost?"
CHANGING = {"refund", "book_appointment", "update_contact", "create_ticket", "ask_person", "send_code"}


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(params=BOTH)
def baton(request: pytest.FixtureRequest, model: ScriptedServer, tmp_path: Path) -> Iterator[ServedBaton]:
    more = {"database_url": fresh_url("postgresql", tmp_path)} if request.param == "postgresql" else {}
    model.play([reply("I am looking.")])
    with ServedBaton(settings_for(tmp_path / "data", model, baton_identity_secret=SECRET, **more)) as running:
        yield running


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    folder = tmp_path_factory.mktemp("copilot")
    with ServedBaton(settings_for(folder, baton_model="embedded", baton_identity_secret=SECRET)) as running:
        yield running


def held(baton: ServedBaton) -> tuple[Customer, Person, Body]:
    """A conversation that a person has taken over."""
    customer, person = baton.customer("C-1001"), baton.person("orders")
    customer.says(WORDS)
    case: Body = person.post(f"/v1/conversations/{customer.id}/takeover").json()
    return customer, person, case


def ask(person: Person, case: Body, words: str) -> Body:
    return person.does(case, "copilot", {"ask": words})


def test_the_copilot_looks_up_with_tools_that_only_read(baton: ServedBaton, model: ScriptedServer) -> None:
    customer, person, case = held(baton)
    before = customer.view()

    def answers(request: Request) -> Answer:
        if not request.results:
            return calls(("find_order", {"order_number": "HL-10485"}))
        assert isinstance(request.results[-1], dict)
        return reply(f"It is {request.results[-1]['order']['state_words']}.")

    model.play(answers)
    told = ask(person, case, "Where is HL-10485?")
    assert told == {"text": "It is on its way.", "sources": []}
    asked = model.requests[-1]
    assert not CHANGING & set(asked.tool_names)
    assert asked.user_text == "Where is HL-10485?"
    assert WORDS in str(asked.messages)
    assert customer.view() == before


def test_a_draft_goes_to_the_person_alone_and_claims_nothing_that_was_not_done(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer, person, case = held(baton)
    before, turns = customer.view(), customer.turns()
    written = (
        "Your order is on its way. I've refunded the delivery. I guarantee it comes today. Anything else?"
    )
    model.play([reply(f"Here you are. <draft>{written}</draft>")])
    told = ask(person, case, "Draft a reply")
    assert told["text"] == "Here you are."
    assert told["draft"] == "Your order is on its way. Anything else?"
    assert told["left_out"] == ["I've refunded the delivery.", "I guarantee it comes today."]
    assert (customer.view(), customer.turns()) == (before, turns)
    query = select(audit.c.actor, audit.c.actor_id).where(audit.c.action == "case.copilot")
    lines = baton.baton.database.read(lambda uow: uow.connection.execute(query).all())
    assert [line.actor for line in lines] == ["person"]


def test_a_changing_call_of_the_copilot_changes_nothing(baton: ServedBaton, model: ScriptedServer) -> None:
    customer, person, case = held(baton)

    def insists(request: Request) -> Answer:
        if request.results:
            return reply("I cannot.")
        return calls(("refund", {"order_number": "HL-10432"}))

    model.play(insists)
    ask(person, case, "Refund HL-10432")
    brief = person.get(f"/v1/cases/{case['id']}").json()["brief"]
    assert not [line for line in brief["tried"] if "HL-10432" in line["action"]]
    assert customer.view()["mode"] == "person"


def test_only_the_holder_asks_and_a_silent_model_is_said_to_be_silent(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    _, person, case = held(baton)
    other = baton.person("billing")
    assert other.post(f"/v1/cases/{case['id']}/copilot", {"ask": "Draft a reply"}).status_code == 409
    model.play([error(500), error(500), error(500)])
    assert "no answer" in ask(person, case, "Where is it?")["text"]


def test_the_embedded_model_answers_looks_up_and_drafts(embedded: ServedBaton) -> None:
    customer, person, case = held(embedded)
    assert "on its way" in ask(person, case, "Where is HL-10485 now?")["text"]
    known = ask(person, case, "What is our policy on late deliveries?")
    assert known["sources"]
    assert "late" in known["text"].lower()
    customer.says("When does your Cork showroom open on Saturday?")
    assert "09:30" in ask(person, case, "Draft a reply please")["draft"]
    assert len(customer.texts("ai")) == 1


def test_what_a_reply_promises_is_listed_and_kept(baton: ServedBaton) -> None:
    _, person, case = held(baton)
    person.does(case, "reply", {"text": "Hello Maeve. I'll call you tomorrow at 10:00."})
    [made] = person.get("/v1/promises").json()["promises"]
    assert (made["text"], made["owner"]) == ("I'll call you tomorrow at 10:00.", person.name)
    promised = person.get(f"/v1/cases/{case['id']}").json()["brief"]["promised"]
    assert [one["text"] for one in promised] == [made["text"]]
    kept = person.post(f"/v1/promises/{made['id']}", {"status": "kept"})
    assert kept.json()["status"] == "kept"
    assert person.post(f"/v1/promises/{made['id']}", {"status": "kept"}).status_code == 409
    past = {"text": "A call", "due": "2020-01-01T10:00:00.000Z"}
    refused = person.post(f"/v1/cases/{case['id']}/reply", {"text": "Sure.", "promise": past})
    assert refused.status_code == 422
