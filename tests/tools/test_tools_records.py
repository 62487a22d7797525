"""Facts for decisions, notices for the outbox, and the calendar file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.ids import CustomerId
from core.vocabulary import OrderState
from store.work_tables import outbox
from tests.support.shop import Shop, a_shop
from tools.calendar_file import calendar_file
from tools.notices import Notice, notice
from tools.records import CustomerFacts, customer_facts


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as made:
        yield made


def facts_of(shop: Shop, customer_id: str) -> CustomerFacts:
    found = shop.database.read(
        lambda uow: customer_facts(uow, CustomerId(customer_id), shop.business, shop.ports)
    )
    assert found is not None
    return found


def due_notice(shop: Shop, kind: str) -> Notice | None:
    query = select(outbox).where(outbox.c.kind == kind).order_by(outbox.c.due_at)
    row = shop.database.read(lambda uow: uow.connection.execute(query).first())
    assert row is not None
    return shop.database.read(lambda uow: notice(uow, shop.business, shop.ports, kind, row.payload))


def test_a_customer_has_a_value_a_tier_and_what_is_late(shop: Shop) -> None:
    found = facts_of(shop, "C-1004")

    assert (found.lifetime_value, found.late_orders) == (982.0, 0)
    assert found.tier in {"standard", "silver", "gold"}


def test_late_orders_are_open_orders_past_their_day(shop: Shop) -> None:
    going = next(one for one in shop.business.seed.orders if one.state is OrderState.SHIPPED)
    shop.clock.pass_(days=30)

    assert facts_of(shop, going.customer).late_orders > 0


def test_nobody_has_no_facts(shop: Shop) -> None:
    nobody = CustomerId("C-9999")

    assert shop.database.read(lambda uow: customer_facts(uow, nobody, shop.business, shop.ports)) is None


def test_the_old_address_is_told_without_the_new_one(shop: Shop) -> None:
    shop.talk("C-1001").call("update_contact", field="email", value="thief@evil.example", confirmed=True)

    told = due_notice(shop, "contact_changed")

    assert told is not None
    assert told.to == "maeve.brennan@example.com"
    assert "thief" not in told.subject + told.text
    assert shop.business.shop.email in told.text


def test_a_reminder_of_an_appointment_that_was_moved_is_void(shop: Shop) -> None:
    talk = shop.talk("C-1001")
    visit = {"service": "showroom_visit", "location": "dublin"}
    made = talk.call("book_appointment", **visit, start="1 December at 11:00")["booking"]
    reminded = due_notice(shop, "booking_reminder")

    talk.call("reschedule_appointment", booking=made["booking"], start="2 December at 11:00")

    assert reminded is not None
    assert "Tuesday 1 December at 11:00" in reminded.subject
    assert made["booking"] in reminded.text
    assert due_notice(shop, "booking_reminder") is None


def test_the_calendar_file_has_times_in_utc_and_short_lines(shop: Shop) -> None:
    booking = shop.database.read(lambda uow: shop.ports.bookings.get(uow, "BK-2003"))
    assert booking is not None

    text = calendar_file(shop.business, booking, shop.clock.now)

    lines = text.split("\r\n")
    assert f"DTSTART:{booking.start_at:%Y%m%dT%H%M%SZ}" in lines
    assert f"UID:{booking.reference}@baton" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert text.endswith("END:VCALENDAR\r\n")
