"""Enquiries: taken down in any order, in the customer's own words, and sent to who can act on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.shapes import Json
from store.database import UnitOfWork
from store.desk_tables import promise
from store.sales_facts import contact_of, facts_of
from store.sales_tables import enquiry
from store.work_tables import audit, outbox
from tests.support.shop import BOTH, Shop, Talk, a_shop
from tools.notices import notice
from tools.sales_writing import SALES_NOTICE

MAEVE = "C-1001"


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def wants_a_call(shop: Shop) -> Talk:
    """Somebody unknown who has told all but the phone number."""
    talk = shop.talk().says("Please ring me about a bench for the hall. I'm Tom Byrne.")
    talk.call("save_enquiry_details", topic="call back", name="Tom Byrne", message="a bench for the hall")
    return talk


def rows(shop: Shop) -> list[Json]:
    return shop.database.read(
        lambda uow: [dict(row._mapping) for row in uow.connection.execute(select(enquiry))]
    )


def mails(shop: Shop) -> list[str]:
    """What the department reads of the notices that are still true."""

    def read(uow: UnitOfWork) -> list[str]:
        due = uow.connection.execute(select(outbox).where(outbox.c.kind == SALES_NOTICE)).all()
        found = [notice(uow, shop.business, shop.ports, row.kind, row.payload) for row in due]
        return [f"{one.subject} {one.text}" for one in found if one]

    return shop.database.read(read)


def test_details_in_any_order_make_one_enquiry_that_is_sent_after_a_yes(shop: Shop) -> None:
    talk = wants_a_call(shop).says("087 555 0123, tomorrow after four")

    told = talk.call("save_enquiry_details", phone="087 555 0123", date="tomorrow after four")
    asked = talk.outcome("submit_enquiry")
    sent = talk.call("submit_enquiry", confirmed=True)

    assert told["complete"]
    assert asked.confirm is not None
    assert "+353 87 555 0123" in asked.confirm.summary
    assert sent["department"] == "Customer Care"
    assert sent["due_iso"] == "2026-11-25"
    [row] = rows(shop)
    assert row["status"] == "submitted"
    assert row["details"]["date"] == "2026-11-25 16:00"


def test_what_is_sent_is_promised_told_to_the_department_and_audited_without_personal_text(
    shop: Shop,
) -> None:
    talk = wants_a_call(shop).says("087 555 0123")
    talk.call("save_enquiry_details", phone="087 555 0123", declined=["date"])
    sent = talk.call("submit_enquiry", confirmed=True)

    promised, timers, lines = shop.database.read(
        lambda uow: (
            uow.connection.execute(select(promise)).all(),
            uow.connection.execute(select(outbox).where(outbox.c.kind == "promise")).all(),
            uow.connection.execute(select(audit).where(audit.c.action == "enquiry_sent")).all(),
        )
    )
    assert [(row.owner, row.status) for row in promised] == [("Customer Care", "open")]
    assert timers[0].payload == {"promise": promised[0].id}
    assert "Tom" not in str(lines[0].data)
    assert any(sent["enquiry"] in mail and "Tom Byrne" in mail for mail in mails(shop))


def test_a_contact_that_the_customer_has_not_written_is_not_taken(shop: Shop) -> None:
    talk = wants_a_call(shop)

    result = talk.call(
        "save_enquiry_details", phone="087 555 0123", email="tom@byrne.example.com", name="Ann"
    )

    assert set(result["invalid"]) == {"phone", "email", "name"}
    assert result["details"]["name"] == "Tom Byrne"
    assert "phone" not in result["details"]


@pytest.mark.parametrize(
    ("said", "argument", "value", "stored"),
    [
        ("mail me: Jane.Doe@EXAMPLE.com", "email", "Jane.Doe@EXAMPLE.com", "Jane.Doe@example.com"),
        ("jane at example dot com", "email", "jane@example.com", "jane@example.com"),
        ("my number is (01) 555-0140", "phone", "(01) 555-0140", "+35315550140"),
        ("+31 10 411 5555 is mine", "phone", "+31 10 411 5555", "+31104115555"),
        ("i am josé o'brien", "name", "José O'Brien", "José O'Brien"),
        (
            "see www.photos.example.com/a",
            "photo_link",
            "www.photos.example.com/a",
            "https://www.photos.example.com/a",
        ),
        ("it was order hl 10432", "order_number", "hl 10432", "HL-10432"),
    ],
)
def test_details_are_brought_to_one_form(
    shop: Shop, said: str, argument: str, value: str, stored: str
) -> None:
    talk = shop.talk().says(said)
    talk.call("save_enquiry_details", topic="message", **{argument: value})

    assert rows(shop)[0]["details"][argument] == stored


@pytest.mark.parametrize(
    ("argument", "value"),
    [("email", "tom@"), ("phone", "12"), ("date", "2020-01-01"), ("photo_link", "no link"), ("name", "12")],
)
def test_what_cannot_be_right_is_asked_for_again_and_not_stored(
    shop: Shop, argument: str, value: str
) -> None:
    talk = wants_a_call(shop).says(value)

    result = talk.call("save_enquiry_details", **{argument: value})

    assert argument not in rows(shop)[0]["details"] or argument == "name"
    assert not result["complete"]
    assert result["ask"]


def test_a_refusal_is_kept_and_the_next_way_to_be_reached_is_asked_for(shop: Shop) -> None:
    talk = wants_a_call(shop)

    refused = talk.call("save_enquiry_details", declined=["phone"])
    later = talk.call("save_enquiry_details", message="a bench for the hall")

    assert refused["declined"] == ["phone"]
    assert refused["missing"] == later["missing"] == ["email"]
    assert "phone" not in str(later["ask"])


def test_who_gives_no_way_to_be_reached_is_offered_a_person_and_nothing_is_sent(shop: Shop) -> None:
    talk = wants_a_call(shop)

    told = talk.call("save_enquiry_details", declined=["my phone", "phone", "email"])
    sent = talk.call("submit_enquiry", confirmed=True)

    assert not told["reachable"]
    assert told["person_offered"]
    assert sent["error"] == "unreachable"
    assert rows(shop)[0]["status"] == "draft"


def test_what_was_refused_and_withdrawn_does_not_come_back_by_itself(shop: Shop) -> None:
    talk = wants_a_call(shop).says("087 555 0123")
    talk.call("save_enquiry_details", phone="087 555 0123")
    talk.call("save_enquiry_details", declined=["phone"])

    again = talk.call("save_enquiry_details", phone="087 555 0123")

    assert again["declined"] == ["phone"]
    assert "phone" not in rows(shop)[0]["details"]


def test_a_correction_after_sending_reaches_the_department_and_the_first_notice_is_void(shop: Shop) -> None:
    talk = wants_a_call(shop).says("087 555 0123")
    talk.call("save_enquiry_details", phone="087 555 0123", declined=["date"])
    talk.call("submit_enquiry", confirmed=True)
    talk.says("sorry, 087 555 0124")

    mended = talk.call("save_enquiry_details", phone="087 555 0124")

    assert mended["status"] == "submitted"
    assert "0124" in mended["corrected_words"]
    [mail] = mails(shop)
    assert "+353875550124" in mail


def test_withdrawing_deletes_what_was_left_and_voids_the_promise(shop: Shop) -> None:
    talk = wants_a_call(shop).says("087 555 0123")
    talk.call("save_enquiry_details", phone="087 555 0123", declined=["date"])
    talk.call("submit_enquiry", confirmed=True)

    gone = talk.call("withdraw_enquiry")

    assert gone["was"] == "submitted"
    [row] = rows(shop)
    assert (row["status"], row["details"]) == ("withdrawn", {})
    status = shop.database.read(lambda uow: uow.connection.execute(select(promise.c.status)).scalar_one())
    assert status == "void"
    assert "withdrawn" in mails(shop)[0]
    assert talk.call("withdraw_enquiry")["error"] == "no_enquiry"


def test_another_topic_keeps_who_it_is_and_a_second_enquiry_stands_beside_a_sent_one(shop: Shop) -> None:
    talk = shop.talk().says("I'm Tom Byrne, tom@byrne.example.com")
    talk.call("save_enquiry_details", topic="message", name="Tom Byrne", email="tom@byrne.example.com")

    changed = talk.call("save_enquiry_details", topic="newsletter")
    talk.call("submit_enquiry", confirmed=True)
    second = talk.call("save_enquiry_details", topic="restock", product="Heron arc floor lamp")

    assert changed["details"]["email"] == "tom@byrne.example.com"
    assert second["details"]["email"] == "tom@byrne.example.com"
    assert {row["topic"]: row["status"] for row in rows(shop)} == {
        "newsletter": "submitted",
        "restock": "draft",
    }


def test_an_account_is_not_asked_for_what_it_has(shop: Shop) -> None:
    told = shop.talk(MAEVE).call("save_enquiry_details", topic="restock", product="arc floor lamp")

    assert told["complete"]
    assert told["details"] == {"email": "maeve.brennan@example.com", "product": "Heron arc floor lamp"}


def test_the_same_call_is_one_change_and_the_next_one_is_another(shop: Shop) -> None:
    talk = wants_a_call(shop).says("087 555 0123")
    wish = {"phone": "087 555 0123"}
    first = talk.key("save_enquiry_details", **wish)
    same = talk.key("save_enquiry_details", **wish)
    talk.call("save_enquiry_details", **wish)

    assert first == same
    assert "0123" not in first
    assert talk.key("save_enquiry_details", **wish) != first


def test_a_business_without_enquiries_takes_none(shop: Shop) -> None:
    shop.business = shop.business.model_copy(update={"enquiries": None})

    assert shop.talk().call("save_enquiry_details", topic="message")["error"] == "not_offered"


def test_the_packet_learns_what_was_left_with_its_kind_and_id(shop: Shop) -> None:
    talk = wants_a_call(shop)

    [fact] = shop.database.read(lambda uow: facts_of(uow, talk.id))

    assert (fact.kind, fact.id) == ("enquiry", rows(shop)[0]["reference"])
    assert "Tom Byrne" in fact.values["details"]
    assert shop.database.read(lambda uow: contact_of(uow, talk.id)) == {"name": "Tom Byrne"}


DETAILS = {
    "name": "Tom Byrne",
    "email": "tom@byrne.example.com",
    "phone": "087 555 0123",
    "message": "a bench for the hall",
}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(list(DETAILS)),
    cut=st.integers(0, 4),
    no=st.sets(st.sampled_from(["phone", "date"])),
)
def test_whatever_the_order_the_same_enquiry_comes_of_it(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], cut: int, no: set[str]
) -> None:
    with a_shop("sqlite", tmp_path_factory.mktemp("any-order")) as shop:
        talk = shop.talk().says(" ".join(DETAILS.values()))
        parts = [part for part in (order[:cut], order[cut:]) if part]
        for part in parts:
            told = talk.call(
                "save_enquiry_details", topic="call_back", **{name: DETAILS[name] for name in part}
            )
        told = talk.call("save_enquiry_details", declined=sorted(no))

        kept = {name for name in DETAILS if name not in no}
        assert set(told["details"]) == kept
        assert set(told["declined"]) == no
        assert told["missing"] == []
