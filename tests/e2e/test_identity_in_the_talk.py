"""With the embedded model an unknown customer shows who they are in the talk, and has a number changed."""

from collections.abc import Iterator

import pytest

from tests.support.baton import ServedBaton, served
from tests.support.mail import next_code


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("identity"), baton_model="embedded") as running:
        yield running


def test_change_my_phone_number_leads_by_order_address_and_code_to_the_change(baton: ServedBaton) -> None:
    owner = baton.demo()["customers"][0]
    customer = baton.customer()
    customer.says("Hi, I'd like to change my phone number to +353 86 555 0142 please")
    customer.says(owner["orders"][0]["number"])
    sent = customer.says(owner["email"])
    code = next_code(baton.baton.settings.baton_data_dir, owner["email"])
    asked = customer.says(f"{code[:3]} {code[3:]}")
    done = customer.says("yes please")

    assert sent["message"]["form"] == {"kind": "code", "fields": ["code"], "tries_left": 5}
    assert asked["turn"]["tools"][-1]["result"]["error"] == "needs_confirmation"
    assert [run["name"] for run in done["turn"]["tools"]] == ["update_contact"]
    assert done["turn"]["tools"][0]["ok"]
    assert "86 555 0142" in done["message"]["text"]
    assert customer.view()["customer"]["level"] == "account"
    assert all(turn["decision"] == "answer" for turn in customer.turns())


def test_another_account_is_not_reached_by_ones_own_code(baton: ServedBaton) -> None:
    owner, other = baton.demo()["customers"][1:3]
    customer = baton.customer()
    customer.says("update my email address to mine@example.org")
    customer.says(f"{other['orders'][0]['number']} and {owner['email']}")

    assert customer.view()["customer"]["level"] == "anonymous"
    assert all(run["name"] == "find_order" for turn in customer.turns() for run in turn["tools"])
