"""What a customer does about a case: withdraw, close, write on."""

import pytest

from core.errors import OutOfState
from core.vocabulary import CaseStatus, Mode, Outcome, Role, Trigger, WaitingOn
from handover import desk as acts
from handover.customer_acts import close, withdraw
from handover.listening import hear
from store import inbox, promises
from tests.support.desk import Desk, evidence


def test_who_withdraws_is_with_the_ai_again_and_is_told_so(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk).case.id
    desk.holds(talk, lambda h: withdraw(h, desk.business))
    case = desk.case(case_id)
    assert (case.status, case.outcome) == (CaseStatus.RESOLVED, Outcome.WITHDRAWN)
    assert desk.mode(talk) is Mode.AI
    assert desk.said(talk)[-1].role is Role.AI
    assert not desk.has_work(talk)


def test_withdrawing_takes_back_the_promise_of_an_answer(desk: Desk) -> None:
    talk = desk.conversation()
    desk.hands_over(talk)
    desk.holds(talk, lambda h: withdraw(h, desk.business))
    assert desk.store.read(lambda uow: promises.of_conversation(uow, talk)) == []


def test_withdrawing_nothing_is_refused(desk: Desk) -> None:
    talk = desk.conversation()
    with pytest.raises(OutOfState):
        desk.holds(talk, lambda h: withdraw(h, desk.business))


def test_a_person_cannot_reply_into_a_withdrawn_case(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.holds(talk, lambda h: withdraw(h, desk.business))
    with pytest.raises(OutOfState, match="resolved"):
        desk.does(case_id, lambda h, c: acts.reply(h, c, desk.person("ines"), "Hello"))


def test_who_closes_the_chat_keeps_the_place(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.hands_over(talk, Trigger.ANGER)
    assert desk.holds(talk, close) is Mode.WAITING
    assert desk.open_case(talk) is not None


def test_a_closed_conversation_opens_with_the_next_message(desk: Desk) -> None:
    talk = desk.conversation()
    desk.writes(talk, "Hello")
    desk.answers(talk)
    assert desk.holds(talk, close) is Mode.CLOSED
    assert not desk.has_work(talk)
    desk.writes(talk, "One more thing")
    assert desk.mode(talk) is Mode.AI
    assert desk.has_work(talk)


def test_closing_loses_no_message_that_is_not_answered_yet(desk: Desk) -> None:
    talk = desk.conversation()
    desk.writes(talk, "Hello")
    assert desk.holds(talk, close) is Mode.AI
    assert desk.has_work(talk)


def test_a_case_that_ends_after_the_customer_left_ends_in_a_closed_conversation(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.holds(talk, close)
    desk.does(case_id, lambda h, c: acts.reply(h, c, desk.person("ines"), "It is refunded."))
    desk.does(case_id, lambda h, c: acts.return_to_ai(h, c, desk.person("ines"), ""))
    assert desk.mode(talk) is Mode.CLOSED
    assert not desk.has_work(talk)
    desk.writes(talk, "Thank you")
    assert desk.mode(talk) is Mode.AI


def test_what_is_written_under_a_person_becomes_evidence_and_makes_the_case_wait(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.WANTS_PERSON).case.id
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.does(case_id, lambda h, c: acts.reply(h, c, desk.person("ines"), "Hello"))
    desk.writes(talk, "I cannot go on")
    heard = [evidence(Trigger.DISTRESS, "cannot go on")]
    case = desk.holds(talk, lambda h: hear(h, heard, desk.business))
    assert case is not None
    assert case.waiting_on is WaitingOn.PERSON
    assert case.priority is desk.business.triggers[Trigger.DISTRESS].priority
    assert [one.trigger for one in case.evidence] == [Trigger.WANTS_PERSON, Trigger.DISTRESS]
    assert case.status is CaseStatus.CLAIMED
    assert desk.mode(talk) is Mode.PERSON


def test_hearing_nothing_new_tells_nobody_anything(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.hands_over(talk, Trigger.ANGER)
    desk.writes(talk, "It is order HL-10428")
    before = len(desk.told(talk))
    desk.holds(talk, lambda h: hear(h, [], desk.business))
    assert len(desk.told(talk)) == before


def test_the_same_client_key_stores_one_message(desk: Desk) -> None:
    talk = desk.conversation()
    first, second = (
        desk.store.write(lambda uow: inbox.accept(uow, talk, "Hello", "key-1")) for _ in range(2)
    )
    assert first == second
    assert len(desk.said(talk)) == 1
