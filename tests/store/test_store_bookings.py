"""Places: the lowest free one, freed by a cancellation, never twice at one time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from store.bookings import SqlBookings
from store.database import UnitOfWork
from store.shop_records import BookingRecord
from store.shop_tables import booking
from tests.support.shop import BOTH, NOW, Shop, a_shop

BOOKINGS = SqlBookings()


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def at(hours: float, reference: str) -> BookingRecord:
    start = NOW + timedelta(days=200, hours=hours)
    return BookingRecord(
        reference=reference,
        service="showroom_visit",
        location="dublin",
        start_at=start,
        end_at=start + timedelta(hours=1),
        place=None,
        customer_id=None,
        conversation_id=None,
        name="Ann",
        email=None,
        phone=None,
        status="booked",
        revision=0,
    )


def book(shop: Shop, record: BookingRecord, capacity: int = 2) -> BookingRecord | None:
    return shop.database.write(lambda uow: BOOKINGS.book(uow, record, capacity))


def place(made: BookingRecord | None) -> int | None:
    return made.place if made else None


def test_the_lowest_free_place_is_given_until_none_is_left(shop: Shop) -> None:
    assert [place(book(shop, at(0, f"B{n}"))) for n in range(3)] == [1, 2, None]


def test_a_cancelled_place_is_given_again(shop: Shop) -> None:
    first = book(shop, at(0, "B1"))
    book(shop, at(0, "B2"))
    assert first is not None
    shop.database.write(lambda uow: BOOKINGS.cancel(uow, first))

    assert place(book(shop, at(0, "B3"))) == 1


def test_appointments_that_overlap_share_no_place(shop: Shop) -> None:
    book(shop, at(0, "B1"), capacity=1)

    assert book(shop, at(0.5, "B2"), capacity=1) is None
    assert place(book(shop, at(1, "B3"), capacity=1)) == 1


def test_a_change_over_an_older_revision_is_refused(shop: Shop) -> None:
    old = book(shop, at(0, "B1"))
    assert old is not None
    moved = shop.database.write(
        lambda uow: BOOKINGS.move(
            uow, old, old.start_at + timedelta(hours=3), old.end_at + timedelta(hours=3), 2
        )
    )

    assert moved is not None
    assert moved.reference == "B1"
    assert shop.database.write(lambda uow: BOOKINGS.cancel(uow, old)) is None


def test_the_database_refuses_two_on_one_place(shop: Shop) -> None:
    taken = book(shop, at(0, "B1"))
    assert taken is not None

    def steal(uow: UnitOfWork) -> None:
        uow.connection.execute(insert(booking).values(**replace(taken, reference="B2").__dict__))

    with pytest.raises(IntegrityError):
        shop.database.write(steal)
