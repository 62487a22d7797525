"""Messages of any trade reach the capability that they are about."""

import numpy as np
import pytest

from agent.models.embedded.features import features
from agent.models.embedded.intents import weighed_by
from agent.models.embedded.router import CLASSES, NONE, Routing, load_router
from core.vocabulary import Capability
from knowledge.encoder import load_encoder

ELSEWHERE = {
    "I'd like the dentist to see my son on Monday": "booking",
    "has the spare part for my boiler been sent out yet": "order_status",
    "the headphones buzz, I'm posting them back, how do I get paid": "refund",
    "our house number changed, please correct it in your records": "update_contact",
    "is the library on Elm Street open after seven": "hours_locations",
    "which tent would you pick for four people in autumn": "recommend",
    "has anybody dealt with the complaint that I made in March": "ticket_follow_up",
    "does the ticket include the ferry": "faq",
}


@pytest.fixture(scope="module")
def routing() -> Routing:
    return Routing(load_encoder(), load_router())


def test_wishes_of_other_trades_are_routed_rightly(routing: Routing) -> None:
    read = {text: routing.chances(text) for text in ELSEWHERE}
    best = {text: max(Capability, key=lambda one: chances[one.value]) for text, chances in read.items()}

    right = [text for text, capability in best.items() if capability == ELSEWHERE[text]]
    assert len(right) >= len(ELSEWHERE) - 1


@pytest.mark.parametrize("text", ["hello", "thank you so much", "yes", "", "🙂"])
def test_small_talk_fits_none_of_the_ten(routing: Routing, text: str) -> None:
    chances = routing.chances(text)

    assert sum(chances.values()) == pytest.approx(1.0, abs=1e-4)
    assert max(chances, key=lambda name: chances[name]) == NONE


def test_the_likeliest_capability_costs_an_intent_nothing() -> None:
    chances = {**dict.fromkeys(CLASSES, 0.02), "refund": 0.8}

    weighed = weighed_by(chances)

    assert weighed["refund"] == max(weighed[one.value] for one in Capability)
    assert all(np.isfinite(value) for value in weighed.values())


def test_weights_and_features_are_of_one_length() -> None:
    assert len(load_router().weights) == features(["where is my parcel"], load_encoder()).shape[1]
