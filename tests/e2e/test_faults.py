"""A model endpoint that fails ends in an honest answer and a case: never an empty answer, never a trace."""

from collections.abc import Iterator

import pytest

from tests.support.baton import ServedBaton, served
from tests.support.scripted_answers import Answer, Call, calls, content, empty, error, nonsense, reply
from tests.support.scripted_server import ScriptedServer


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(content("unset")) as server:
        yield server


@pytest.fixture(scope="module")
def baton(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("faults"), model) as running:
        yield running


@pytest.mark.parametrize(
    "fault",
    [
        error(500),
        error(503),
        error(401),
        nonsense(),
        empty(),
        reply("It is Zanzibar, and more of it.").cut(4),
        calls(Call("reply", '{"understood": tru')),
        calls(Call("no_such_tool", {"x": 1})),
    ],
    ids=["500", "503", "401", "nonsense", "empty", "cut off", "broken arguments", "unknown tool"],
)
def test_a_fault_of_the_model_ends_in_an_honest_answer_and_a_case(
    baton: ServedBaton, model: ScriptedServer, fault: Answer
) -> None:
    model.play(fault)
    customer = baton.customer()
    turn = customer.says_streaming("Where do you ship?")[-1].data["turn"]
    assert (turn["decision"], turn["reason"]) == ("handover", "low_confidence")
    text = customer.texts("ai")[-1]
    assert text.strip()
    assert "Traceback" not in text
    assert "Zanzibar" not in text
    case = baton.person().case_of(customer)
    assert case["reason"] == "low_confidence"


def test_one_fault_before_the_first_word_is_tried_again_once(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play([error(500), reply("Hello again.")])
    answer = baton.customer().says("Hi")
    assert answer["message"]["text"] == "Hello again."
    assert answer["turn"]["usage"]["calls"] == 2


def test_an_answer_cut_off_after_its_first_words_keeps_them_and_brings_a_person(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(reply("We ship to Ireland. We also ship to many other places. And more.").cut(22))
    customer = baton.customer()
    turn = customer.says_streaming("Where do you ship?")[-1].data["turn"]
    assert customer.texts("ai")[-1].startswith("We ship to Ireland.")
    assert turn["decision"] == "handover"
    assert len(customer.texts("ai")) == 1


def test_a_model_that_only_calls_tools_is_stopped_by_the_budget(
    baton: ServedBaton, model: ScriptedServer
) -> None:
    model.play(calls(("search_faq", {"query": "delivery"})))
    answer = baton.customer().says("Where do you ship?")
    assert (answer["turn"]["decision"], answer["turn"]["reason"]) == ("handover", "low_confidence")
    assert answer["turn"]["usage"]["calls"] == baton.baton.business.budget.steps
