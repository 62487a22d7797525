"""Attacks by number: many conversations and messages from one address, one customer, one talk."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.baton import ServedBaton, settings_for
from tests.support.scripted_answers import reply
from tests.support.scripted_server import ScriptedServer


@pytest.fixture
def limited(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    folder = tmp_path_factory.mktemp("limited")
    with ServedBaton(settings_for(folder, model), always_limit=True) as running:
        yield running


def test_too_many_conversations_and_messages_have_to_wait(
    limited: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello."))
    customer = limited.customer()
    sent = [
        limited.http.post(f"{customer.path}/messages", json={"text": "Hi"}, headers=customer.headers)
        for _ in range(25)
    ]
    refused = [answer for answer in sent if answer.status_code == 429]
    assert refused
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in refused)
    made = [limited.http.post("/v1/conversations", json={}).status_code for _ in range(40)]
    assert 429 in made


def test_one_customer_in_many_conversations_has_to_wait_too(
    limited: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("Hello."))
    customers = [limited.customer("C-1001") for _ in range(5)]
    sent = [
        limited.http.post(f"{one.path}/messages", json={"text": "Hi"}, headers=one.headers).status_code
        for one in customers
        for _ in range(10)
    ]
    assert 429 in sent
    assert sent.index(429) == 40


def test_completions_make_no_conversations_without_end(limited: ServedBaton, model: ScriptedServer) -> None:
    model.play(reply("Hello."))
    body = {"messages": [{"role": "user", "content": "Hi"}]}
    sent = [limited.http.post("/v1/chat/completions", json=body).status_code for _ in range(62)]
    assert sent[-1] == 429


def test_a_server_with_the_api_key_is_held_up_by_conversation_and_not_by_its_address(
    model: ScriptedServer, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, model, baton_demo=False, baton_api_key="the-shops-key")
    headers = {"Authorization": "Bearer the-shops-key"}
    with ServedBaton(settings, always_limit=True) as channel:
        post = partial(channel.http.post, headers=headers)
        made = [post("/v1/conversations", json={}) for _ in range(35)]
        assert {one.status_code for one in made} == {201}
        path = f"/v1/conversations/{made[0].json()['id']}/messages"
        assert 429 in [post(path, json={"text": "Hi"}).status_code for _ in range(25)]
