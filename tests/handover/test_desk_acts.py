"""What people do with a case: claim, reply, note, pass on, return, resolve, take over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import FloorLost, InvalidInput, OutOfState
from core.ids import CaseId, ConversationId
from core.vocabulary import CaseStatus, Cause, Judged, Mode, Outcome, Role, Trigger, WaitingOn
from handover import desk as acts
from store import cases, journal, promises
from store.cases import CaseRow
from store.journal import Confirmation
from store.work_tables import audit
from tests.support.desk import Desk


def waiting(desk: Desk, *staff: str) -> tuple[ConversationId, CaseId]:
    """A customer who waits in the chat for a person of the care team."""
    desk.staff(*(staff or ("ines", "padraig")))
    talk = desk.conversation()
    return talk, desk.hands_over(talk, Trigger.ANGER).case.id


def claimed(desk: Desk) -> tuple[ConversationId, CaseId]:
    """A customer whose case Inês has claimed."""
    talk, case_id = waiting(desk)
    claims(desk, case_id, "ines")
    return talk, case_id


def claims(desk: Desk, case_id: CaseId, who: str) -> CaseRow:
    return desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person(who), desk.business))


def replies(desk: Desk, case_id: CaseId, who: str = "ines", text: str = "I am on it.") -> None:
    desk.does(case_id, lambda h, c: acts.reply(h, c, desk.person(who), text))


def returns(desk: Desk, case_id: CaseId, note: str = "", who: str = "ines") -> CaseRow:
    return desk.does(case_id, lambda h, c: acts.return_to_ai(h, c, desk.person(who), note))


def test_a_claim_gives_the_person_the_floor(desk: Desk) -> None:
    talk, case_id = waiting(desk)
    epoch = desk.talk(talk).epoch
    case = claims(desk, case_id, "ines")
    assert (case.status, case.person_id, case.person_name) == (CaseStatus.CLAIMED, "ines", "Inês Carvalho")
    assert desk.mode(talk) is Mode.PERSON
    assert desk.talk(talk).epoch == epoch + 1
    assert desk.told(talk, "mode")[-1].data == {"mode": "person", "name": "Inês Carvalho"}


def test_a_claimed_case_refuses_another_person_and_names_who_has_it(desk: Desk) -> None:
    _, case_id = claimed(desk)
    with pytest.raises(OutOfState, match="Inês Carvalho has this case"):
        claims(desk, case_id, "padraig")


def test_claiming_again_is_a_sign_of_life(desk: Desk) -> None:
    _, case_id = claimed(desk)
    desk.clock.passes(60)
    case = claims(desk, case_id, "ines")
    assert case.heartbeat_at == desk.clock.now
    assert case.claimed_at == desk.clock.now - timedelta(seconds=60)


def test_a_reply_reaches_the_customer_under_the_persons_name_and_answers_all(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    desk.writes(talk, "Are you there?")
    replies(desk, case_id, text="I am. Let me look.")
    said = desk.said(talk)[-1]
    assert (said.role, said.name, said.text) == (Role.PERSON, "Inês Carvalho", "I am. Let me look.")
    assert desk.talk(talk).answered_seq == desk.talk(talk).customer_seq
    case = desk.case(case_id)
    assert (case.first_reply_at, case.waiting_on) == (desk.clock.now, WaitingOn.CUSTOMER)


def test_a_persons_reply_is_refused_for_another_person(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    before = len(desk.told(talk))
    with pytest.raises(OutOfState, match="Inês Carvalho"):
        replies(desk, case_id, "padraig")
    assert len(desk.told(talk)) == before


@pytest.mark.parametrize("act", ["reply", "return", "resolve", "release", "snooze", "heartbeat"])
def test_an_unclaimed_case_refuses_what_only_its_holder_may_do(desk: Desk, act: str) -> None:
    _, case_id = waiting(desk)
    person, soon = desk.person("ines"), desk.clock.now + timedelta(hours=1)
    calls = {
        "reply": lambda h, c: acts.reply(h, c, person, "Hello"),
        "return": lambda h, c: acts.return_to_ai(h, c, person, ""),
        "resolve": lambda h, c: acts.resolve(h, c, person, desk.business, Outcome.SOLVED, Judged.RIGHT),
        "release": lambda h, c: acts.release(h, c, person, desk.business),
        "snooze": lambda h, c: acts.snooze(h, c, person, soon),
        "heartbeat": lambda h, c: acts.heartbeat(h, c, person, desk.business),
    }
    with pytest.raises(OutOfState, match="queued"):
        desk.does(case_id, calls[act])


def test_under_a_person_the_ai_has_nothing_to_answer_but_hears(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    replies(desk, case_id)
    assert not desk.has_work(talk)
    desk.writes(talk, "Thank you")
    assert desk.has_work(talk)
    desk.holds(talk, lambda h: h.set(listened_seq=h.talk.customer_seq))
    assert not desk.has_work(talk)


def test_a_note_stays_between_people(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    desk.does(case_id, lambda h, c: acts.note(h, c, desk.person("padraig"), "She called before."))
    assert "She called before." not in [one.text for one in desk.said(talk)]
    assert desk.said(talk, internal=True)[-1].internal
    assert desk.case(case_id).person_id == "ines"


def test_a_release_puts_the_customer_back_in_the_queue_with_a_word(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    due = desk.case(case_id).first_reply_due
    case = desk.does(case_id, lambda h, c: acts.release(h, c, desk.person("ines"), desk.business))
    assert (case.status, case.person_id, case.first_reply_due) == (CaseStatus.QUEUED, None, due)
    assert desk.mode(talk) is Mode.WAITING
    assert "Your place: 1st" in desk.said(talk)[-1].text


def test_a_transfer_keeps_the_clock_and_tells_the_customer_whom_they_are_with(desk: Desk) -> None:
    desk.staff("anna")
    talk, case_id = claimed(desk)
    before = desk.case(case_id)
    case = desk.does(
        case_id,
        lambda h, c: acts.transfer(h, c, desk.person("ines"), desk.business, "orders", "It is a parcel."),
    )
    assert (case.status, case.department) == (CaseStatus.QUEUED, "orders")
    assert (case.opened_at, case.due_at) == (before.opened_at, before.due_at)
    assert desk.said(talk)[-1].text.startswith("You're now with Orders.")
    history = desk.store.read(lambda uow: cases.history(uow, case_id))
    assert (history[-1].event, history[-1].person, history[-1].note) == (
        "transfer",
        "Inês Carvalho",
        "It is a parcel.",
    )


def test_a_transfer_to_where_nobody_is_promises_a_time_and_gives_the_ai_the_floor(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    case = desk.does(case_id, lambda h, c: acts.transfer(h, c, desk.person("ines"), desk.business, "orders"))
    assert not case.live
    assert desk.mode(talk) is Mode.AI
    assert "Our Orders team will answer by" in desk.said(talk)[-1].text
    assert len(desk.store.read(lambda uow: promises.of_conversation(uow, talk))) == 1


def test_a_transfer_to_an_unknown_department_is_refused_with_those_that_exist(desk: Desk) -> None:
    _, case_id = claimed(desk)
    with pytest.raises(InvalidInput) as refused:
        desk.does(case_id, lambda h, c: acts.transfer(h, c, desk.person("ines"), desk.business, "legal"))
    assert "billing" in refused.value.fields["department"][0]


def test_a_queued_case_may_be_sent_on_by_anybody(desk: Desk) -> None:
    desk.staff("anna")
    _, case_id = waiting(desk)
    case = desk.does(
        case_id, lambda h, c: acts.transfer(h, c, desk.person("padraig"), desk.business, "orders")
    )
    assert (case.status, case.department) == (CaseStatus.QUEUED, "orders")


def test_a_snooze_lies_in_the_future(desk: Desk) -> None:
    _, case_id = claimed(desk)
    with pytest.raises(InvalidInput, match="passed"):
        desk.does(case_id, lambda h, c: acts.snooze(h, c, desk.person("ines"), desk.clock.now))


def test_a_return_with_nothing_unanswered_makes_the_ai_speak_once_to_the_return(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    replies(desk, case_id)
    case = returns(desk, case_id, "Refund agreed.")
    assert (case.status, desk.mode(talk)) == (CaseStatus.RETURNED, Mode.AI)
    started = desk.begins(talk)
    assert started is not None
    assert started[1].cause is Cause.RETURN
    assert started[1].payload == {"note": "Refund agreed.", "person": "Inês Carvalho", "case": case_id}
    desk.settles(talk, started, lambda held, turn_id: "Is there anything else?")
    assert not desk.has_work(talk)


def test_a_return_with_an_unanswered_message_lets_the_ai_answer_that_message(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    replies(desk, case_id)
    asked = desk.writes(talk, "And when does it arrive?")
    returns(desk, case_id, "Refund agreed.")
    started = desk.begins(talk)
    assert started is not None
    assert started[1].cause is Cause.MESSAGE
    desk.settles(talk, started, lambda held, turn_id: "On Tuesday.")
    assert asked.text == "And when does it arrive?"
    assert not desk.has_work(talk)


def test_a_return_leaves_its_facts_in_memory_and_forgets_old_counts(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    desk.holds(talk, lambda h: h.remember(failed_turns=2, offer={"trigger": "anger"}, turns=5))
    returns(desk, case_id, "Refund agreed.")
    memory = desk.talk(talk).memory
    assert memory["returned"]["note"] == "Refund agreed."
    assert memory["returned"]["person"] == "Inês Carvalho"
    assert (memory["failed_turns"], memory["offer"], memory["turns"]) == (0, None, 5)
    assert memory["heard_from"] >= desk.talk(talk).customer_seq
    assert desk.said(talk, internal=True)[-1].text == "Refund agreed."
    assert "Refund agreed." not in [one.text for one in desk.said(talk)]


def test_a_return_without_a_note_stores_no_empty_message(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    before = desk.said(talk, internal=True)
    returns(desk, case_id)
    assert desk.said(talk, internal=True) == before


def test_a_takeover_after_a_return_takes_back_the_word_that_the_ai_owed(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    replies(desk, case_id)
    returns(desk, case_id, "Over to you.")
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    returns(desk, case.id, "Really done now.")
    started = desk.begins(talk)
    assert started is not None
    assert started[1].payload["note"] == "Really done now."
    desk.settles(talk, started, lambda held, turn_id: "Anything else?")
    assert not desk.has_work(talk)


def test_resolving_gives_the_floor_back_and_keeps_what_was_judged(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    replies(desk, case_id)
    case = desk.does(
        case_id,
        lambda h, c: acts.resolve(
            h, c, desk.person("ines"), desk.business, Outcome.SOLVED, Judged.LATE, "Refunded by hand."
        ),
    )
    assert (case.status, case.outcome, case.judged) == (CaseStatus.RESOLVED, Outcome.SOLVED, Judged.LATE)
    assert case.closed_at == desk.clock.now
    assert desk.mode(talk) is Mode.AI
    assert not desk.has_work(talk)
    assert desk.said(talk)[-1].role is Role.SYSTEM
    desk.writes(talk, "One more thing")
    assert desk.has_work(talk)


def test_what_is_unanswered_when_a_case_is_resolved_the_ai_answers(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    desk.writes(talk, "Hello?")
    desk.does(
        case_id,
        lambda h, c: acts.resolve(
            h, c, desk.person("ines"), desk.business, Outcome.NO_REPLY, Judged.NOT_NEEDED
        ),
    )
    assert desk.has_work(talk)


def test_a_person_cannot_resolve_as_withdrawn(desk: Desk) -> None:
    _, case_id = claimed(desk)
    with pytest.raises(InvalidInput):
        desk.does(
            case_id,
            lambda h, c: acts.resolve(
                h, c, desk.person("ines"), desk.business, Outcome.WITHDRAWN, Judged.RIGHT
            ),
        )


@pytest.mark.parametrize("act", ["claim", "reply", "note", "return"])
def test_a_closed_case_refuses_every_act(desk: Desk, act: str) -> None:
    _, case_id = claimed(desk)
    returns(desk, case_id)
    person = desk.person("ines")
    calls = {
        "claim": lambda h, c: acts.claim(h, c, person, desk.business),
        "reply": lambda h, c: acts.reply(h, c, person, "Hello"),
        "note": lambda h, c: acts.note(h, c, person, "Hello"),
        "return": lambda h, c: acts.return_to_ai(h, c, person, ""),
    }
    with pytest.raises(OutOfState, match="returned"):
        desk.does(case_id, calls[act])


def test_a_takeover_opens_a_case_without_a_reason_held_by_that_person(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.writes(talk, "Where is my lamp?")
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    assert (case.status, case.reason, case.person_id) == (CaseStatus.CLAIMED, None, "ines")
    assert (case.department, case.asked) == ("care", "Where is my lamp?")
    assert desk.mode(talk) is Mode.PERSON
    assert [one.kind for one in desk.told(talk)] == ["accepted", "handover", "case", "mode"]


def test_a_takeover_of_a_waiting_customer_claims_their_case(desk: Desk) -> None:
    talk, case_id = waiting(desk)
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    assert (case.id, case.status, case.reason) == (case_id, CaseStatus.CLAIMED, Trigger.ANGER)


def test_a_takeover_of_another_persons_case_is_refused(desk: Desk) -> None:
    talk, _ = claimed(desk)
    with pytest.raises(OutOfState, match="Inês Carvalho"):
        desk.holds(talk, lambda h: acts.takeover(h, desk.person("padraig"), desk.business))


def test_a_takeover_voids_the_turn_in_flight_so_that_it_commits_nothing(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.writes(talk, "Where is my lamp?")
    started = desk.begins(talk)
    assert started is not None
    desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    assert desk.turn_status(started[1].id) == "void"
    assert desk.told(talk, "retracted")[0].data == {"turn": started[1].id, "attempt": 1, "by": "person"}
    with pytest.raises(FloorLost):
        desk.settles(talk, started, lambda held, turn_id: "It is on its way.")
    assert [one.role for one in desk.said(talk)] == [Role.CUSTOMER]


def test_the_message_of_a_voided_turn_is_answered_by_the_person_or_after_the_return_by_the_ai(
    desk: Desk,
) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.writes(talk, "Where is my lamp?")
    assert desk.begins(talk) is not None
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    returns(desk, case.id)
    started = desk.begins(talk)
    assert started is not None
    assert started[1].cause is Cause.MESSAGE


def test_a_person_voids_what_the_customer_was_asked_to_confirm(desk: Desk) -> None:
    talk, case_id = waiting(desk)
    asked = Confirmation("con_1", "refund", "refund:1", {}, "refund the lamp")
    desk.store.write(lambda uow: journal.ask_confirmation(uow, talk, 1, asked))
    claims(desk, case_id, "ines")
    assert desk.store.read(lambda uow: journal.open_confirmation(uow, talk)) is None


def test_each_act_of_a_person_stands_in_history_and_audit(desk: Desk) -> None:
    talk, case_id = claimed(desk)
    replies(desk, case_id)
    returns(desk, case_id, "Done.")
    history = desk.store.read(lambda uow: cases.history(uow, case_id))
    assert [(one.event, one.after) for one in history] == [
        ("open", CaseStatus.QUEUED),
        ("claim", CaseStatus.CLAIMED),
        ("reply", CaseStatus.CLAIMED),
        ("return", CaseStatus.RETURNED),
    ]
    query = select(audit.c.actor, audit.c.actor_id, audit.c.action).where(audit.c.conversation_id == talk)
    rows = [tuple(row) for row in desk.store.read(lambda uow: uow.connection.execute(query).all())]
    assert rows[-1] == ("person", "ines", "case.return")
    assert rows[0] == ("system", None, "case.open")


def test_a_persons_reply_keeps_the_promise_of_an_answer(desk: Desk) -> None:
    desk.staff("ines", presence="away")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.ANGER).case.id
    claims(desk, case_id, "ines")
    replies(desk, case_id)
    assert [one.status for one in desk.store.read(lambda uow: promises.of_conversation(uow, talk))] == [
        "kept"
    ]


def test_a_case_read_before_the_lock_cannot_be_changed_after_another_change(desk: Desk) -> None:
    talk, case_id = waiting(desk)
    stale = desk.case(case_id)
    claims(desk, case_id, "ines")
    with pytest.raises(OutOfState, match="changed meanwhile"):
        desk.holds(talk, lambda h: acts.claim(h, stale, desk.person("padraig"), desk.business))
