"""Attacks on what is kept beside the talk: logs and answers hold no key, no token, and none of the words."""

import logging

import pytest

from store.tables import metadata
from tests.support.baton import ServedBaton
from tests.support.scripted_answers import calls, reply
from tests.support.scripted_server import ScriptedServer


def test_the_log_holds_no_key_no_token_and_no_words(
    demo: ServedBaton, model: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    persona, person = demo.demo()["customers"][0], demo.person()
    model.play([calls(("find_order", {"order_number": "HL-10432"})), reply("A very private answer.")])
    with caplog.at_level(logging.INFO):
        customer = demo.customer(persona["id"])
        customer.says("A very private question")
        customer.says("A broken one", Idempotency_Key="k")
        person.does(person.post(f"{customer.path}/takeover").json(), "reply", {"text": "A private reply"})
        demo.http.post("/v1/conversations", json={"identity_token": persona["identity_token"][:-4]})
        demo.http.get(customer.path, headers={"Authorization": "Bearer a-wrong-secret"})
    log = caplog.text
    secrets = [customer.token, person.key, demo.baton.secret or "", persona["identity_token"][:-4]]
    for kept in [*secrets, "a-wrong-secret", "private", persona["email"]]:
        assert kept not in log


def test_no_answer_holds_the_secrets_of_the_server(shop: ServedBaton) -> None:
    for path in ("/openapi.json", "/readyz", "/healthz", "/v1/models", "/schemas/handover-packet.json"):
        answer = shop.http.get(path)
        assert answer.status_code == 200
        for secret in ("s" * 40, "a-key-of-the-shops-own-server", str(shop.baton.settings.baton_data_dir)):
            assert secret not in answer.text


def test_a_new_conversations_token_stands_nowhere_in_the_store(shop: ServedBaton) -> None:
    headers = {"Idempotency-Key": "5f2f6c1e-0d5a-4c3f-9d0e-7a6a2f1c9b11"}
    made = shop.http.post("/v1/conversations", json={}, headers=headers).json()
    again = shop.http.post("/v1/conversations", json={}, headers=headers).json()
    assert again == made
    with shop.baton.database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()):
                assert made["token"] not in str(row), table.name
