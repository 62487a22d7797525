"""Turns: begun once, begun again after a death, ended once."""

import pytest
from sqlalchemy import select

from core.errors import FloorLost
from core.ids import ConversationId
from core.vocabulary import Cause, Mode
from handover.floor import take_floor
from store import journal, leases, turns
from store.conversations import hold
from store.database import UnitOfWork
from store.journal import JournalledStep
from store.leases import Lease
from store.talk_tables import cause
from store.turns import Begun
from tests.support.desk import Desk


@pytest.fixture
def id(desk: Desk) -> ConversationId:
    """A conversation with one unanswered message."""
    id = desk.conversation()
    desk.writes(id, "Hello")
    return id


def begins(desk: Desk, id: ConversationId) -> tuple[Lease, Begun]:
    begun = desk.begins(id)
    assert begun is not None
    return begun


def dies(desk: Desk) -> None:
    """Its worker dies, and ten seconds pass."""
    desk.store.write(leases.end_all)


def reads_again(desk: Desk, lease: Lease, begun: Begun) -> Begun:
    return desk.store.write(lambda uow: turns.reread(hold(uow, lease.conversation_id, lease.epoch), begun))


def ends(desk: Desk, id: ConversationId, started: tuple[Lease, Begun], words: str = "Here you are.") -> None:
    desk.settles(id, started, lambda held, turn_id: words)


def test_a_turn_that_ends_answers_what_it_read_and_frees_the_conversation(
    desk: Desk, id: ConversationId
) -> None:
    started = begins(desk, id)
    desk.writes(id, "And another thing")
    ends(desk, id, started)
    assert desk.turn_status(started[1].id) == "done"
    talk = desk.talk(id)
    assert (talk.answered_seq, talk.customer_seq) == (1, 2)
    assert desk.has_work(id)
    assert begins(desk, id)[1].read_seq > started[1].read_seq


def test_a_dead_workers_turn_is_begun_again_as_the_next_attempt_and_its_words_are_void(
    desk: Desk, id: ConversationId
) -> None:
    _, first = begins(desk, id)
    dies(desk)
    _, second = begins(desk, id)
    assert (second.id, second.attempt, second.failures) == (first.id, 2, 1)
    [retracted] = desk.told(id, "retracted")
    assert retracted.data == {"turn": first.id, "attempt": 1, "by": "restart"}


def test_a_turn_that_did_nothing_yet_takes_in_what_came_meanwhile(desk: Desk, id: ConversationId) -> None:
    begins(desk, id)
    desk.writes(id, "And another thing")
    dies(desk)
    assert begins(desk, id)[1].read_seq == desk.talk(id).customer_seq


def test_a_turn_that_was_about_to_act_keeps_to_what_it_had_read(desk: Desk, id: ConversationId) -> None:
    _, first = begins(desk, id)
    step = JournalledStep(1, [], {})
    desk.store.write(lambda uow: journal.write_step(uow, first.id, step))
    desk.writes(id, "Stop, not that")
    dies(desk)
    assert begins(desk, id)[1].read_seq == first.read_seq


def test_a_turn_that_reads_again_counts_no_failure(desk: Desk, id: ConversationId) -> None:
    lease, begun = begins(desk, id)
    desk.writes(id, "And another thing")
    again = reads_again(desk, lease, begun)
    assert (again.attempt, again.restarts, again.failures) == (2, 1, 0)
    assert again.read_seq == desk.talk(id).customer_seq
    dies(desk)
    assert begins(desk, id)[1].failures == 1


def test_a_process_that_stops_in_mid_turn_counts_no_failure(desk: Desk, id: ConversationId) -> None:
    lease, _ = begins(desk, id)

    def stop(uow: UnitOfWork) -> None:
        assert leases.give_back(uow, lease)
        turns.forgive(uow, id)

    desk.store.write(stop)
    _, again = begins(desk, id)
    assert (again.attempt, again.restarts, again.failures) == (2, 1, 0)


def test_a_turn_that_failed_in_its_process_begins_anew_as_a_failure_and_its_words_are_void(
    desk: Desk, id: ConversationId
) -> None:
    lease, begun = begins(desk, id)
    again = desk.store.write(
        lambda uow: turns.reread(hold(uow, id, lease.epoch), begun, spoken=True, failed=True)
    )
    assert (again.attempt, again.failures) == (2, 1)
    [retracted] = desk.told(id, "retracted")
    assert retracted.data == {"turn": begun.id, "attempt": 1, "by": "restart"}


def test_the_run_that_was_given_up_for_a_newer_message_commits_nothing_late(
    desk: Desk, id: ConversationId
) -> None:
    lease, begun = begins(desk, id)
    desk.writes(id, "And another thing")
    reads_again(desk, lease, begun)
    with pytest.raises(FloorLost):
        ends(desk, id, (lease, begun), "Too late.")
    assert desk.talk(id).answered_seq == 0


def test_a_turn_that_ended_is_neither_read_again_nor_ended_again(desk: Desk, id: ConversationId) -> None:
    lease, begun = begins(desk, id)
    ends(desk, id, (lease, begun))
    with pytest.raises(FloorLost):
        reads_again(desk, lease, begun)
    with pytest.raises(FloorLost):
        ends(desk, id, (lease, begun))
    assert [one.text for one in desk.said(id)] == ["Hello", "Here you are."]


def test_a_person_who_takes_the_floor_voids_the_turn_in_flight(desk: Desk, id: ConversationId) -> None:
    started = begins(desk, id)
    desk.holds(id, lambda held: take_floor(held, Mode.PERSON, "person", "Ines"))
    assert desk.turn_status(started[1].id) == "void"
    [retracted] = desk.told(id, "retracted")
    assert retracted.data["by"] == "person"
    with pytest.raises(FloorLost):
        ends(desk, id, started)
    assert [one.text for one in desk.said(id)] == ["Hello"]


def test_a_cause_runs_once_and_its_own_turn_closes_it_whatever_the_clocks_say(
    desk: Desk, id: ConversationId
) -> None:
    desk.answers(id)
    desk.clock.passes(60)
    desk.holds(id, lambda held: turns.open_cause(held, Cause.RETURN, {"note": "done"}))
    desk.clock.passes(-60)  # the worker's clock is behind that of whoever opened the cause
    started = begins(desk, id)
    assert (started[1].cause, started[1].payload) == (Cause.RETURN, {"note": "done"})
    ends(desk, id, started)
    assert desk.talk(id).open_causes == 0
    assert not desk.has_work(id)


def test_a_turn_that_answers_messages_has_spoken_to_the_causes_before_it(
    desk: Desk, id: ConversationId
) -> None:
    desk.holds(id, lambda held: turns.open_cause(held, Cause.RETURN, {}))
    started = begins(desk, id)
    assert started[1].cause is Cause.MESSAGE
    ends(desk, id, started)
    assert not desk.has_work(id)


def test_causes_that_are_taken_back_are_no_work(desk: Desk, id: ConversationId) -> None:
    desk.answers(id)
    desk.holds(id, lambda held: turns.open_cause(held, Cause.RETURN, {}))
    assert desk.has_work(id)
    desk.holds(id, lambda held: turns.drop_causes(held, Cause.RETURN))
    assert not desk.has_work(id)
    done = desk.store.read(lambda uow: uow.connection.execute(select(cause.c.done)).scalars().all())
    assert done == [True]


def test_the_turn_that_answered_a_message_is_found(desk: Desk, id: ConversationId) -> None:
    started = begins(desk, id)
    desk.writes(id, "And another thing")
    ends(desk, id, started)

    def answering(seq: int) -> str | None:
        def find(uow: UnitOfWork) -> str | None:
            found = turns.answering(uow, id, seq)
            return found.id if found else None

        return desk.store.read(find)

    assert answering(1) == started[1].id
    assert answering(2) is None
    assert [turn.id for turn in desk.store.read(lambda uow: turns.docs(uow, id))] == [started[1].id]
