"""The calendar file of an appointment: fetched by the link of the booking's answer, and by no other."""

import re
from collections.abc import Iterator

import pytest

from tests.support.baton import ServedBaton, served

LINK = re.compile(r"https?://\S+\.ics\?token=\S+")


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("calendar")) as running:
        yield running


def path_of(answer: str) -> str:
    """What the customer's link asks this server for."""
    link = LINK.search(answer)
    assert link is not None, answer
    return "/v1/" + link[0].split("/v1/", 1)[1]


@pytest.fixture(scope="module")
def path(baton: ServedBaton) -> str:
    customer = baton.customer("C-1001")
    said = customer.says("Please book a design consultation in Dublin for me next Friday at 15:00")[
        "message"
    ]["text"]
    return path_of(said)


def test_the_link_of_the_booking_answer_gives_the_appointment_as_a_calendar_file(
    baton: ServedBaton, path: str
) -> None:
    response = baton.http.get(path)

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/calendar")
    assert re.search(r'attachment; filename="BK-\w+\.ics"', response.headers["content-disposition"])
    lines = response.text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "STATUS:CONFIRMED" in lines
    assert "SEQUENCE:0" in lines


@pytest.mark.parametrize("token", ["", "?token=", "?token=guessed"])
def test_without_the_token_it_is_not_found_like_an_appointment_that_does_not_exist(
    baton: ServedBaton, path: str, token: str
) -> None:
    bare = path.partition("?")[0]
    wrong, none = baton.http.get(bare + token), baton.http.get("/v1/bookings/BK-NOTTHERE.ics" + token)

    assert (wrong.status_code, none.status_code) == (404, 404)
    assert wrong.json()["detail"] == none.json()["detail"]


def test_one_appointments_token_opens_no_other(baton: ServedBaton, path: str) -> None:
    token = path.partition("?")[2]

    assert baton.http.get(f"/v1/bookings/BK-2003.ics?{token}").status_code == 404


def test_what_is_no_reference_is_refused(baton: ServedBaton) -> None:
    assert baton.http.get("/v1/bookings/%00.ics?token=x").status_code == 422


def test_a_moved_appointment_keeps_its_link_and_its_place_in_the_calendar(
    baton: ServedBaton, path: str
) -> None:
    customer = baton.customer("C-1005")
    said = customer.says("Book a design consultation in Dublin next Friday at 12:00 please")["message"][
        "text"
    ]
    first = baton.http.get(path_of(said)).text
    reference = re.search(r"BK-\w+", said)
    assert reference is not None
    moved = customer.says(f"Please move {reference[0]} to next Friday at 13:00")["message"]["text"]

    again = baton.http.get(path_of(said)).text

    assert path_of(moved) == path_of(said)
    uid = next(line for line in first.split("\r\n") if line.startswith("UID:"))
    assert uid in again
    assert "SEQUENCE:1" in again
