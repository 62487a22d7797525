"""The journal and its effects: written down before, done once, found again; a yes counts once."""

from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from core.ids import ConversationId, TurnId
from core.shapes import Json
from store import journal
from store.database import UnitOfWork
from store.journal import Confirmation, JournalledStep
from tests.support.at_once import at_once
from tests.support.desk import Desk

TRAIL = [{"type": "ai", "data": {"content": "", "tool_calls": [{"name": "refund", "args": {"x": "ü"}}]}}]


@pytest.fixture
def id(desk: Desk) -> ConversationId:
    id = desk.conversation()
    desk.writes(id, "Hello")
    return id


@pytest.fixture
def turn_id(desk: Desk, id: ConversationId) -> TurnId:
    started = desk.begins(id)
    assert started is not None
    return started[1].id


def act(
    desk: Desk, id: ConversationId, turn_id: TurnId, key: str, *, step: int = 1, tool: str = "refund"
) -> None:
    done = (key, tool, {"order_number": "HL-1"}, {"ok": True, "reference": f"RF-{key}"})
    desk.store.write(lambda uow: journal.record_effect(uow, id, turn_id, step, "call_1", done))


def test_the_newest_step_is_replayed_whole(desk: Desk, turn_id: TurnId) -> None:
    assert desk.store.read(lambda uow: journal.last_step(uow, turn_id)) is None
    first = JournalledStep(1, TRAIL, {"call_1": "refund:1"})
    last = JournalledStep(3, TRAIL * 3, {"call_2": None, "call_3": "refund:2"})
    for step in (first, last):
        desk.store.write(partial(journal.write_step, turn_id=turn_id, step=step))
    assert desk.store.read(lambda uow: journal.last_step(uow, turn_id)) == last


def test_a_step_is_written_down_once(desk: Desk, turn_id: TurnId) -> None:
    step = JournalledStep(1, TRAIL, {})
    desk.store.write(lambda uow: journal.write_step(uow, turn_id, step))
    with pytest.raises(IntegrityError):
        desk.store.write(lambda uow: journal.write_step(uow, turn_id, step))


def test_an_effect_is_found_by_its_business_key_in_whichever_turn(
    desk: Desk, id: ConversationId, turn_id: TurnId
) -> None:
    act(desk, id, turn_id, "refund:1")
    found = desk.store.read(lambda uow: journal.effect_of(uow, "refund:1"))
    assert found is not None
    assert (found.tool, found.result["reference"], found.turn_id) == ("refund", "RF-refund:1", turn_id)
    assert desk.store.read(lambda uow: journal.effect_of(uow, "refund:2")) is None


def test_of_two_that_do_the_same_at_once_the_database_lets_one(
    desk: Desk, id: ConversationId, turn_id: TurnId
) -> None:
    results = at_once(*[lambda: act(desk, id, turn_id, "refund:1")] * 2)
    assert [type(result) for result in results if result is not None] == [IntegrityError]
    assert len(desk.store.read(lambda uow: journal.effects_in(uow, id))) == 1


def test_what_a_tool_did_in_a_turn_is_found_up_to_a_step(
    desk: Desk, id: ConversationId, turn_id: TurnId
) -> None:
    act(desk, id, turn_id, "refund:1", step=2)
    act(desk, id, turn_id, "refund:2", step=4)

    def keys(tool: str, up_to: int) -> list[str]:
        def find(uow: UnitOfWork) -> list[str]:
            return [one.business_key for one in journal.effects_of_turn(uow, turn_id, tool, up_to)]

        return desk.store.read(find)

    assert [keys("refund", step) for step in (1, 2, 4)] == [[], ["refund:1"], ["refund:1", "refund:2"]]
    assert keys("book_appointment", 4) == []


def test_results_are_added_to_the_step_in_which_they_came(desk: Desk, turn_id: TurnId) -> None:
    first, second = {"ok": False, "tries_left": 2}, {"ok": True}

    def write(call_id: str, result: Json) -> None:
        desk.store.write(lambda uow: journal.write_result(uow, turn_id, 2, TRAIL, call_id, result))

    write("call_1", first)
    write("call_2", second)
    step = desk.store.read(lambda uow: journal.last_step(uow, turn_id))
    assert step == JournalledStep(2, TRAIL, {}, {"call_1": first, "call_2": second})


def ask(desk: Desk, id: ConversationId, name: str) -> None:
    asked = Confirmation(name, "refund", f"key:{name}", {"order_number": "HL-1"}, "Refund 189 euro?")
    desk.store.write(lambda uow: journal.ask_confirmation(uow, id, 1, asked))


def open_one(desk: Desk, id: ConversationId) -> str | None:
    found = desk.store.read(lambda uow: journal.open_confirmation(uow, id))
    return found.id if found else None


def test_a_yes_counts_for_the_last_question_only(desk: Desk, id: ConversationId) -> None:
    ask(desk, id, "first")
    ask(desk, id, "second")
    assert open_one(desk, id) == "second"
    assert not desk.store.write(lambda uow: journal.consume_confirmation(uow, "first", "key:first"))


def test_a_confirmation_is_used_up_once_however_many_try(desk: Desk, id: ConversationId) -> None:
    ask(desk, id, "only")
    used = at_once(
        *[lambda: desk.store.write(lambda uow: journal.consume_confirmation(uow, "only", "key:only"))] * 4
    )
    assert sorted(used, key=bool) == [False, False, False, True]
    assert open_one(desk, id) is None


def test_a_yes_to_one_act_is_no_yes_to_another(desk: Desk, id: ConversationId) -> None:
    ask(desk, id, "only")
    assert not desk.store.write(lambda uow: journal.consume_confirmation(uow, "only", "key:other"))
    assert open_one(desk, id) == "only"


@pytest.mark.parametrize("status", ["refused", "void"])
def test_a_closed_question_takes_no_yes(desk: Desk, id: ConversationId, status: str) -> None:
    ask(desk, id, "only")
    desk.store.write(lambda uow: journal.close_confirmations(uow, id, status))
    assert open_one(desk, id) is None
    assert not desk.store.write(lambda uow: journal.consume_confirmation(uow, "only", "key:only"))


def test_a_yes_counts_for_the_act_that_was_asked_about_and_no_other(desk: Desk, id: ConversationId) -> None:
    ask(desk, id, "only")
    for other in ("key:other", None):
        assert not desk.store.write(partial(journal.consume_confirmation, id="only", business_key=other))
    assert open_one(desk, id) == "only"
