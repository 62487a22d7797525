"""The event log: a conversation's numbers without gap, the desk's without a miss, under writers at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from core.ids import ConversationId
from core.vocabulary import Mode, Role
from handover.floor import set_mode
from store import events
from store.conversations import EventKind, Held
from store.events import Stored
from tests.support.desk import Desk

WRITERS, EACH = 8, 25


def desk_events(desk: Desk, after: int = 0) -> list[Stored]:
    return desk.store.read(lambda uow: events.of_desk(uow, after))


def speak(held: Held, text: str) -> None:
    held.say(Role.AI, text)


def test_a_conversations_events_are_numbered_from_one_in_the_order_of_their_commits(desk: Desk) -> None:
    id = desk.conversation()
    desk.writes(id, "Hello")
    desk.holds(id, lambda held: speak(held, "Hello yourself"))
    desk.holds(id, lambda held: set_mode(held, Mode.WAITING))
    told = desk.told(id)
    assert [(one.id, one.kind) for one in told] == [(1, "accepted"), (2, "message"), (3, "mode")]
    assert told[1].data["text"] == "Hello yourself"
    after = desk.store.read(lambda uow: events.of_conversation(uow, id, 2))
    assert [one.id for one in after] == [3]


def test_what_is_for_people_only_is_not_in_the_customers_stream(desk: Desk) -> None:
    id = desk.conversation()
    desk.holds(id, lambda held: held.say(Role.PERSON, "a note", internal=True) and None)
    desk.holds(id, lambda held: held.event("effect", {"tool": "refund"}) and None)
    assert desk.store.read(lambda uow: events.of_conversation(uow, id, 0)) == []
    assert [one.kind for one in desk.told(id)] == ["message", "effect"]


def test_the_desk_is_told_what_concerns_it_in_one_row_of_numbers(desk: Desk) -> None:
    ids = [desk.conversation() for _ in range(2)]
    for id in ids:
        desk.writes(id, "Hello")
        desk.answers(id)
    told = desk_events(desk)
    assert [one.id for one in told] == [1, 2, 3, 4]
    assert {one.kind for one in told} == {"accepted", "message"}
    assert [one.conversation_id for one in told] == [ids[0], ids[0], ids[1], ids[1]]
    assert desk.store.read(events.last_of_desk) == 4


def test_a_transaction_that_fails_leaves_no_gap_in_any_stream(desk: Desk) -> None:
    id = desk.conversation()
    desk.writes(id, "One")

    def fails(held: Held) -> None:
        speak(held, "lost")
        held.write_back()
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        desk.holds(id, fails)
    desk.writes(id, "Two")
    assert [one.id for one in desk.told(id)] == [1, 2]
    assert [one.id for one in desk_events(desk)] == [1, 2]


def test_who_follows_the_desk_while_many_write_misses_nothing_and_sees_no_gap(desk: Desk) -> None:
    """The numbers become visible in their order: a reader that goes on from the last one has seen all."""
    ids = [desk.conversation() for _ in range(WRITERS)]
    followed: list[int] = []
    done = threading.Event()

    def follow() -> None:
        ended = False
        while not ended:
            ended = done.is_set()
            followed.extend(one.id for one in desk_events(desk, followed[-1] if followed else 0))

    def write(id: ConversationId) -> None:
        for number in range(EACH):
            desk.writes(id, f"message {number}")

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, ids))
    done.set()
    follower.join()
    assert followed == list(range(1, WRITERS * EACH + 1))
    for id in ids:
        assert [one.id for one in desk.told(id)] == list(range(1, EACH + 1))


def test_what_the_desk_need_not_know_takes_no_number_of_its(desk: Desk) -> None:
    id = desk.conversation()
    quiet: tuple[EventKind, ...] = ("done", "error", "effect")
    for kind in quiet:
        desk.holds(id, partial(Held.event, kind=kind, data={"turn": None}))
    desk.writes(id, "Hello")
    assert [one.id for one in desk_events(desk)] == [1]
    assert desk.told(id)[-1].id == len(quiet) + 1
