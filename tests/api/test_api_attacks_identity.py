"""Attacks on who one is: forged, worn and empty identity tokens; guesses at orders."""

from collections.abc import Callable

import httpx
import jwt
import pytest

from tests.support.baton import Body, ServedBaton
from tests.support.scripted_answers import calls, reply
from tests.support.scripted_server import ScriptedServer

Sign = Callable[..., str]
Ask = Callable[..., httpx.Response]


def _opened(shop: ServedBaton, identity_token: object) -> httpx.Response:
    return shop.http.post("/v1/conversations", json={"identity_token": identity_token})


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": 1},
        {"customer_id": None},
        {"customer_id": ""},
        {"customer_id": "C-0000"},
        {"customer_id": "C-1001\0"},
        {"customer_id": "C-1001' OR '1'='1"},
        {"customer_id": 1001},
        {"customer_id": ["C-1001"]},
        {"key": "another secret of forty characters......"},
    ],
)
def test_a_bad_identity_token_opens_nothing(shop: ServedBaton, token: Sign, claims: Body) -> None:
    assert _opened(shop, token(**claims)).status_code == 401


def test_a_token_without_a_signature_opens_nothing(shop: ServedBaton) -> None:
    claims = {"sub": "C-1001", "exp": 4_000_000_000}
    assert _opened(shop, jwt.encode(claims, "", "none")).status_code == 401
    for nonsense in ("", "a.b.c", "é.é.é", "x" * 10_000):
        assert _opened(shop, nonsense).status_code == 401


def test_a_good_identity_token_gives_the_account(shop: ServedBaton, token: Sign) -> None:
    assert _opened(shop, token()).json()["customer"]["level"] == "account"


def test_completions_take_no_bad_identity_token_either(ask: Ask, token: Sign) -> None:
    for bad in (token("C-0000"), token(exp=1), "x"):
        assert ask(("user", "Hi"), metadata={"identity_token": bad}).status_code == 401


def test_a_wrong_value_for_an_order_is_answered_as_an_order_that_does_not_exist(
    demo: ServedBaton, model: ScriptedServer
) -> None:
    persona = demo.demo()["customers"][0]

    def tried(number: str) -> object:
        model.play([calls(("find_order", {"order_number": number, "email": "x@example.com"})), reply("No.")])
        return demo.customer().says(f"{number}, x@example.com")["turn"]["tools"][0]["result"]

    there, nowhere = tried(persona["orders"][0]["number"]), tried("HL-99999")
    assert there == nowhere
    assert set(there) == set(nowhere)  # type: ignore[call-overload]


def test_guesses_end_with_a_person_whether_the_order_exists_or_not(
    demo: ServedBaton, model: ScriptedServer
) -> None:
    def locked(number: str) -> list[str]:
        errors = []
        for guess in range(7):
            email = f"guess{guess}@example.com"
            arguments = {"order_number": number, "email": email}
            model.play([calls(("find_order", arguments)), reply("No.")])
            # A new conversation each time: who guesses does not stay in one.
            tool = demo.customer().says(f"{number} {email}")["turn"]["tools"][0]
            errors.append(tool["result"]["error"])
        return errors

    persona = demo.demo()["customers"][1]
    assert locked(persona["orders"][0]["number"]) == locked("HL-88888")
    assert locked("HL-77777")[-1] == "identity_locked"


def test_a_model_cannot_guess_for_a_customer_who_has_not_written_the_values(
    demo: ServedBaton, model: ScriptedServer
) -> None:
    persona = demo.demo()["customers"][0]
    number = persona["orders"][0]["number"]
    for arguments in (
        {"order_number": number, "email": persona["email"]},
        {"order_number": number, "postcode": persona["postcode"]},
        {"order_number": number, "email": " "},
        {"order_number": number, "email": "", "postcode": ""},
        {"order_number": number, "postcode": "-"},
        {"order_number": number},
    ):
        model.play([calls(("find_order", arguments)), reply("Hm.")])
        customer = demo.customer()
        tool = customer.says(f"Where is {number}?")["turn"]["tools"][0]
        assert not tool["ok"]
        assert customer.view()["customer"]["level"] == "anonymous"
