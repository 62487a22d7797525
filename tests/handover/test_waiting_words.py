"""While a customer waits in the chat: what is missing is asked for once, what is given is noted."""

from functools import partial

from core.ids import ConversationId
from core.vocabulary import Role, Trigger
from handover import desk as acts
from handover import packet
from handover.collecting import given_in
from handover.listening import hear
from tests.support.desk import Desk, evidence


def waits(
    desk: Desk, customer_id: str | None = None, reason: Trigger = Trigger.ANGER
) -> tuple[ConversationId, str]:
    """A conversation in the queue, and the notice that its customer got."""
    desk.staff("ines")
    talk = desk.conversation(customer_id)
    return talk, desk.hands_over(talk, reason).notice


def writes(desk: Desk, talk: ConversationId, text: str) -> str | None:
    """The customer writes in the queue; what is said back by itself."""
    message = desk.writes(talk, text)
    before = len(desk.said(talk))
    desk.holds(talk, lambda h: hear(h, [], desk.business, text, message.id))
    said = desk.said(talk)[before:]
    assert all(one.role is Role.AI for one in said)
    return said[0].text if said else None


def brief_facts(desk: Desk, talk: ConversationId) -> list[str]:
    case = desk.open_case(talk)
    assert case is not None
    built = desk.store.read(lambda uow: packet.build(uow, case, desk.business))
    return [one.text for one in built.facts if one.from_.kind == "message"]


def test_a_contact_is_asked_for_once_and_noted_with_the_message_that_it_stands_in(desk: Desk) -> None:
    talk, notice = waits(desk)
    assert "Where can we write to you" in notice
    said = writes(desk, talk, "it's Jane.Doe@Example.com, thanks")
    assert said == desk.business.wordings.say("waiting_noted")
    assert brief_facts(desk, talk) == ["Write or call: Jane.Doe@example.com"]
    assert writes(desk, talk, "still there?") is None


def test_nobody_who_is_signed_in_is_asked_where_to_write(desk: Desk) -> None:
    talk, notice = waits(desk, "C-1001")
    assert "Where can we write" not in notice
    assert writes(desk, talk, "hello?") is None


def test_a_bare_wish_for_a_person_is_asked_what_it_is_about_and_the_answer_goes_into_the_packet(
    desk: Desk,
) -> None:
    talk, notice = waits(desk, "C-1001", Trigger.WANTS_PERSON)
    assert "What is it about?" in notice
    assert writes(desk, talk, "My  sideboard came\nwith a crack") is not None
    assert "What it is about: My sideboard came with a crack" in brief_facts(desk, talk)


def test_a_business_may_want_silence(desk: Desk) -> None:
    quiet = desk.business.sla.model_copy(update={"while_waiting": "silent"})
    desk.business = desk.business.model_copy(update={"sla": quiet})
    talk, notice = waits(desk, reason=Trigger.WANTS_PERSON)
    assert "While you wait" not in notice
    assert writes(desk, talk, "jane@example.com") is None


def test_under_a_person_nothing_is_asked_or_noted(desk: Desk) -> None:
    talk, _ = waits(desk)
    case = desk.open_case(talk)
    assert case is not None
    desk.does(case.id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    assert writes(desk, talk, "jane@example.com") is None


def test_danger_that_shows_while_waiting_gets_the_crisis_text_once(desk: Desk) -> None:
    talk, _ = waits(desk, "C-1001")
    danger = evidence(Trigger.DISTRESS, "end it all", score=0.99)
    crisis = desk.business.crisis_text(desk.business.shop.country)
    for text in ("I just want to end it all", "I mean it"):
        message = desk.writes(talk, text)
        desk.holds(
            talk, partial(hear, evidence=[danger], business=desk.business, text=text, message_id=message.id)
        )
    assert sum(crisis in one.text for one in desk.said(talk)) == 1


def test_contacts_and_order_numbers_are_read_apart(desk: Desk) -> None:
    assert given_in("call 087 555 0101 about hl-10432", desk.business).order == "HL-10432"
    assert given_in("call 01 555 0140", desk.business).order is None
    assert given_in("nothing here", desk.business).contact is None
