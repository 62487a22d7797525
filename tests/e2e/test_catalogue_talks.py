"""Over the API, with the embedded model: a recommendation, a ticket, the nearest showroom."""

from collections.abc import Iterator

import pytest

from tests.support.baton import Body, ServedBaton, served


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("catalogue")) as running:
        yield running


def text(answer: Body) -> str:
    said: str = answer["message"]["text"]
    return said


def test_preferences_gather_over_turns_until_one_thing_is_left(baton: ServedBaton) -> None:
    customer = baton.customer()

    first = customer.says("I'm looking for a floor lamp")
    second = customer.says("at most 300 euros")
    third = customer.says("What about in white?")

    assert "Tripod floor lamp, oak (€289.00)" in text(first)
    assert "Heron" not in text(second)
    assert "colour white" in text(third)
    assert first["turn"]["capabilities"] == ["recommend"]
    assert third["turn"]["tools"][0]["arguments"] == {
        "category": "floor lamp",
        "max_price": 300.0,
        "attributes": [{"name": "colour", "value": "white"}],
    }


def test_a_ticket_is_opened_and_found_again_in_another_talk_by_its_owner(baton: ServedBaton) -> None:
    customer = baton.customer("C-1001")
    customer.says("Please open a ticket for me")
    opened = customer.says("One screw is missing from the bookcase, I need a spare part")
    number = opened["turn"]["tools"][0]["result"]["ticket"]["ticket"]

    later = baton.customer("C-1001").says("Is there any news on my ticket?")
    stranger = baton.customer("C-1005").says(f"What is the state of ticket {number}?")

    assert number in text(opened)
    assert number in text(later)
    assert later["turn"]["capabilities"] == ["ticket_follow_up"]
    assert "screw" not in text(stranger)


def test_the_nearest_showroom_to_a_town_is_named_with_its_distance(baton: ServedBaton) -> None:
    answer = baton.customer().says("I live in Utrecht. Which of your showrooms is nearest?")

    assert "Rotterdam showroom" in text(answer)
    assert "49 km" in text(answer)
    assert answer["turn"]["capabilities"] == ["hours_locations"]
