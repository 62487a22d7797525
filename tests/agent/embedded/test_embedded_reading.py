"""Messages that no utterance list holds are read rightly, more often than not by a wide margin."""

from pathlib import Path

import pytest
import yaml

from agent.models.embedded.intents import IntentReader
from agent.models.embedded.router import Routing, load_router
from core.flows import Flows, load_flows
from core.settings import SAMPLE_BUSINESS
from knowledge.encoder import load_encoder
from tests.support.knowledge_store import word_llama

UNSEEN = yaml.safe_load((Path(__file__).parent / "unseen.yaml").read_text(encoding="utf-8"))
ANY_OF = {"order_status_refund": {"order_status", "refund"}}


@pytest.fixture(scope="module")
def flows() -> Flows:
    return load_flows(SAMPLE_BUSINESS)


@pytest.fixture(scope="module")
def reader(flows: Flows) -> IntentReader:
    capabilities = {intent: flow.capability for flow in flows.flows for intent in flow.intents}
    return IntentReader(flows.utterances, word_llama(), capabilities, Routing(load_encoder(), load_router()))


def test_four_in_five_unseen_messages_reach_the_flow_that_serves_them(
    flows: Flows, reader: IntentReader
) -> None:
    right = wrong = 0
    for flow, texts in UNSEEN.items():
        for text in texts:
            found = flows.of_intent(reader.read(text).best).id
            if found in ANY_OF.get(flow, {flow}):
                right += 1
            else:
                wrong += 1

    assert right / (right + wrong) >= 0.8


def test_what_is_surely_read_is_seldom_read_wrongly(flows: Flows, reader: IntentReader) -> None:
    sure = [
        (flow, reader.read(text))
        for flow, texts in UNSEEN.items()
        for text in texts
        if reader.read(text).sure >= 0.9
    ]
    right = [flow for flow, intents in sure if flows.of_intent(intents.best).id in ANY_OF.get(flow, {flow})]

    assert len(sure) >= 50
    assert len(right) / len(sure) >= 0.85


def test_no_unseen_message_stands_in_the_utterances(flows: Flows) -> None:
    known = {text.lower() for examples in flows.utterances.values() for text in examples}

    assert not [text for texts in UNSEEN.values() for text in texts if text.lower() in known]


def test_the_chances_of_all_intents_sum_to_one(reader: IntentReader) -> None:
    ranked = reader.read("where is my parcel?").ranked

    assert sum(chance for _, chance in ranked) == pytest.approx(1.0, abs=1e-4)
    assert ranked[0][0] == "order_status"


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂", "0", "\n\n", "a" * 8000])
def test_any_text_is_read_without_an_error(reader: IntentReader, text: str) -> None:
    assert reader.read(text).ranked
