"""What time does to a case: claims lapse, waits end, deadlines and promises are told, snoozes end."""

from datetime import timedelta
from functools import partial

from core.clock import rfc3339
from core.ids import CaseId, ConversationId, PersonId
from core.shapes import Json
from core.vocabulary import CaseStatus, Mode, Outcome, Role, Trigger, WaitingOn
from handover import desk as acts
from handover.customer_acts import withdraw
from handover.listening import hear
from handover.timers import HANDLERS, Handler
from store import cases, people, promises
from store.database import UnitOfWork
from tests.support.desk import Desk


def claimed(desk: Desk, *, replied: bool = False) -> tuple[ConversationId, CaseId]:
    desk.staff("ines", "padraig")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    if replied:
        desk.does(case_id, lambda h, c: acts.reply(h, c, desk.person("ines"), "Let me look."))
    return talk, case_id


def lapse_time(desk: Desk) -> int:
    return desk.business.sla.claim_lapse_s


def test_a_claim_lapses_when_its_holder_is_gone_and_the_customer_waits(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    desk.clock.passes(lapse_time(desk) + 1)
    desk.runs_timers()
    case = desk.case(case_id)
    assert (case.status, case.person_id, case.front) == (CaseStatus.QUEUED, None, True)
    assert desk.mode(talk) is Mode.WAITING
    assert "Your place: 1st" in desk.said(talk)[-1].text


def test_a_claim_does_not_lapse_while_the_customer_is_not_waiting(desk: Desk) -> None:
    _, case_id = claimed(desk, replied=True)
    desk.clock.passes(hours=3)
    desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.CLAIMED


def test_a_claim_does_not_lapse_while_its_holder_is_seen(desk: Desk) -> None:
    _, case_id = claimed(desk)
    for _ in range(6):
        desk.clock.passes(lapse_time(desk) / 2)
        desk.does(case_id, lambda h, c: acts.heartbeat(h, c, desk.person("ines"), desk.business))
        desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.CLAIMED
    desk.clock.passes(lapse_time(desk) + 1)
    desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.QUEUED


def test_a_new_message_starts_the_lapse_of_a_claim_whose_holder_is_gone(desk: Desk) -> None:
    talk, case_id = claimed(desk, replied=True)
    desk.clock.passes(hours=1)
    desk.runs_timers()
    desk.writes(talk, "Hello?")
    desk.holds(talk, lambda h: hear(h, [], desk.business))
    desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.CLAIMED
    desk.clock.passes(lapse_time(desk) + 1)
    desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.QUEUED


def test_the_timer_of_an_earlier_claim_does_nothing_to_a_later_one(desk: Desk) -> None:
    _, case_id = claimed(desk)
    desk.clock.passes(lapse_time(desk) - 1)
    desk.does(case_id, lambda h, c: acts.release(h, c, desk.person("ines"), desk.business))
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("padraig"), desk.business))
    desk.clock.passes(2)
    desk.runs_timers()
    assert desk.case(case_id).person_id == "padraig"


def test_a_lapsed_case_is_served_before_those_that_waited_longer(desk: Desk) -> None:
    desk.staff("ines")
    desk.hands_over(desk.conversation(), Trigger.ANGER)
    lapsed = desk.hands_over(desk.conversation(), Trigger.ANGER).case.id
    desk.does(lapsed, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.clock.passes(lapse_time(desk) + 1)
    desk.runs_timers()
    queue = desk.store.read(lambda uow: cases.in_queue_order(uow, (CaseStatus.QUEUED,), "care", 10))
    assert queue[0].id == lapsed


def test_with_nobody_else_there_a_lapsed_case_becomes_a_follow_up(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.store.write(lambda uow: people.set_presence(uow, PersonId("ines"), "away", 2))
    desk.clock.passes(lapse_time(desk) + 1)
    desk.runs_timers()
    assert not desk.case(case_id).live
    assert desk.mode(talk) is Mode.AI
    assert len(desk.store.read(lambda uow: promises.of_conversation(uow, talk))) == 1


def test_nobody_is_left_waiting_in_the_chat_beyond_the_limit(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    desk.clock.passes(desk.business.sla.live_wait_limit_s + 1)
    desk.runs_timers()
    case = desk.case(case_id)
    assert (case.status, case.live) == (CaseStatus.QUEUED, False)
    assert desk.mode(talk) is Mode.AI
    assert desk.said(talk)[-1].role is Role.AI
    assert "will answer by" in desk.said(talk)[-1].text


def test_what_was_written_in_the_queue_is_answered_by_the_ai_once_the_wait_has_ended(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.hands_over(talk, Trigger.ANGER)
    desk.writes(talk, "When do you open tomorrow?")
    desk.holds(talk, lambda h: h.set(listened_seq=h.talk.customer_seq))
    assert not desk.has_work(talk)
    desk.clock.passes(desk.business.sla.live_wait_limit_s + 1)
    desk.runs_timers()
    assert desk.has_work(talk)


def test_a_missed_deadline_is_told_once_and_a_met_one_never(desk: Desk) -> None:
    missed, case_id = claimed(desk)
    due = desk.case(case_id).first_reply_due
    assert due is not None
    met = desk.conversation()
    met_case = desk.hands_over(met, Trigger.ANGER).case.id
    desk.does(met_case, lambda h, c: acts.claim(h, c, desk.person("padraig"), desk.business))
    desk.does(met_case, lambda h, c: acts.reply(h, c, desk.person("padraig"), "Hello"))
    desk.clock.now = due + timedelta(seconds=5)
    desk.runs_timers()
    desk.runs_timers()
    assert [(one.data["case_id"], one.data["level"]) for one in desk.told(missed, "sla")] == [
        (case_id, "first_reply")
    ]
    assert desk.told(met, "sla") == []


def test_a_deadline_of_a_closed_case_is_told_to_nobody(desk: Desk) -> None:
    talk, _ = claimed(desk)
    desk.holds(talk, lambda h: withdraw(h, desk.business))
    desk.clock.passes(days=10)
    desk.runs_timers()
    assert desk.told(talk, "sla") == []


def test_a_promise_that_nobody_kept_is_told_to_the_desk(desk: Desk) -> None:
    talk = desk.conversation()
    case = desk.hands_over(talk, Trigger.ANGER).case
    assert case.due_at is not None
    desk.clock.now = case.due_at + timedelta(seconds=1)
    desk.runs_timers()
    assert {one.data["level"] for one in desk.told(talk, "sla")} == {"first_reply", "resolve", "promise"}


def test_a_case_that_nobody_took_in_twice_its_time_expires_and_breaks_its_promise(desk: Desk) -> None:
    talk = desk.conversation()
    case = desk.hands_over(talk, Trigger.ANGER).case
    assert case.due_at is not None
    for moment in (case.due_at, case.due_at + (case.due_at - case.opened_at)):
        assert desk.case(case.id).status is CaseStatus.QUEUED
        desk.clock.now = moment + timedelta(seconds=1)
        desk.runs_timers()
    assert desk.case(case.id).status is CaseStatus.EXPIRED
    assert [one.status for one in desk.store.read(lambda u: promises.of_conversation(u, talk))] == ["broken"]


def test_a_snooze_ends_at_its_time(desk: Desk) -> None:
    _, case_id = claimed(desk, replied=True)
    until = desk.clock.now + timedelta(hours=2)
    desk.does(case_id, lambda h, c: acts.snooze(h, c, desk.person("ines"), until))
    assert desk.case(case_id).waiting_on is WaitingOn.THIRD_PARTY
    desk.clock.passes(hours=1)
    desk.runs_timers()
    assert desk.case(case_id).snoozed_until == until
    desk.clock.passes(hours=1, minutes=1)
    desk.runs_timers()
    case = desk.case(case_id)
    assert (case.snoozed_until, case.waiting_on) == (None, WaitingOn.PERSON)


def test_a_snooze_ends_when_the_customer_writes(desk: Desk) -> None:
    talk, case_id = claimed(desk, replied=True)
    until = desk.clock.now + timedelta(hours=2)
    desk.does(case_id, lambda h, c: acts.snooze(h, c, desk.person("ines"), until))
    desk.writes(talk, "Any news?")
    case = desk.holds(talk, lambda h: hear(h, [], desk.business))
    assert case is not None
    assert (case.snoozed_until, case.waiting_on) == (None, WaitingOn.PERSON)


def test_a_timer_that_runs_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    claimed_at = desk.case(case_id).claimed_at
    assert claimed_at is not None
    desk.clock.passes(lapse_time(desk) + 1)
    payload = {"case": case_id, "claimed_at": rfc3339(claimed_at)}
    for _ in range(2):
        desk.store.write(lambda uow: HANDLERS["claim_lapse"](uow, desk.business, payload))
    history = desk.store.read(lambda uow: cases.history(uow, case_id))
    assert [one.event for one in history].count("lapse") == 1
    assert len([one for one in desk.said(talk) if "Your place" in one.text]) == 2


def test_a_timer_of_an_erased_case_does_nothing(desk: Desk) -> None:
    gone = {"case": "case_gone", "promise": "promise_gone", "request": "request_gone"}
    for handler in HANDLERS.values():
        desk.store.write(partial(_run, handler, desk, gone))


def _run(handler: Handler, desk: Desk, payload: Json, uow: UnitOfWork) -> None:
    handler(uow, desk.business, payload)


def test_a_withdrawn_case_counts_as_withdrawn(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    desk.holds(talk, lambda h: withdraw(h, desk.business))
    assert desk.case(case_id).outcome is Outcome.WITHDRAWN


def test_a_wait_that_began_anew_is_not_ended_by_the_timer_of_the_one_before(desk: Desk) -> None:
    _, case_id = claimed(desk)
    desk.clock.passes(desk.business.sla.live_wait_limit_s - 5)
    desk.does(case_id, lambda h, c: acts.release(h, c, desk.person("ines"), desk.business))
    desk.clock.passes(10)
    desk.runs_timers()
    assert desk.case(case_id).live
    desk.clock.passes(desk.business.sla.live_wait_limit_s)
    desk.runs_timers()
    assert not desk.case(case_id).live


def test_a_case_that_a_person_had_meanwhile_is_not_given_up_by_an_older_timer(desk: Desk) -> None:
    desk.staff("ines")
    case_id = desk.hands_over(desk.conversation(), Trigger.BILLING_LEGAL).case.id
    due = desk.case(case_id).due_at
    assert due is not None
    time_for_it = due - desk.clock.now
    desk.clock.now = due + timedelta(seconds=1)
    desk.runs_timers()
    desk.clock.now = due + time_for_it - timedelta(seconds=1)
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.does(case_id, lambda h, c: acts.release(h, c, desk.person("ines"), desk.business))
    desk.clock.passes(10)
    desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.QUEUED
    desk.clock.now += time_for_it
    desk.runs_timers()
    assert desk.case(case_id).status is CaseStatus.EXPIRED


def test_after_a_reply_a_case_that_is_queued_again_gets_a_promise_of_its_own(desk: Desk) -> None:
    talk, case_id = claimed(desk, replied=True)
    desk.clock.passes(days=30)
    desk.writes(talk, "And the invoice?")
    desk.store.write(lambda uow: people.set_presence(uow, PersonId("ines"), "away", 2))
    desk.store.write(lambda uow: people.set_presence(uow, PersonId("padraig"), "away", 2))
    desk.does(case_id, lambda h, c: acts.release(h, c, desk.person("ines"), desk.business))
    [promise] = [
        one
        for one in desk.store.read(lambda uow: promises.of_conversation(uow, talk))
        if one.status == "open"
    ]
    assert promise.due_at is not None
    assert promise.due_at > desk.clock.now
