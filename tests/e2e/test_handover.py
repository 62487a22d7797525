"""From a trigger to a case, to a person, and back to the AI: over a real socket."""

import threading
import time
from collections.abc import Iterator

import pytest

from core.ids import ConversationId
from core.vocabulary import Trigger
from store import conversations, leases
from tests.support.baton import Customer, ServedBaton, read_events, served, wait_for
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def baton(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("handover"), model) as running:
        yield running


def fires_wants_person(customer: Customer, model: ScriptedServer) -> None:
    model.play(reply("No words of mine."))
    customer.says("Can I talk to a human please")


def fires_anger(customer: Customer, model: ScriptedServer) -> None:
    model.play(reply("No words of mine."))
    customer.says("You useless idiots, this is the worst company ever, what a disgrace")


def fires_low_confidence(customer: Customer, model: ScriptedServer) -> None:
    model.play(reply("No words of mine.", confidence=0.1))
    customer.says("Which glue did you use on the drawers?")


def fires_not_understood(customer: Customer, model: ScriptedServer) -> None:
    model.play(reply("Could you say that again?", understood=False, confidence=0.3))
    customer.says("The thing with the thing")
    assert customer.view()["mode"] == "ai"
    customer.says("The other thing with it")


@pytest.mark.parametrize(
    ("fire", "reason"),
    [
        (fires_wants_person, "wants_person"),
        (fires_anger, "anger"),
        (fires_low_confidence, "low_confidence"),
        (fires_not_understood, "not_understood"),
    ],
    ids=["a request for a person", "anger", "low confidence", "a second failed turn"],
)
def test_a_trigger_leads_to_a_case_a_person_and_back(
    baton: ServedBaton, model: ScriptedServer, fire: object, reason: str
) -> None:
    customer, person = baton.customer("C-1001"), baton.person()
    assert callable(fire)
    fire(customer, model)
    assert customer.view()["mode"] == "waiting"
    case = person.case_of(customer)
    assert (case["reason"], case["status"], case["live"]) == (reason, "queued", True)
    assert case["evidence"][0]["trigger"] == reason
    assert case["customer"]["id"] == "C-1001"

    brief = person.get(f"/v1/cases/{case['id']}").json()["brief"]
    assert brief["customer"]["name"] == "Maeve Brennan"
    assert brief["asked"]

    person.does(case, "claim")
    assert customer.view()["mode"] == "person"
    person.does(case, "reply", {"text": "This is me, how can I help?"})
    assert customer.texts("person") == ["This is me, how can I help?"]

    model.play(reply("The AI speaks over a person."))
    silent = customer.says("Thank you, that helps")
    assert (silent["turn"], silent["message"], silent["mode"]) == (None, None, "person")
    time.sleep(0.3)
    assert "The AI speaks over a person." not in customer.texts("ai")

    person.does(case, "reply", {"text": "All settled then."})
    model.play(reply("Is there anything else?"))
    returned = person.does(case, "return", {"note": "A new shade is on its way."})
    assert returned["status"] == "returned"
    wait_for(lambda: "Is there anything else?" in customer.texts("ai"))
    assert "A new shade is on its way." in str(model.requests[-1].body)
    after = customer.says("What is the weather like?")
    assert (after["turn"]["decision"], after["mode"]) == ("answer", "ai")


def test_mild_anger_is_answered_with_an_offer_and_a_yes_brings_the_person(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer = baton.customer()
    model.play(reply("It arrives tomorrow."))
    offered = customer.says("I'm really disappointed, I am still waiting and this is getting silly")
    assert (offered["turn"]["decision"], offered["turn"]["reason"]) == ("offer", "anger")
    assert offered["message"]["text"].startswith("It arrives tomorrow.")
    assert len(offered["message"]["quick_replies"]) == 2
    assert offered["mode"] == "ai"
    accepted = customer.says("yes, that would be great")
    assert (accepted["turn"]["decision"], accepted["turn"]["reason"]) == ("handover", "anger")


def test_whoever_takes_up_an_offer_is_passed_to_the_department_that_it_named(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer = baton.customer("C-1001")

    def refuses(request: Request) -> Answer:
        if request.last_role == "tool":
            return reply("That is past the window.")
        return calls(("check_refund", {"order_number": "HL-10383", "reason": "changed_mind"}))

    model.play(refuses)
    offered = customer.says("I want to return HL-10383")
    assert offered["turn"]["decision"] == "offer"
    assert "Orders" in offered["message"]["text"]
    assert customer.says("yes please")["turn"]["decision"] == "handover"
    assert baton.person().case_of(customer)["department"] == "orders"


def test_a_no_to_an_offer_goes_on_with_the_ai(baton: ServedBaton, model: ScriptedServer) -> None:
    customer = baton.customer()
    model.play(reply("It arrives tomorrow."))
    customer.says("I'm really disappointed, I am still waiting and this is getting silly")
    declined = customer.says("no thanks")
    assert (declined["turn"]["decision"], declined["mode"]) == ("answer", "ai")


def test_a_second_person_is_refused_with_a_clear_word(baton: ServedBaton, model: ScriptedServer) -> None:
    customer = baton.customer()
    fires_wants_person(customer, model)
    first, second = baton.person("care"), baton.person("billing")
    assert first.name != second.name
    case = first.case_of(customer)
    first.does(case, "claim")
    for act, body in (("claim", None), ("reply", {"text": "me too"}), ("return", {"note": ""})):
        refused = second.post(f"/v1/cases/{case['id']}/{act}", body)
        assert refused.status_code == 409
        assert first.name in refused.json()["detail"]
    assert customer.texts("person") == []


def take_over_during(
    baton: ServedBaton, model: ScriptedServer, answer: Answer, until: str
) -> tuple[Customer, list[str]]:
    """A person takes over once the customer's stream has told an event of the kind `until`."""
    model.play(answer)
    customer, person = baton.customer(), baton.person()
    kinds = []
    for event in customer.stream("Tell me everything"):
        kinds.append(event.kind)
        if event.kind == until and "took" not in kinds:
            kinds.append("took")
            taken = person.post(f"/v1/conversations/{customer.id}/takeover")
            assert taken.status_code == 200, taken.text
            assert taken.json()["mine"] is True
    return customer, kinds


def test_a_person_takes_over_in_mid_answer_and_what_streamed_is_retracted(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    long = reply("One sentence here. " * 20).slowly(0.01, 4)
    customer, kinds = take_over_during(baton, model, long, "token")
    assert "retracted" in kinds
    assert kinds[-1] == "done"
    time.sleep(0.5)
    assert customer.texts("ai") == []
    assert customer.view()["mode"] == "person"
    told = customer.events(0, until="mode")
    assert [event.data["by"] for event in told if event.kind == "retracted"] == ["person"]


def test_a_person_takes_over_while_the_model_thinks(baton: ServedBaton, model: ScriptedServer) -> None:
    model.play(reply("Too late.").after(1.0))
    customer, person = baton.customer(), baton.person()
    before = len(model.requests)
    asking = threading.Thread(target=lambda: customer.says("Think hard"))
    asking.start()
    wait_for(lambda: len(model.requests) > before)
    person.post(f"/v1/conversations/{customer.id}/takeover")
    asking.join()
    time.sleep(1.3)
    assert customer.texts("ai") == []
    assert customer.view()["mode"] == "person"


def test_a_takeover_while_a_tool_runs_leaves_no_late_effect(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    """The effect's own guard stops it: whatever had begun, nothing is booked under the person's floor."""
    customer, person = baton.customer(), baton.person()
    model.play([calls(("search_faq", {"query": "delivery"})), reply("Late words.").after(0.8)])
    before = len(model.requests)
    asking = threading.Thread(target=lambda: customer.says("Look it up"))
    asking.start()
    wait_for(lambda: len(model.requests) > before)
    person.post(f"/v1/conversations/{customer.id}/takeover")
    asking.join()
    time.sleep(1.0)
    assert customer.texts("ai") == []


def test_a_worker_that_lost_its_lease_says_nothing(baton: ServedBaton, model: ScriptedServer) -> None:
    model.play([reply("Lost words.").after(1.2), reply("The other worker's words.")])
    customer = baton.customer()
    before = len(model.requests)
    asking = threading.Thread(target=lambda: customer.says("Who answers?"))
    asking.start()
    wait_for(lambda: len(model.requests) > before)
    id = ConversationId(customer.id)

    def steal(uow: object) -> None:
        held = conversations.hold(uow, id)  # type: ignore[arg-type]
        held.set(epoch=held.talk.epoch + 1, lease_until=None)

    baton.baton.database.write(steal)
    asking.join()
    time.sleep(1.5)
    assert customer.texts("ai") == ["The other worker's words."]
    assert leases.HEARTBEAT_S > 0


def test_a_bare_wish_for_a_person_as_the_first_message_notifies_the_desk(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer = baton.customer()
    fires_wants_person(customer, model)
    person = baton.person()
    response = person.get("/v1/cases")
    assert any(one["conversation_id"] == customer.id for one in response.json()["cases"])
    headers = person.headers | {"Last-Event-ID": "0"}
    with person.http.stream("GET", "/v1/desk/events", headers=headers) as stream:
        for line in stream.iter_lines():
            if line == "event: handover":
                break


def test_what_is_internal_never_reaches_the_customer(baton: ServedBaton, model: ScriptedServer) -> None:
    customer = baton.customer()
    fires_wants_person(customer, model)
    person = baton.person()
    case = person.case_of(customer)
    person.does(case, "claim")
    person.does(case, "note", {"text": "Zanzibar secret"})
    model.play(reply("Back again."))
    person.does(case, "return", {"note": "Zanzibar note"})
    wait_for(lambda: "Back again." in customer.texts("ai"))
    told = customer.events(0, until="done")
    assert "Zanzibar" not in str(customer.view()) + str([event.data for event in told])


def test_a_customer_takes_back_the_wish_for_a_person(baton: ServedBaton, model: ScriptedServer) -> None:
    customer = baton.customer()
    fires_wants_person(customer, model)
    taken_back = customer.http.post(f"{customer.path}/withdraw", headers=customer.headers)
    assert taken_back.status_code == 200
    assert taken_back.json()["mode"] == "ai"
    model.play(reply("Here again."))
    assert customer.says("So where were we?")["message"]["text"] == "Here again."


def test_words_that_a_person_had_before_the_return_fire_nothing_afterwards(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer, person = baton.customer(), baton.person()
    fires_wants_person(customer, model)
    case = person.case_of(customer)
    person.does(case, "claim")
    customer.says("You useless idiots, get me a manager, this is a disgrace")
    model.play(reply("Here is what we can do."))
    person.does(case, "return", {"note": "Sorted out by phone."})
    wait_for(lambda: "Here is what we can do." in customer.texts("ai"))
    assert customer.view()["mode"] == "ai"
    assert customer.view()["case"] is None


def test_who_asks_for_a_person_from_the_start_waits_for_one(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer = baton.customer(person_first=True)
    assert customer.view()["mode"] == "waiting"
    case = baton.person().case_of(customer)
    assert (case["reason"], case["status"]) == ("wants_person", "queued")


def test_a_stream_of_a_second_message_ends_with_its_own_turn(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer = baton.customer()
    model.play(reply("One sentence here. " * 8).slowly(0.01, 4))
    first = customer.stream("First question")
    next(event for event in first if event.kind == "token")
    model.play(reply("Second answer."))
    second = customer.says_streaming("And a second one")
    list(first)
    said = [event.data["text"] for event in second if event.kind == "message"]
    assert said[-1] == "Second answer."
    assert second[-1].data["turn"]["id"] == customer.turns()[-1]["id"]


def test_a_message_sent_again_after_a_person_answered_it_names_no_turn_of_the_ai(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer, person = baton.customer("C-1001"), baton.person()
    fires_wants_person(customer, model)
    case = person.case_of(customer)
    person.does(case, "claim")
    key = {"Idempotency_Key": "the-same-wish"}
    first = customer.says("Is the lamp in stock?", **key)
    person.does(case, "reply", {"text": "It is."})
    model.play(reply("Can I help with anything else?"))
    person.does(case, "return", {"note": ""})
    wait_for(lambda: "Can I help with anything else?" in customer.texts("ai"))
    customer.says("What are your hours?")
    again = customer.says("Is the lamp in stock?", **key)
    assert again["accepted"]["id"] == first["accepted"]["id"]
    assert (again["turn"], again["message"]) == (None, None)


def test_whoever_waits_is_told_their_place_and_told_again_when_it_changes(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    ahead, customer, person = baton.customer(), baton.customer(), baton.person()
    fires_wants_person(ahead, model)
    fires_wants_person(customer, model)
    case = person.case_of(ahead)
    at = customer.view()["case"]["position"]
    claims = threading.Timer(0.5, lambda: person.does(case, "claim"))
    claims.start()
    told: list[int] = []
    headers = customer.headers | {"Last-Event-ID": "0"}
    with customer.http.stream("GET", f"{customer.path}/events", headers=headers, timeout=10) as response:
        for event in read_events(response):
            if event.kind == "position":
                assert event.id is None
                told.append(event.data["position"])
            if len(told) == 2:
                break
    claims.join()
    assert told == [at, at - 1]


def test_a_question_put_again_after_the_answer_is_heard_as_missed(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    customer = baton.customer()
    model.play(reply("We have three showrooms."))
    first = customer.says("How long does the delivery of a big wardrobe to Galway take?")["turn"]["triggers"]
    again = customer.says("How long will the delivery of the big wardrobe to Galway take?")["turn"][
        "triggers"
    ]
    assert first["not_understood"] < again["not_understood"]
    assert again["not_understood"] >= baton.baton.business.triggers[Trigger.NOT_UNDERSTOOD].threshold
