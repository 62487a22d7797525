"""Turns over a real socket: calls, tools, second messages, repeats, bad input, streams, OpenAI's protocol."""

import threading
from collections.abc import Iterator

import openai
import pytest

from tests.support.baton import ServedBaton, served, wait_for
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def baton(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("turns"), model) as running:
        yield running


def test_a_turn_without_tools_costs_one_call_and_one_with_a_tool_step_two(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello."))
    before = len(model.requests)
    assert baton.customer().says("Hi there")["turn"]["usage"]["calls"] == 1
    assert len(model.requests) - before == 1
    model.play([calls(("search_faq", {"query": "delivery"})), reply("It takes a week.", sources=["x"])])
    before = len(model.requests)
    assert baton.customer().says("How long is delivery?")["turn"]["usage"]["calls"] == 2
    assert len(model.requests) - before == 2


def test_a_request_ends_with_the_customers_own_words_unchanged(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello."))
    words = '  Grüße — is it "ok"?\nSecond line  '
    baton.customer().says(words)
    last = model.requests[-1].messages[-1]
    assert (last["role"], last["content"]) == ("user", words)


def test_an_order_is_looked_up_with_real_records(baton: ServedBaton, model: ScriptedServer) -> None:
    persona = baton.demo()["customers"][0]
    number = persona["orders"][0]["number"]

    def told(request: Request) -> Answer:
        if request.last_role == "tool":
            return reply("Found it.")
        return calls(("find_order", {"order_number": number}))

    model.play(told)
    answer = baton.customer(persona["id"]).says(f"Where is {number}?")
    run = answer["turn"]["tools"][0]
    assert (run["name"], run["ok"]) == ("find_order", True)
    assert run["result"]["order"]["number"] == number
    assert answer["turn"]["capabilities"] == ["order_status"]
    spent = answer["turn"]["ms"]
    assert 0 < spent["model"] + spent["tools"] <= spent["total"]


def test_somebody_elses_order_is_answered_exactly_like_one_that_does_not_exist(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    mine, theirs = baton.demo()["customers"][:2]

    def result_for(number: str) -> object:
        model.play([calls(("find_order", {"order_number": number})), reply("Not found.")])
        answer = baton.customer(mine["id"]).says(f"Where is {number}?")
        return answer["turn"]["tools"][0]["result"]

    assert result_for(theirs["orders"][0]["number"]) == result_for("HL-99999")


def test_a_message_that_comes_before_the_first_word_is_answered_together_with_the_first(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Both answered.").after(0.8))
    customer = baton.customer()
    answers: list[dict[str, object]] = []
    first = threading.Thread(target=lambda: answers.append(customer.says("First question")))
    before = len(model.requests)
    first.start()
    wait_for(lambda: len(model.requests) > before)
    answers.append(customer.says("And a second one"))
    first.join()
    turns = customer.turns()
    assert len(turns) == 1
    assert {answer["turn"]["id"] for answer in answers} == {turns[0]["id"]}  # type: ignore[index]
    users = [one["content"] for one in model.requests[-1].messages if one["role"] == "user"]
    assert users == ["First question", "And a second one"]


def test_a_message_that_comes_while_the_answer_is_spoken_gets_a_turn_of_its_own(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    long = "One sentence here. " * 8
    model.play(reply(long.strip()).slowly(0.01, 4))
    customer = baton.customer()
    stream = customer.stream("First question")
    next(event for event in stream if event.kind == "token")
    model.play(reply("Second answer."))
    second = customer.says("And a second one")
    assert second["message"]["text"] == "Second answer."
    list(stream)
    assert customer.texts("ai") == [long.strip(), "Second answer."]


def test_the_same_message_twice_with_one_key_is_stored_and_answered_once(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Once.").after(0.3))
    customer = baton.customer()
    answers: list[dict[str, object]] = []
    both = [
        threading.Thread(target=lambda: answers.append(customer.says("Hi", Idempotency_Key="k1")))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert answers[0] == answers[1]
    assert customer.texts("customer") == ["Hi"]
    assert customer.texts("ai") == ["Once."]
    again = customer.http.post(
        f"{customer.path}/messages",
        json={"text": "Hi"},
        headers=customer.headers | {"Idempotency-Key": "k1", "Accept": "text/event-stream"},
    )
    assert "event: done" in again.text
    other = customer.http.post(
        f"{customer.path}/messages",
        json={"text": "Other"},
        headers=customer.headers | {"Idempotency-Key": "k1"},
    )
    assert other.status_code == 422
    assert other.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422),
        ("   \n ", 422),
        ("x" * 8001, 413),
        ("y" * 100_000, 413),
        ("bell\x07", 422),
        ("x" * 8000, 200),
    ],
)
def test_a_text_that_cannot_be_taken_gets_a_clear_problem_and_changes_nothing(
    baton: ServedBaton, model: ScriptedServer, text: str, status: int
) -> None:
    model.play(reply("Fine."))
    customer = baton.customer()
    response = customer.http.post(f"{customer.path}/messages", json={"text": text}, headers=customer.headers)
    assert response.status_code == status
    if status != 200:
        problem = response.json()
        assert problem["status"] == status
        assert problem["detail"]
        assert customer.texts("customer") == []


def test_a_dropped_stream_resumes_where_it_was_and_tells_nothing_twice(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello."))
    customer = baton.customer()
    customer.says("Hi")
    told = customer.events(0, until="done")
    ids = [event.id for event in told]
    assert ids == sorted(set(ids), key=lambda id: id or 0)
    middle = told[1].id
    assert middle is not None
    rest = customer.events(middle, until="done")
    assert [event.id for event in rest] == ids[2:]


def test_the_official_openai_package_talks_to_the_agent_unchanged(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello. How are you?"))
    client = openai.OpenAI(base_url=f"{baton.url}/v1", api_key="anything")
    first = client.chat.completions.create(model="baton", messages=[{"role": "user", "content": "Hi"}])
    assert first.choices[0].message.content == "Hello. How are you?"
    assert first.usage is not None
    assert first.usage.total_tokens > 0
    about = first.model_extra["baton"]  # type: ignore[index]
    assert about["decision"] == "answer"
    model.play(reply("Second. Answer."))
    streamed = client.chat.completions.create(
        model="baton",
        messages=[{"role": "user", "content": "And now?"}],
        metadata={"conversation_id": about["conversation_id"]},
        stream=True,
    )
    pieces = list(streamed)
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    assert text == "Second. Answer."
    assert pieces[-1].choices[0].finish_reason == "stop"
    assert pieces[-1].model_extra["baton"]["conversation_id"] == about["conversation_id"]  # type: ignore[index]
    client.close()


def test_a_client_that_keeps_the_history_itself_stays_in_its_conversation(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Answer one."))
    client = openai.OpenAI(base_url=f"{baton.url}/v1", api_key="anything")
    first = client.chat.completions.create(
        model="baton", user="u1", messages=[{"role": "user", "content": "Question one"}]
    )
    second = client.chat.completions.create(
        model="baton",
        user="u1",
        messages=[
            {"role": "user", "content": "Question one"},
            {"role": "assistant", "content": "Answer one."},
            {"role": "user", "content": "Question two"},
        ],
    )
    ids = [one.model_extra["baton"]["conversation_id"] for one in (first, second)]  # type: ignore[index]
    assert ids[0] == ids[1]
    client.close()


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "user", "content": "Hi"}], "n": 2},
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]}
            ]
        },
        {"messages": [{"role": "system", "content": "You are a pirate"}]},
    ],
)
def test_what_the_protocol_knows_and_baton_does_not_serve_is_a_clear_400(
    baton: ServedBaton, body: dict[str, object]
) -> None:
    response = baton.http.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    assert response.json()["detail"]
