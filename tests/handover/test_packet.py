"""The packet: each fact stands in the database, and what is unknown is said to be unknown."""

import json
from collections.abc import Callable

import jsonschema
import pytest
from sqlalchemy import select

from core.ids import CaseId, ConversationId, OrderNumber, TurnId
from core.shapes import Json, Origin, Packet
from core.vocabulary import Level, Role, Trigger
from handover import desk as acts
from handover import requests
from handover.packet import build
from handover.requests import Wanted
from store import cases, conversations, journal, turns
from store.conversations import hold
from store.database import UnitOfWork
from store.desk_tables import request as person_request
from store.seed import seed_shop
from store.shop_tables import booking, customer, order, ticket
from tests.support.desk import Desk, a_turn

KEYS = {
    "request": person_request.c.id,
    "customer": customer.c.id,
    "order": order.c.number,
    "ticket": ticket.c.id,
    "booking": booking.c.reference,
}


def packet(desk: Desk, case_id: CaseId, **more: object) -> Packet:
    def read(uow: UnitOfWork) -> Packet:
        case = cases.load(uow, case_id)
        memory = conversations.load(uow, case.conversation_id).memory
        return build(uow, case, desk.business, memory=memory, **more)  # type: ignore[arg-type]

    return desk.store.read(read)


def persona(desk: Desk, which: int = 0) -> str:
    desk.store.write(lambda uow: seed_shop(uow, desk.business))
    return desk.business.personas[which].customer


def exists(desk: Desk, origin: Origin) -> bool:
    if origin.kind == "case":
        return desk.case(CaseId(origin.id)).id == origin.id
    key = KEYS[origin.kind]
    query = select(key).where(key == origin.id)
    return desk.store.read(lambda uow: uow.connection.execute(query).first()) is not None


@pytest.fixture
def asked_for_a_tool(desk: Desk) -> Callable[[ConversationId, Json], None]:
    """A turn of the AI that ran one tool."""

    def run(talk: ConversationId, tool: Json) -> None:
        desk.writes(talk, "Can I send the lamp back?")
        started = desk.begins(talk)
        assert started is not None
        lease, begun = started

        def settle(uow: UnitOfWork) -> None:
            held = hold(uow, talk, lease.epoch)
            said = held.say(Role.AI, "I looked.", turn_id=begun.id)
            held.set(answered_seq=begun.read_seq)
            whole = {"started_ms": 0, "ms": 1, **tool}
            turns.finish(held, begun, a_turn(begun, said, triggers={Trigger.ANGER: 0.4}, tools=[whole]))

        desk.store.write(settle)

    return run


@pytest.mark.parametrize("which", range(4))
def test_every_fact_points_at_a_record_that_exists(desk: Desk, which: int) -> None:
    talk = desk.conversation(persona(desk, which))
    made = packet(desk, desk.hands_over(talk, Trigger.ANGER).case.id)
    assert made.facts
    assert all(exists(desk, fact.from_) for fact in made.facts)
    assert made.customer["id"] == desk.business.personas[which].customer
    assert made.customer["email"]


def test_open_orders_and_tickets_of_the_account_are_in_it(desk: Desk) -> None:
    id = persona(desk)
    made = packet(desk, desk.hands_over(desk.conversation(id), Trigger.ANGER).case.id)
    query = select(order.c.number).where(
        order.c.customer_id == id, order.c.state.not_in(["delivered", "returned", "cancelled"])
    )
    numbers = set(desk.store.read(lambda uow: uow.connection.execute(query).scalars().all()))
    assert set(made.customer["open_orders"]) == numbers
    assert numbers <= {fact.from_.id for fact in made.facts if fact.from_.kind == "order"} or len(numbers) > 5


def test_of_a_stranger_nothing_is_claimed_and_what_is_unknown_is_said(desk: Desk) -> None:
    made = packet(desk, desk.hands_over(desk.conversation(), Trigger.ANGER, text="Rubbish").case.id)
    nobody = {"level": "anonymous", "verified": False, "id": None, "name": None, "open_tickets": []}
    assert made.customer == nobody
    assert made.facts == []
    assert len(made.missing) == 2
    assert made.asked == "Rubbish"
    assert made.next_step
    assert made.draft


def test_who_opened_one_order_is_shown_with_that_order_only(desk: Desk) -> None:
    id = persona(desk)
    query = select(order.c.number).where(order.c.customer_id == id).limit(1)
    number = desk.store.read(lambda uow: uow.connection.execute(query).scalar_one())
    talk = desk.conversation()
    desk.holds(talk, lambda h: h.set(level=Level.ORDER, verified_order=OrderNumber(number)))
    made = packet(desk, desk.hands_over(talk, Trigger.ANGER).case.id)
    assert made.customer["verified_order"] == number
    assert "email" not in made.customer
    assert {(fact.from_.kind, fact.from_.id) for fact in made.facts} == {("order", number)}


def test_what_was_tried_is_told_with_its_result_and_its_turn(
    desk: Desk, asked_for_a_tool: Callable[[ConversationId, Json], None]
) -> None:
    talk = desk.conversation()
    refused = {
        "ok": False,
        "error": "outside_policy",
        "policy": {"id": "refunds", "title": "x", "version": 1},
    }
    arguments = {"order_number": "HL-10428", "items": None}
    asked_for_a_tool(talk, {"name": "refund", "arguments": arguments, "result": refused, "ok": False})
    made = packet(desk, desk.hands_over(talk, Trigger.POLICY_EXCEPTION).case.id)
    assert len(made.tried) == 1
    assert made.tried[0].action == "refund (order_number: HL-10428)"
    assert "outside_policy" in made.tried[0].result
    assert made.tried[0].from_.kind == "turn"
    assert [one.id for one in made.policy] == ["refunds"]
    assert [round(one.score, 2) for one in made.mood] == [0.4]


def test_a_tools_own_words_are_used_where_the_caller_brings_them(
    desk: Desk, asked_for_a_tool: Callable[[ConversationId, Json], None]
) -> None:
    talk = desk.conversation()
    asked_for_a_tool(talk, {"name": "refund", "arguments": {}, "result": {"ok": True}, "ok": True})
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    made = packet(desk, case_id, tell=lambda tool, arguments, result: f"Tried a {tool}")
    assert [(one.action, one.result) for one in made.tried] == [("Tried a refund", "done")]


def test_an_effect_whose_turn_was_voided_is_told_all_the_same(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.writes(talk, "Refund the lamp")
    started = desk.begins(talk)
    assert started is not None
    done = ("refund:HL-10428:1", "refund", {"order_number": "HL-10428"}, {"ok": True, "reference": "RF-1"})
    desk.store.write(lambda uow: journal.record_effect(uow, talk, started[1].id, 1, "call-1", done))
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    made = packet(desk, case.id)
    assert [(one.result, one.from_.kind, one.from_.id) for one in made.tried] == [
        ("done", "effect", "refund:HL-10428:1")
    ]


def test_an_effect_is_told_though_the_attempt_that_ended_its_turn_ran_no_tool(desk: Desk) -> None:
    talk = desk.conversation()
    desk.writes(talk, "Refund the lamp")
    started = desk.begins(talk)
    assert started is not None
    done = ("refund:HL-10428:1", "refund", {"order_number": "HL-10428"}, {"ok": True, "reference": "RF-1"})
    desk.store.write(lambda uow: journal.record_effect(uow, talk, started[1].id, 1, "call-1", done))
    desk.settles(talk, started, lambda held, turn_id: "A colleague helps you.")
    made = packet(desk, desk.hands_over(talk, Trigger.ANGER).case.id)
    assert [(one.result, one.from_.kind) for one in made.tried] == [("done", "effect")]


def test_an_effect_that_a_later_turn_shows_is_told_once(
    desk: Desk, asked_for_a_tool: Callable[[ConversationId, Json], None]
) -> None:
    talk = desk.conversation()
    result: Json = {"ok": True, "reference": "RF-1"}
    done = ("refund:HL-10428:1", "refund", {"order_number": "HL-10428"}, result)
    voided = TurnId("turn_voided")
    desk.store.write(lambda uow: journal.record_effect(uow, talk, voided, 1, "call-1", done))
    again = {"name": "refund", "arguments": {}, "result": {**result, "note": "It was done."}, "ok": True}
    asked_for_a_tool(talk, again)
    made = packet(desk, desk.hands_over(talk, Trigger.ANGER).case.id)
    assert [(one.result, one.from_.kind) for one in made.tried] == [("done", "turn")]


def test_a_promise_stands_in_the_packet_with_its_time_and_owner(desk: Desk) -> None:
    opened = desk.hands_over(desk.conversation(), Trigger.ANGER, text="Where is it?")
    made = packet(desk, opened.case.id)
    assert [(one.owner, one.due) for one in made.promised] == [("Customer Care", opened.case.due_at)]
    assert "Where is it?" in made.promised[0].text


def test_a_taken_over_conversation_has_a_packet_too(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    made = packet(desk, case.id)
    assert made.asked == ""
    assert len(made.missing) == 3


def test_the_packet_fits_its_public_schema(desk: Desk) -> None:
    made = packet(desk, desk.hands_over(desk.conversation(persona(desk)), Trigger.ANGER).case.id)
    wire = json.loads(made.model_dump_json(by_alias=True))
    jsonschema.validate(wire, Packet.model_json_schema(by_alias=True, mode="serialization"))
    assert {"kind", "id"} == set(wire["facts"][0]["from"])


def test_what_colleagues_were_asked_is_in_it_with_their_answer(desk: Desk) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation(persona(desk))
    rule = desk.business.consult.approvals[0]
    wanted = Wanted("refund", {"order_number": "HL-10408"}, "refund:1", "Refund €590.00?", 59000)
    row = desk.holds(talk, lambda h: requests.ask_approval(h, wanted, rule, desk.business))
    assert row is not None
    no = requests.Answer(approve=False)
    desk.holds(talk, lambda h: requests.answer(h, row, desk.person("anna"), no, desk.business))
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    [line] = packet(desk, case.id).tried
    assert (line.action, line.result) == ("Refund €590.00?", "not allowed by Anna Lindqvist")
    assert exists(desk, line.from_)
