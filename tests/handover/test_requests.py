"""Requests: what the AI asks a person, answered once and in time, taken back, or handed on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.business import ApprovalRule, Asking
from core.errors import Forbidden, InvalidInput, OutOfState
from core.ids import ConversationId
from core.vocabulary import Judged, Mode, Outcome, Trigger
from handover import desk as acts
from handover import requests as asked
from handover.customer_acts import close, withdraw
from handover.requests import Answer, Wanted
from handover.timers import HANDLERS
from store import events, people, requests
from store.requests import RequestRow
from store.talk_tables import cause
from store.work_tables import audit, outbox
from tests.support.at_once import at_once
from tests.support.desk import Desk

RULE = ApprovalRule(tool="refund", checks=("amount_limit",), department="orders", deadline_s=600)
QUESTIONS = Asking(department="care", deadline_s=300, fallback="answer")
YES, NO = Answer(approve=True), Answer(approve=False, answer="It was used.")
ROUNDS = range(12)


def wanted(amount_cents: int = 59000, key: str = "refund:HL-10408") -> Wanted:
    order = {"order_number": "HL-10408"}
    return Wanted("refund", order, key, "Refund €590.00?", amount_cents, "returns", 4)


def ask(desk: Desk, talk: ConversationId, what: Wanted | None = None) -> RequestRow | None:
    return desk.holds(talk, lambda h: asked.ask_approval(h, what or wanted(), RULE, desk.business))


def asking(desk: Desk, talk: ConversationId, what: Wanted | None = None) -> RequestRow:
    row = ask(desk, talk, what)
    assert row is not None
    return row


def says(desk: Desk, row: RequestRow, who: str, given: Answer) -> RequestRow:
    person = desk.person(who)
    return desk.holds(
        row.conversation_id,
        lambda h: asked.answer(h, requests.load(h.uow, row.id), person, given, desk.business),
    )


def question_of(desk: Desk, talk: ConversationId, text: str) -> RequestRow | None:
    return desk.holds(talk, lambda h: asked.ask_question(h, text, QUESTIONS, desk.business))


def runs(desk: Desk, row: RequestRow, ok: bool = True) -> None:
    """The approved act is carried out."""
    desk.holds(row.conversation_id, lambda h: asked.carried_out(h, requests.load(h.uow, row.id), {"ok": ok}))


def now(desk: Desk, row: RequestRow) -> RequestRow:
    return desk.store.read(lambda uow: requests.load(uow, row.id))


def open_causes(desk: Desk, talk: ConversationId) -> list[str]:
    query = select(cause.c.payload).where(
        cause.c.conversation_id == talk, cause.c.kind == "request", cause.c.done.is_(False)
    )
    rows = desk.store.read(lambda uow: uow.connection.execute(query).all())
    return [row.payload["request"] for row in rows]


def due_acts(desk: Desk) -> int:
    query = select(outbox.c.id).where(outbox.c.kind == asked.APPROVED)
    return len(desk.store.read(lambda uow: uow.connection.execute(query).all()))


def test_what_is_asked_is_told_to_the_desk_and_to_no_customer(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    told = desk.store.read(lambda uow: events.of_desk(uow, 0))
    assert [(one.kind, one.data["id"], one.data["status"]) for one in told] == [("request", row.id, "open")]
    assert desk.store.read(lambda uow: events.of_conversation(uow, talk, 0)) == []
    assert (row.due_at - row.asked_at).total_seconds() == RULE.deadline_s
    assert desk.mode(talk) is Mode.AI


def test_open_requests_stand_in_the_order_of_their_deadlines(desk: Desk) -> None:
    desk.staff("anna", "ines")
    first = asking(desk, desk.conversation())
    talk = desk.conversation()
    second = question_of(desk, talk, "Is it oak?")
    assert second is not None
    found = desk.store.read(lambda uow: requests.in_order(uow, "open", 10))
    assert [one.id for one in found] == [second.id, first.id]


@pytest.mark.parametrize(
    ("who", "presence"),
    [("milan", "online"), ("anna", "away"), ("ines", "online")],
    ids=["limit too low", "away", "of another department"],
)
def test_nobody_is_asked_who_could_not_answer(desk: Desk, who: str, presence: people.Presence) -> None:
    desk.staff(who, presence=presence)
    assert ask(desk, desk.conversation()) is None


def test_the_same_act_is_asked_for_once(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    assert asking(desk, talk).id == row.id
    says(desk, row, "anna", NO)
    assert ask(desk, talk) is None


def test_a_person_below_the_amount_is_refused_and_told_who_may(desk: Desk) -> None:
    desk.staff("anna", "milan")
    row = asking(desk, desk.conversation())
    with pytest.raises(Forbidden, match=r"500\.00 EUR.*590\.00 EUR.*Anna Lindqvist"):
        says(desk, row, "milan", YES)
    assert now(desk, row).status == "open"


def test_a_person_can_allow_no_more_than_their_own_limit_and_no_less_than_the_amount(desk: Desk) -> None:
    desk.staff("anna")
    row = asking(desk, desk.conversation())
    with pytest.raises(Forbidden):
        says(desk, row, "anna", Answer(approve=True, limit_cents=100_001))
    with pytest.raises(InvalidInput):
        says(desk, row, "anna", Answer(approve=True, limit_cents=100))
    assert says(desk, row, "anna", YES).limit_cents == 59000


def test_what_does_not_answer_it_is_refused(desk: Desk) -> None:
    desk.staff("anna", "ines")
    row = asking(desk, desk.conversation())
    talk = desk.conversation()
    question = question_of(desk, talk, "Is it oak?")
    assert question is not None
    with pytest.raises(InvalidInput):
        says(desk, row, "anna", Answer(answer="Perhaps."))
    with pytest.raises(InvalidInput):
        says(desk, question, "ines", Answer(approve=True))


def test_an_approval_is_carried_out_before_the_customer_hears_of_it(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    says(desk, row, "anna", YES)
    assert (due_acts(desk), open_causes(desk, talk)) == (1, [])
    runs(desk, row)
    assert open_causes(desk, talk) == [row.id]
    assert desk.has_work(talk)


def test_a_no_is_told_at_once_and_nothing_is_carried_out(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    says(desk, row, "anna", NO)
    assert (due_acts(desk), open_causes(desk, talk)) == (0, [row.id])


def test_an_answered_request_is_answered_no_second_time(desk: Desk) -> None:
    desk.staff("anna", "deirdre")
    row = asking(desk, desk.conversation())
    says(desk, row, "anna", YES)
    with pytest.raises(OutOfState, match="Anna Lindqvist"):
        says(desk, row, "deirdre", NO)


def test_what_nobody_answers_expires_and_the_customer_hears_of_it(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    desk.clock.passes(RULE.deadline_s)
    with pytest.raises(OutOfState, match="ended at"):
        says(desk, row, "anna", YES)
    desk.runs_timers()
    assert now(desk, row).status == "expired"
    assert open_causes(desk, talk) == [row.id]


def test_the_deadline_of_an_answered_request_does_nothing(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    says(desk, row, "anna", NO)
    desk.clock.passes(RULE.deadline_s)
    desk.runs_timers()
    assert now(desk, row).status == "answered"
    assert open_causes(desk, talk) == [row.id]


def test_a_customer_who_takes_it_back_is_told_so(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    assert desk.holds(talk, lambda h: withdraw(h, desk.business)) is None
    assert now(desk, row).status == "cancelled"
    assert desk.said(talk)[-1].text == desk.business.wordings.say("request_withdrawn")
    with pytest.raises(OutOfState, match="taken back"):
        says(desk, row, "anna", YES)


def test_who_takes_over_has_the_open_request_with_the_case(desk: Desk) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation()
    desk.writes(talk, "Where is my money?")
    row = asking(desk, talk)
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    assert (now(desk, row).case_id, now(desk, row).status) == (case.id, "open")


def test_under_a_person_an_approved_act_runs_silently(desk: Desk) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation()
    desk.writes(talk, "Where is my money?")
    row = asking(desk, talk)
    case = desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    says(desk, row, "anna", YES)
    runs(desk, row)
    assert (now(desk, row).result, open_causes(desk, talk)) == ({"ok": True}, [])
    assert desk.mode(talk) is Mode.PERSON
    told = desk.store.read(lambda uow: events.of_desk(uow, 0))
    assert told[-1].data["done"] is True
    desk.does(case.id, lambda h, c: acts.return_to_ai(h, c, desk.person("ines"), "Refunded."))
    assert open_causes(desk, talk) == []


def test_a_deadline_under_a_person_only_tells_the_desk(desk: Desk) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation()
    row = asking(desk, talk)
    desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    desk.clock.passes(RULE.deadline_s)
    desk.runs_timers()
    assert (now(desk, row).status, open_causes(desk, talk)) == ("expired", [])


def test_an_outcome_that_the_ai_had_not_told_yet_is_the_persons_to_tell(desk: Desk) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation()
    row = asking(desk, talk)
    says(desk, row, "anna", YES)
    runs(desk, row)
    desk.holds(talk, lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    assert open_causes(desk, talk) == []


def test_in_the_queue_the_outcome_waits_until_the_ai_speaks_again(desk: Desk) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation()
    row = asking(desk, talk)
    desk.hands_over(talk, Trigger.ANGER)
    says(desk, row, "anna", YES)
    runs(desk, row)
    assert desk.mode(talk) is Mode.WAITING
    assert not desk.has_work(talk)
    desk.holds(talk, lambda h: withdraw(h, desk.business))
    assert desk.has_work(talk)


@pytest.mark.parametrize("ending", ["return", "resolve"])
def test_a_person_who_ends_the_case_has_settled_its_requests(desk: Desk, ending: str) -> None:
    desk.staff("anna", "ines")
    talk = desk.conversation()
    row = asking(desk, talk)
    person = desk.person("ines")
    case = desk.holds(talk, lambda h: acts.takeover(h, person, desk.business))
    if ending == "return":
        desk.does(case.id, lambda h, c: acts.return_to_ai(h, c, person, ""))
    else:
        solved = (Outcome.SOLVED, Judged.RIGHT)
        desk.does(case.id, lambda h, c: acts.resolve(h, c, person, desk.business, *solved))
    assert now(desk, row).status == "cancelled"


def test_a_closed_chat_opens_for_the_outcome(desk: Desk) -> None:
    desk.staff("anna")
    talk = desk.conversation()
    row = asking(desk, talk)
    desk.holds(talk, close)
    assert desk.mode(talk) is Mode.CLOSED
    says(desk, row, "anna", NO)
    assert desk.mode(talk) is Mode.AI
    assert desk.has_work(talk)


def test_one_question_at_a_time(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    first, second = (question_of(desk, talk, text) for text in ("Is it oak?", "Is it solid oak?"))
    assert first is not None
    assert second is not None
    assert first.id == second.id


def test_the_audit_names_who_asked_and_who_approved(desk: Desk) -> None:
    desk.staff("anna")
    row = asking(desk, desk.conversation())
    says(desk, row, "anna", YES)
    query = select(audit.c.actor, audit.c.actor_id, audit.c.action).where(
        audit.c.subject == f"request:{row.id}"
    )
    lines = desk.store.read(lambda uow: uow.connection.execute(query.order_by(audit.c.id)).all())
    assert [tuple(line) for line in lines] == [
        ("ai", None, "request.ask"),
        ("person", "anna", "request.approve"),
    ]


def approving(desk: Desk, row: RequestRow, who: str) -> Callable[[], object]:
    return lambda: says(desk, row, who, YES)


def expiring(desk: Desk, row: RequestRow) -> Callable[[], object]:
    """Its timer, as the relay runs it."""
    return lambda: desk.store.write(lambda uow: HANDLERS[asked.DUE](uow, desk.business, {"request": row.id}))


def taking_over(desk: Desk, talk: ConversationId, who: str) -> Callable[[], object]:
    person = desk.person(who)
    return lambda: desk.holds(talk, lambda h: acts.takeover(h, person, desk.business))


def test_of_two_who_approve_at_once_one_does(desk: Desk) -> None:
    desk.staff("anna", "deirdre")
    for number in ROUNDS:
        row = asking(desk, desk.conversation(), wanted(key=f"refund:{number}"))
        done = at_once(approving(desk, row, "anna"), approving(desk, row, "deirdre"))
        assert sorted(isinstance(one, OutOfState) for one in done) == [False, True]
    assert due_acts(desk) == len(ROUNDS)


def test_an_approval_at_the_very_deadline_counts_or_does_not_and_never_both(desk: Desk) -> None:
    desk.staff("anna")
    approved = 0
    for number in ROUNDS:
        row = asking(desk, desk.conversation(), wanted(key=f"refund:{number}"))
        desk.clock.now = row.due_at - timedelta(milliseconds=1)
        granted, _ = at_once(approving(desk, row, "anna"), expiring(desk, row))
        approved += not isinstance(granted, OutOfState)
        assert now(desk, row).status == ("expired" if isinstance(granted, OutOfState) else "answered")
    assert due_acts(desk) == approved


def test_a_takeover_at_the_moment_of_an_approval_leaves_one_speaker(desk: Desk) -> None:
    desk.staff("anna", "ines")
    for number in ROUNDS:
        talk = desk.conversation()
        row = asking(desk, talk, wanted(key=f"refund:{number}"))
        done = at_once(approving(desk, row, "anna"), taking_over(desk, talk, "ines"))
        assert not [one for one in done if isinstance(one, Exception)]
        runs(desk, row)
        assert (desk.mode(talk), open_causes(desk, talk)) == (Mode.PERSON, [])
