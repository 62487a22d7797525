"""Attacks on what others have said: every id of somebody else is one that does not exist."""

import httpx
import pytest

from tests.support.baton import Customer, ServedBaton
from tests.support.scripted_answers import reply
from tests.support.scripted_server import ScriptedServer

INSIDE = ("scores", "threshold", "evidence", "confidence", "triggers", "retrieved", "path", "prompt_tokens")


def _told(answer: httpx.Response) -> tuple[int, object]:
    return answer.status_code, answer.json()


@pytest.mark.parametrize("what", ["", "/events", "/turns"])
def test_another_customers_conversation_is_one_that_does_not_exist(demo: ServedBaton, what: str) -> None:
    mine, theirs = demo.customer(), demo.customer()
    there = demo.http.get(theirs.path + what, headers=mine.headers)
    nowhere = demo.http.get(f"/v1/conversations/conv_nowhere{what}", headers=mine.headers)
    assert _told(there) == _told(nowhere)
    assert there.status_code == 404


@pytest.mark.parametrize("act", ["messages", "rating", "withdraw", "close", "typing"])
def test_nobody_acts_in_another_customers_conversation(demo: ServedBaton, act: str) -> None:
    mine, theirs = demo.customer(), demo.customer()
    body = {"messages": {"text": "Hi"}, "rating": {"score": 1}}.get(act)
    done = demo.http.post(f"{theirs.path}/{act}", json=body, headers=mine.headers)
    assert done.status_code == 404
    assert theirs.view()["last_event_id"] == 1


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/cases/x", "/v1/me", "/v1/desk/events", "/v1/departments"])
def test_a_customers_token_opens_nothing_of_the_desk(demo: ServedBaton, path: str) -> None:
    assert demo.http.get(path, headers=demo.customer().headers).status_code == 401
    assert demo.http.get(path).status_code == 401


@pytest.mark.parametrize(
    "act", ["claim", "reply", "note", "return", "resolve", "release", "transfer", "snooze"]
)
def test_a_customer_does_nothing_with_a_case(demo: ServedBaton, model: ScriptedServer, act: str) -> None:
    customer = demo.customer(person_first=True)
    customer.says("I want a person")
    case_id = customer.view()["case"]["id"]
    body = {
        "reply": {"text": "x"},
        "note": {"text": "x"},
        "return": {},
        "resolve": {"outcome": "solved", "judged": "right"},
        "transfer": {"department": "billing"},
        "snooze": {"until": "2030-01-01T00:00:00Z"},
    }.get(act)
    done = demo.http.post(f"/v1/cases/{case_id}/{act}", json=body, headers=customer.headers)
    assert done.status_code == 401


def test_a_customer_does_not_take_over_their_own_conversation(demo: ServedBaton) -> None:
    customer = demo.customer()
    assert demo.http.post(f"{customer.path}/takeover", headers=customer.headers).status_code == 401


def test_a_token_counts_only_as_a_bearer(demo: ServedBaton) -> None:
    customer = demo.customer()
    for authorization in (customer.token, f"Basic {customer.token}", "Bearer", "Bearer \xff", ""):
        headers = {b"Authorization": authorization.encode("latin-1")}
        assert demo.http.get(customer.path, headers=headers).status_code == 401
    assert (
        demo.http.get(customer.path, headers={"Authorization": f"bearer {customer.token}"}).status_code == 200
    )


def test_notes_between_people_reach_no_customer(demo: ServedBaton) -> None:
    customer, person = demo.customer(), demo.person()
    case = person.post(f"{customer.path}/takeover").json()
    person.does(case, "note", {"text": "A secret between us"})
    person.does(case, "reply", {"text": "Good day"})
    seen = demo.http.get(customer.path, headers=customer.headers).text
    told = [event.data for event in customer.events(0, until="message")]
    told += [event.data for event in customer.events(customer.view()["last_event_id"] - 2, until="message")]
    assert "secret" not in seen
    assert "secret" not in str(told)
    assert "Good day" in seen


def test_without_demo_a_customer_sees_nothing_of_the_inside(shop: ServedBaton, model: ScriptedServer) -> None:
    model.play(reply("Hello."))
    customer = shop.customer()
    answer = customer.says("Hi there")
    assert set(answer["turn"]) == {"id", "decision", "case_id"}
    events = customer.says_streaming("Hi again")
    assert not {event.kind for event in events} & {"node", "signal", "tool", "sla"}
    told = [*customer.turns(), *(event.data for event in events), customer.view()]
    assert not [word for word in INSIDE if f"'{word}'" in str(told)]


def test_without_demo_a_desk_key_as_trace_key_shows_nothing_but_a_developers_does(
    shop: ServedBaton, model: ScriptedServer
) -> None:
    customer = shop.customer()
    assert set(customer.says("Hi", Baton_Trace_Key="guessed")["turn"]) == {"id", "decision", "case_id"}


@pytest.mark.parametrize("path", ["/v1/demo", "/v1/graph"])
def test_without_demo_no_persona_key_or_graph_is_served(shop: ServedBaton, path: str) -> None:
    assert shop.http.get(path).status_code in (401, 404)


def test_without_demo_completions_want_the_key(shop: ServedBaton) -> None:
    said = {"messages": [{"role": "user", "content": "Hi"}]}
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer"}):
        assert shop.http.post("/v1/chat/completions", json=said, headers=headers).status_code == 401


def test_one_conversations_token_does_not_continue_another(shop: ServedBaton) -> None:
    mine, theirs = shop.customer(), shop.customer()
    said = {"messages": [{"role": "user", "content": "Hi"}], "metadata": {"conversation_id": theirs.id}}
    assert shop.http.post("/v1/chat/completions", json=said, headers=mine.headers).status_code == 404
    assert theirs.texts("customer") == []


def test_the_same_idempotency_key_of_two_customers_is_two_keys(demo: ServedBaton) -> None:
    one, other = demo.customer(), demo.customer()

    def sent(customer: Customer) -> object:
        return customer.says("Hi", Idempotency_Key="1")["accepted"]["id"]

    assert sent(one) != sent(other)
    assert sent(one) == sent(one)


def test_an_idempotency_key_of_another_call_opens_nothing(demo: ServedBaton) -> None:
    customer = demo.customer()
    customer.says("Hi", Idempotency_Key="k")
    rated = demo.http.post(
        f"{customer.path}/rating", json={"score": 5}, headers={**customer.headers, "Idempotency-Key": "k"}
    )
    assert rated.status_code == 204
