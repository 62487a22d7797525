"""Another business: a flow added as data alone, and the sample's flows with its own facts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BusinessFileError
from core.flows import load_flows
from core.settings import SAMPLE_BUSINESS
from core.shapes import Json
from tests.agent.embedded.talking import Chat, model_of
from tools.registry import ALL, tool_named
from tools.spec import Effect

TINY = Path(__file__).parents[2] / "businesses" / "tiny"
SLOTS: Json = {
    "ok": True,
    "service": {"id": "wheel_truing", "name": "Wheel truing", "minutes": 30, "price": "$40.00"},
    "slots_words": "Thursday 26 November at 09:00, Thursday 26 November at 09:30",
}
BOOKED: Json = {
    "ok": True,
    "booking": {"booking": "BK-1", "start": "Thursday 26 November at 09:30"},
    "explain": "Bring the bicycle clean.",
}


@pytest.fixture
def chat() -> Chat:
    def tools(name: str, args: Json) -> Json:
        return {"find_slots": SLOTS, "book_appointment": BOOKED}[name]

    return Chat(tools, model_of(TINY), level="account")


def test_a_flow_that_only_this_business_has_asks_calls_and_says(chat: Chat) -> None:
    asked = chat.says("hi, my wheel got bent when I hit a kerb, can you straighten it?")
    offered = chat.says("the back one")
    assert chat.called == [("find_slots", {"service": "wheel_truing", "location": "newtown"})]
    booked = chat.says("half past nine")

    assert asked["text"] == "Is it the front or the rear wheel?"
    assert "rear wheel takes 30 minutes" in offered["text"]
    assert chat.called[-1][1]["start"] == "2026-11-26T09:30"
    assert "BK-1" in booked["text"]


def test_the_samples_flows_speak_of_this_business(chat: Chat) -> None:
    assert "Truing Stand Cycles" in chat.says("hello")["text"]


def test_where_there_is_one_location_it_is_not_asked_for(chat: Chat) -> None:
    chat.says("I'd like to book a basic service next Thursday")

    assert chat.called[0][0] == "find_slots"
    assert chat.called[0][1]["location"] == "newtown"
    assert chat.called[0][1]["service"] == "basic_service"


def test_its_own_file_takes_the_place_of_the_samples_file_of_that_name(business: Path) -> None:
    (business / "flows" / "order_status.yaml").write_text(
        "id: order_status\ncapability: order_status\nintents: [order_status, refund_status]\n"
        "say:\n  - say: We have no orders, only bicycles.\n"
    )

    flow = load_flows(business).flow("order_status")

    assert flow.steps == ()


@pytest.fixture
def business(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "utterances").mkdir()
    return tmp_path


FLOW = "id: extra\nintents: [extra]\nsay:\n  - say: Hello.\n"
STEP = "steps:\n  - id: a\n    tool: refund\n    args: {x: $nowhere}"
UTTERANCES = "extra:\n  - something extra\n"


@pytest.mark.parametrize(
    ("flow", "utterances", "file", "line", "words"),
    [
        (FLOW.replace("say: Hello.", "ask: nothing"), UTTERANCES, "extra.yaml", 4, "`nothing`"),
        (FLOW.replace("[extra]", "[ekstra]"), UTTERANCES, "extra.yaml", 2, "did you mean `extra`?"),
        (FLOW.replace("say:\n  - say: Hello.\n", ""), UTTERANCES, "extra.yaml", 1, "`steps` nor `say`"),
        (FLOW.replace("intents", "intent"), UTTERANCES, "extra.yaml", 2, "the unknown key `intent`"),
        (FLOW.replace("id: extra", "id: refund"), UTTERANCES, "extra.yaml", 1, "a second time"),
        (FLOW, UTTERANCES + "other:\n  - another\n", "words.yaml", 3, "the intent `other`"),
        (FLOW, "extra: []\n", "words.yaml", 1, "no utterance"),
        (
            FLOW.replace(
                "say:\n  - say: Hello.", "steps:\n  - id: a\n    tool: refund\n    args: {x: $nowhere}"
            ),
            UTTERANCES,
            "extra.yaml",
            6,
            "`nowhere`",
        ),
        (
            FLOW.replace("say: Hello.", "then: b"),
            UTTERANCES,
            "extra.yaml",
            4,
            "a step of this flow",
        ),
    ],
)
def test_a_fault_in_a_flow_names_file_line_and_what_is_expected(
    business: Path, flow: str, utterances: str, file: str, line: int, words: str
) -> None:
    (business / "flows" / "extra.yaml").write_text(flow)
    (business / "utterances" / "words.yaml").write_text(utterances)

    with pytest.raises(BusinessFileError) as fault:
        load_flows(business)

    assert fault.value.file.name == file
    assert fault.value.line == line
    assert words in str(fault.value)


def test_every_tool_that_a_flow_names_exists_and_takes_its_arguments() -> None:
    for folder in (SAMPLE_BUSINESS, TINY):
        for flow in load_flows(folder).flows:
            for step in (one for one in flow.steps if one.tool):
                spec = tool_named(str(step.tool))
                assert spec is not None, (flow.id, step.tool)
                assert set(step.args) <= set(spec.tool.args), (flow.id, step.id)


def test_steps_that_change_something_are_marked_so() -> None:
    changing = {spec.name for spec in ALL if spec.effect is Effect.CHANGE}
    marked: Callable[[str], bool] = changing.__contains__

    for flow in load_flows(SAMPLE_BUSINESS).flows:
        assert all(step.changes == marked(step.tool or "") for step in flow.steps)
