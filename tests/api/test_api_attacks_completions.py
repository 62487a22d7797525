"""Attacks through OpenAI's protocol: two customers of one client must never end in one conversation."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.baton import Body, ServedBaton
from tests.support.scripted_answers import reply
from tests.support.scripted_server import ScriptedServer

Ask = Callable[..., httpx.Response]
Sign = Callable[..., str]
HI, HELLO = ("user", "Hi"), ("assistant", "Hello.")


def _talk(answer: httpx.Response) -> str:
    body: Body = answer.json()
    return str(body["baton"]["conversation_id"])


def test_who_begins_in_a_signed_in_customers_words_does_not_come_into_their_account(
    shop: ServedBaton, ask: Ask, token: Sign
) -> None:
    hers = _talk(ask(HI, metadata={"identity_token": token("C-1001")}))
    assert _talk(ask(HI, HELLO, ("user", "Where is my order?"))) != hers
    his = ask(HI, HELLO, ("user", "And mine?"), metadata={"identity_token": token("C-1002")})
    assert _talk(his) != hers


def test_a_signed_in_customer_goes_on_in_their_own_conversation(ask: Ask, token: Sign) -> None:
    signed = {"identity_token": token("C-1003")}
    first = _talk(ask(HI, metadata=signed))
    assert _talk(ask(HI, HELLO, ("user", "And?"), metadata=signed)) == first
    said = (HI, HELLO, ("user", "And?"), HELLO, ("user", "Or?"))
    assert _talk(ask(*said, metadata=signed)) == first


def test_a_client_that_names_its_user_need_not_sign_each_request(ask: Ask, token: Sign) -> None:
    first = _talk(ask(HI, user="u-7", metadata={"identity_token": token("C-1004")}))
    assert _talk(ask(HI, HELLO, ("user", "And?"), user="u-7")) == first
    assert _talk(ask(HI, HELLO, ("user", "And?"), user="u-8")) != first


def test_two_who_began_alike_do_not_go_on_in_what_the_other_has_told(ask: Ask) -> None:
    ask(("user", "Good day"))
    ask(("user", "Good day"))
    began = (("user", "Good day"), HELLO)
    one = _talk(ask(*began, ("user", "My order is HL-10485, maeve@example.com")))
    other = _talk(ask(*began, ("user", "Where is my order?")))
    assert one != other


def test_a_message_that_a_client_sends_again_joins_its_turn(shop: ServedBaton, ask: Ask) -> None:
    ask(("user", "Good evening"))
    said = (("user", "Good evening"), HELLO, ("user", "And?"))
    first = _talk(ask(*said))
    body = {"messages": [{"role": role, "content": text} for role, text in said]}
    headers = {"Authorization": "Bearer a-key-of-the-shops-own-server", "X-Stainless-Retry-Count": "1"}
    again = shop.http.post("/v1/chat/completions", json=body, headers=headers)
    assert _talk(again) == first


def test_a_request_with_one_key_makes_one_conversation(shop: ServedBaton, model: ScriptedServer) -> None:
    model.play(reply("Hello.").after(0.2))
    headers = {"Authorization": "Bearer a-key-of-the-shops-own-server", "Idempotency-Key": "once"}
    body = {"messages": [{"role": "user", "content": "Good night"}]}

    def sent(_: int) -> httpx.Response:
        return httpx.post(f"{shop.url}/v1/chat/completions", json=body, headers=headers, timeout=30)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(sent, range(3)))
    assert len({_talk(answer) for answer in answers}) == 1
    assert {answer.json()["choices"][0]["message"]["content"] for answer in answers} == {"Hello."}


def test_without_demo_an_answer_shows_nothing_of_the_inside(ask: Ask) -> None:
    about = ask(("user", "Hi there")).json()["baton"]
    assert set(about) == {"id", "decision", "case_id", "conversation_id", "mode"}


@pytest.mark.parametrize("named", ["conv_nowhere", "", "../../v1/demo", "%00"])
def test_a_conversation_that_does_not_exist_is_not_found(ask: Ask, named: str) -> None:
    assert ask(HI, metadata={"conversation_id": named}).status_code == 404
