"""A customer's data as a whole: who may ask for it, and that nothing of it outlives an erasure."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from store.database import UnitOfWork
from store.personal import OF_THE_SHOP, WITHOUT
from store.tables import metadata
from tests.api.conftest import API_KEY
from tests.support.baton import Body, Customer, Person, ServedBaton, served, wait_for

MARKS = ("walrus", "087 555 0142", "0875550142", "+353875550142", "brenda@walrus.example")
"""What the customer says of themselves, in every way that it may be kept."""


@pytest.fixture(params=["sqlite", "postgresql"])
def baton(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServedBaton]:
    if request.param == "sqlite":
        with served(tmp_path) as running:
            yield running
        return
    from tests.support.shop import fresh_url

    with served(tmp_path, database_url=fresh_url("postgresql", tmp_path)) as running:
        yield running


def developer(baton: ServedBaton) -> Person:
    one = next(one for one in baton.demo()["people"] if one["role"] == "developer")
    return Person(baton.http, one["name"], one["key"])


def erase(baton: ServedBaton, customer_id: str) -> httpx.Response:
    return baton.http.request("DELETE", f"/v1/customers/{customer_id}", headers=developer(baton).headers)


def everywhere(baton: ServedBaton) -> dict[str, str]:
    """The text of every table that is not the shop's own."""
    ours = [table for table in metadata.sorted_tables if table not in (*OF_THE_SHOP, *WITHOUT)]

    def read(uow: UnitOfWork) -> dict[str, str]:
        return {
            table.name: json.dumps(
                [dict(row._mapping) for row in uow.connection.execute(select(table))], default=str
            )
            for table in ours
        }

    return baton.baton.database.read(read)


def lives_through_all(baton: ServedBaton) -> tuple[Customer, Body]:
    """A signed-in customer who does all that leaves a trace, and the case of it."""
    customer, person = baton.customer("C-1001"), baton.person("care")
    customer.says("My walrus statue is broken, where is my order?", Idempotency_Key="one")
    customer.says("Please change my phone number to 087 555 0142")
    customer.says("yes")
    customer.says("Can you call me back about the walrus? My e-mail is brenda@walrus.example")
    customer.says("You useless idiots, this is the worst company ever, my walrus is ruined!")
    case = person.case_of(customer)
    headers = {**person.headers, "Idempotency-Key": "two"}
    person.does(case, "claim")
    said = baton.http.post(f"/v1/cases/{case['id']}/reply", json={"text": "Poor walrus."}, headers=headers)
    assert said.status_code == 200
    person.does(case, "note", {"text": "The walrus again."})
    customer.says("My walrus thanks you")
    person.does(case, "return", {"note": "New walrus is on its way."})
    rated = {"score": 2, "text": "poor walrus"}
    baton.http.post(f"{customer.path}/rating", json=rated, headers=customer.headers)
    customer.says("When does the walrus come?")
    return customer, case


def test_an_erased_conversation_lives_on_in_no_table(baton: ServedBaton) -> None:
    # given: somebody who was served in every way, and somebody else who says the same of an otter
    customer, case = lives_through_all(baton)
    other = baton.customer("C-1002")
    other.says("My otter is broken, where is my order?")
    before = everywhere(baton)
    assert [name for name, text in before.items() if "walrus" in text] != []
    exported = developer(baton).get("/v1/customers/C-1001/export").json()
    assert "New walrus is on its way." in json.dumps(exported["conversations"])

    spool = baton.baton.settings.baton_data_dir / "outbox"
    wait_for(lambda: list(spool.glob("*.eml")))

    # when
    done = erase(baton, "C-1001")

    # then
    assert [one.name for one in spool.glob("*.eml")] == []
    assert done.status_code == 200, done.text
    left = everywhere(baton)
    assert {name: mark for mark in MARKS for name, text in left.items() if mark in text} == {}
    assert [name for name, text in left.items() if '"C-1001"' in text] == []
    assert "otter" in left["message"]
    assert baton.http.get(customer.path, headers=customer.headers).status_code == 401
    shown = developer(baton).get(f"/v1/cases/{case['id']}").json()
    assert (shown["messages"], shown["asked"], shown["status"]) == ([], "", "returned")
    assert erase(baton, "C-1001").status_code == 200
    assert other.view()["messages"] != []


def test_whoever_waits_for_a_person_waits_no_more_once_erased(baton: ServedBaton) -> None:
    customer, person = baton.customer("C-1001"), baton.person("care")
    customer.says("I want to talk to a person about my walrus")
    case = person.case_of(customer)

    assert erase(baton, "C-1001").status_code == 200

    ended = person.get(f"/v1/cases/{case['id']}").json()
    assert (ended["status"], ended["outcome"], ended["asked"]) == ("resolved", "withdrawn", "")
    assert all(one["conversation_id"] != customer.id for one in person.cases())
    assert person.get("/v1/measures").status_code == 200


def test_only_a_developer_and_the_shops_own_server_may_export_or_erase(
    demo: ServedBaton, shop: ServedBaton, token: Callable[..., str]
) -> None:
    path = "/v1/customers/C-1003"
    desk = next(one for one in demo.demo()["people"] if one["role"] == "desk")
    refused = {"no key": {}, "a customer": demo.customer("C-1003").headers}
    for name, headers in refused.items():
        assert demo.http.get(f"{path}/export", headers=headers).status_code == 401, name
        assert demo.http.request("DELETE", path, headers=headers).status_code == 401, name
    person = {"Authorization": f"Bearer {desk['key']}"}
    assert demo.http.get(f"{path}/export", headers=person).status_code == 403
    server = {"Authorization": f"Bearer {API_KEY}"}
    assert shop.http.get(f"{path}/export", headers=server).json()["id"] == "C-1003"
    assert shop.http.get("/v1/customers/nobody/export", headers=server).status_code == 404
    assert shop.http.request("DELETE", "/v1/customers/nobody", headers=server).status_code == 404


def test_metrics_are_for_this_machine_and_hold_what_was_decided(demo: ServedBaton) -> None:
    demo.customer().says("I want to talk to a human")

    told = demo.http.get("/metrics")

    assert told.headers["content-type"].startswith("text/plain")
    assert 'baton_turns_total{decision="handover",reason="wants_person"}' in told.text
    assert 'baton_outbox{state="dead"}' in told.text
    assert 'live="true",status="queued"' in told.text
    assert "walrus" not in told.text


def test_measures_are_of_a_span_and_say_what_is_wrong_with_one(demo: ServedBaton) -> None:
    person = demo.person("care")
    demo.customer().says("What are your opening hours on Saturday?")

    told = person.get("/v1/measures").json()

    assert told["endings"]["conversations"] >= 1
    assert told["turns"]["turns"] >= 1
    before = person.get("/v1/measures?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z").json()
    assert (before["endings"]["conversations"], before["from"]) == (0, "2020-01-01T00:00:00.000Z")
    for wrong in (
        "from=2020-02-01T00:00:00Z&to=2020-01-01T00:00:00Z",
        "from=2020-02-01T00:00:00",
        "department=x",
    ):
        assert person.get(f"/v1/measures?{wrong}").status_code == 422, wrong
    assert demo.http.get("/v1/measures").status_code == 401
