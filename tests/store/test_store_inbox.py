"""The inbox: what is accepted is stored once, in its order, and is work until it is answered."""

import pytest

from core.errors import NotFound
from core.ids import ConversationId
from core.vocabulary import Mode, Role
from handover.customer_acts import close
from store import inbox
from tests.support.at_once import at_once
from tests.support.desk import Desk


def test_an_accepted_message_is_stored_with_its_event_and_is_work(desk: Desk) -> None:
    id = desk.conversation()
    assert not desk.has_work(id)
    accepted = desk.writes(id, "Where is my order?")
    assert [(one.role, one.text) for one in desk.said(id)] == [(Role.CUSTOMER, "Where is my order?")]
    [event] = desk.told(id)
    assert (event.id, event.kind, event.data["message"]["id"]) == (1, "accepted", accepted.id)
    assert desk.has_work(id)


def test_the_same_client_key_stores_one_message_whatever_it_is_sent_again(desk: Desk) -> None:
    id = desk.conversation()
    first, again = (
        desk.store.write(lambda uow: inbox.accept(uow, id, "Hello", client_key="k")) for _ in range(2)
    )
    assert first.id == again.id
    assert len(desk.said(id)) == 1


def test_the_same_client_key_at_once_stores_one_message(desk: Desk) -> None:
    id = desk.conversation()
    send = [lambda: desk.store.write(lambda uow: inbox.accept(uow, id, "Hello", client_key="k"))] * 4
    assert len({message.id for message in at_once(*send)}) == 1  # type: ignore[union-attr]
    assert len(desk.said(id)) == 1


def test_messages_at_once_get_places_without_gap_or_double(desk: Desk) -> None:
    id = desk.conversation()
    at_once(*[lambda n=n: desk.writes(id, f"message {n}") for n in range(8)])
    assert [event.id for event in desk.told(id)] == list(range(1, 9))
    assert {one.text for one in desk.said(id)} == {f"message {n}" for n in range(8)}
    assert desk.talk(id).customer_seq == 8


def test_a_message_to_nobody_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.writes(ConversationId("conv_none"), "Hello")


def test_a_message_opens_a_closed_conversation_again(desk: Desk) -> None:
    id = desk.conversation()
    desk.writes(id, "Hello")
    desk.answers(id)
    desk.holds(id, close)
    assert desk.mode(id) is Mode.CLOSED
    desk.writes(id, "One more thing")
    assert desk.mode(id) is Mode.AI
    assert desk.has_work(id)


def test_a_transaction_that_fails_leaves_no_message(desk: Desk) -> None:
    id = desk.conversation()

    def fails(uow: object) -> None:
        inbox.accept(uow, id, "Hello")  # type: ignore[arg-type]
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError):
        desk.store.write(fails)
    assert desk.said(id) == []
    assert not desk.has_work(id)


def test_the_place_and_the_newest_of_the_customers_messages_are_found(desk: Desk) -> None:
    id = desk.conversation()
    first = desk.writes(id, "One")
    desk.answers(id)
    last = desk.writes(id, "Two")
    found = desk.store.read(lambda uow: inbox.last_of_customer(uow, id))
    assert found is not None
    assert (found.message.id, found.seq) == (last.id, desk.talk(id).customer_seq)
    assert desk.store.read(lambda uow: inbox.seq_of(uow, first.id)) == 1
    assert desk.store.read(lambda uow: inbox.seq_of(uow, "msg_none")) is None
