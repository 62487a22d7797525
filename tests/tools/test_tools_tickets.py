"""Following up: whose tickets, their state, what is added, reopened or opened; promises go out when due."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from channels.spool import Spool
from core.shapes import Json
from handover.timers import HANDLERS
from runtime.notices import deliveries
from runtime.relay import Relay
from store import events, promises
from store.database import UnitOfWork
from store.shop_records import TicketEntryRecord
from store.shop_tables import ticket as ticket_table
from store.talk_tables import desk_counter
from store.work_tables import audit
from tests.support.shop import BOTH, Shop, Talk, a_shop
from tools.timers import handlers

OWNER, OWNERS_EMAIL = "C-1016", "priya.r@example.com"
NEW = {
    "subject": "A screw is missing",
    "details": "One screw of the bookcase is missing, I need a spare part.",
}


def count_for_desk(uow: UnitOfWork) -> None:
    """The row that a migration makes: events for the desk are numbered by it."""
    uow.connection.execute(insert(desk_counter).values(id=1, seq=0))


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as opened:
        opened.database.write(count_for_desk)
        yield opened


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as opened:
        opened.database.write(count_for_desk)
        yield opened


def relay_of(shop: Shop, folder: Path) -> Relay:
    timers = {**HANDLERS, **handlers(shop.ports)}
    return Relay(
        shop.database,
        shop.business,
        timers,
        deliveries(shop.database, shop.business, shop.ports, Spool(folder)),
    )


def letters(folder: Path) -> list[str]:
    return [one.read_text() for one in sorted((folder / "outbox").glob("*.eml"))]


def promise_of(shop: Shop, talk: Talk) -> promises.PromiseRow:
    return shop.database.read(lambda uow: promises.of_conversation(uow, talk.id))[-1]


def answered_by_a_person(shop: Shop, number: str) -> None:
    """What a helpdesk writes when somebody has answered."""

    def work(uow: UnitOfWork) -> None:
        found = shop.ports.tickets.get(uow, number)
        assert found is not None
        said = TicketEntryRecord(shop.clock.now, "anna", "The screw is in the mail.")
        assert shop.ports.tickets.save(uow, replace(found, entries=(*found.entries, said)))

    shop.database.write(work)


def test_the_owner_sees_state_last_words_and_date(lite: Shop) -> None:
    result = lite.talk(OWNER).call("find_tickets")

    (mine,) = result["tickets"]
    assert (mine["ticket"], mine["status"], mine["due_iso"]) == ("T-3001", "open", "2026-11-25")
    assert mine["last"]["by"] == "Anna Lindqvist"
    assert "depot" in mine["last"]["text"]


def test_somebody_elses_is_answered_exactly_like_one_that_does_not_exist(lite: Shop) -> None:
    talk = lite.talk("C-1001")

    for tool, more in (("find_tickets", {}), ("add_to_ticket", {"text": "x"}), ("reopen_ticket", {})):
        assert talk.call(tool, ticket="T-3001", **more) == talk.call(tool, ticket="T-9999", **more)


def test_number_and_email_in_the_customers_own_words_open_a_ticket_but_not_its_texts(
    shop: Shop,
) -> None:
    talk = shop.talk().says(f"It is T-3001, {OWNERS_EMAIL}")

    opened = talk.call("find_tickets", ticket="t-3001", email=OWNERS_EMAIL)
    added = talk.call("add_to_ticket", ticket="T-3001", text="The neighbour has a key.")

    assert (opened["tickets"][0]["status"], opened["tickets"][0]["last"]) == ("open", None)
    assert added["ok"]


def test_values_that_the_customer_did_not_write_open_nothing_and_are_no_try(lite: Shop) -> None:
    result = lite.talk().call("find_tickets", ticket="T-3001", email=OWNERS_EMAIL)

    assert (result["error"], result["missing"]) == ("identity_needed", ["ticket", "email"])


def test_tries_are_counted_and_then_a_person_helps(lite: Shop) -> None:
    talk = lite.talk().says("T-3001 and wrong@example.com")

    left = [
        talk.call("find_tickets", ticket="T-3001", email="wrong@example.com")["tries_left"] for _ in range(5)
    ]
    locked = talk.call("find_tickets", ticket="T-3001", email="wrong@example.com")

    assert left == [4, 3, 2, 1, 0]
    assert (locked["error"], locked["person_offered"]) == ("identity_locked", True)


def test_what_is_added_is_kept_in_the_customers_words_and_audited_without_them(shop: Shop) -> None:
    talk = shop.talk(OWNER)

    result = talk.call("add_to_ticket", ticket="T-3001", text="  The neighbour  has a key. ")
    again = talk.call("add_to_ticket", ticket="T-3001", text="The neighbour has a key.")

    assert (result["changed"], again["changed"]) == (True, False)
    rows = shop.database.read(
        lambda uow: uow.connection.execute(select(ticket_table).where(ticket_table.c.id == "T-3001")).one()
    )
    assert [one["text"] for one in rows.entries][-1] == "The neighbour has a key."
    line = shop.database.read(
        lambda uow: uow.connection.execute(select(audit).where(audit.c.action == "ticket_add")).one()
    )
    assert line.subject == "ticket:T-3001"
    assert "neighbour" not in str(line.data)


def test_a_solved_one_is_reopened_and_not_added_to(shop: Shop) -> None:
    talk = shop.talk("C-1022")

    refused = talk.call("add_to_ticket", ticket="T-3006", text="The name is misspelt.")
    reopened = talk.call("reopen_ticket", ticket="T-3006", reason="The name is misspelt.")
    twice = talk.call("reopen_ticket", ticket="T-3006")

    assert refused["error"] == "solved"
    assert (reopened["ticket"]["status"], reopened["promise"]["owner"]) == ("open", "Billing")
    assert twice["changed"] is False


def test_one_that_was_solved_too_long_ago_is_not_reopened(lite: Shop) -> None:
    lite.clock.pass_(days=30)

    result = lite.talk("C-1022").call("reopen_ticket", ticket="T-3006")

    assert result["error"] == "too_old"
    assert "60 days" in result["text"]


def test_a_new_one_has_category_priority_department_and_a_promise(shop: Shop) -> None:
    talk = shop.talk("C-1001")

    result = talk.call("create_ticket", **NEW)

    made = result["ticket"]
    assert (made["category"], made["priority"], made["department"]) == ("repair", "normal", "Customer Care")
    promise = promise_of(shop, talk)
    assert (promise.status, promise.owner, promise.due_at) == (
        "open",
        "Customer Care",
        shop.clock.now.replace(day=26),
    )
    assert made["ticket"] in promise.text
    assert result["told"] == "m*****@example.com"


@pytest.mark.parametrize(
    ("wished", "given"), [("urgent", "high"), ("high", "high"), ("low", "normal"), (None, "normal")]
)
def test_a_customer_may_ask_for_more_haste_up_to_what_the_policy_allows(
    lite: Shop, wished: str | None, given: str
) -> None:
    assert lite.talk("C-1001").call("create_ticket", **NEW, priority=wished)["ticket"]["priority"] == given


def test_the_same_wish_has_the_same_key_and_a_second_ticket_about_it_is_not_made(lite: Shop) -> None:
    talk = lite.talk("C-1001")
    before = talk.key("create_ticket", **NEW)

    first = talk.call("create_ticket", **NEW)
    second = talk.call("create_ticket", subject="spare part", details="it is broken, I want a repair")

    assert talk.key("create_ticket", **NEW) == before
    assert (second["error"], second["ticket"]["ticket"]) == ("already_open", first["ticket"]["ticket"])


def test_somebody_without_account_gives_name_and_email_and_sees_it_in_this_talk_alone(shop: Shop) -> None:
    talk, other = shop.talk(), shop.talk()

    missing = talk.call("create_ticket", **NEW)
    unsaid = talk.call("create_ticket", **NEW, name="Ann Byrne", email="Ann@Example.com")
    talk.says("Ann@Example.com")
    made = talk.call("create_ticket", **NEW, name="Ann Byrne", email="Ann@Example.com")

    assert missing["missing"] == ["name", "email"]
    assert "email" in unsaid["fields"]
    assert talk.call("find_tickets")["tickets"][0]["ticket"] == made["ticket"]["ticket"]
    assert other.call("find_tickets")["error"] == "identity_needed"


def test_an_order_that_is_not_the_customers_is_no_subject(lite: Shop) -> None:
    result = lite.talk("C-1001").call("create_ticket", **NEW, order_number="HL-10427")

    assert result["error"] == "not_found"


@pytest.mark.anyio
async def test_the_customer_is_told_number_and_date_by_email(shop: Shop, tmp_path: Path) -> None:
    made = shop.talk("C-1001").call("create_ticket", **NEW)

    await relay_of(shop, tmp_path).run_due()

    (letter,) = letters(tmp_path)
    assert made["ticket"]["ticket"] in letter
    assert "maeve.brennan@example.com" in letter
    assert "26 November" in letter


@pytest.mark.anyio
async def test_a_promise_that_was_not_kept_reminds_the_desk_and_tells_the_customer(
    shop: Shop, tmp_path: Path
) -> None:
    talk = shop.talk("C-1001")
    talk.call("create_ticket", **NEW)
    relay = relay_of(shop, tmp_path)
    await relay.run_due()

    shop.clock.pass_(hours=49)
    while await relay.run_due():
        pass

    assert promise_of(shop, talk).status == "broken"
    assert sum("is late" in one for one in letters(tmp_path)) == 1
    told = shop.database.read(lambda uow: events.of_conversation(uow, talk.id, 0, inside=True))
    assert [one.data["level"] for one in told if one.kind == "sla"] == ["promise"]


@pytest.mark.anyio
async def test_a_promise_that_a_person_has_kept_is_settled_without_a_word(shop: Shop, tmp_path: Path) -> None:
    talk = shop.talk("C-1001")
    made = talk.call("create_ticket", **NEW)
    relay = relay_of(shop, tmp_path)
    await relay.run_due()
    answered_by_a_person(shop, made["ticket"]["ticket"])

    shop.clock.pass_(hours=49)
    while await relay.run_due():
        pass

    assert promise_of(shop, talk).status == "kept"
    assert len(letters(tmp_path)) == 1


@pytest.mark.anyio
async def test_a_timer_that_runs_twice_changes_nothing_the_second_time(lite: Shop) -> None:
    talk = lite.talk("C-1001")
    made = talk.call("create_ticket", **NEW)
    payload: Json = {"ticket": made["ticket"]["ticket"], "promise": promise_of(lite, talk).id}
    fire = handlers(lite.ports)["ticket_due"]

    for _ in range(2):
        lite.database.write(lambda uow: fire(uow, lite.business, payload))

    told = lite.database.read(lambda uow: events.of_conversation(uow, talk.id, 0, inside=True))
    assert sum(one.kind == "sla" for one in told) == 1
