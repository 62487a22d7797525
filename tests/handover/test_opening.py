"""Opening a case: chat or follow-up, one open case per conversation, a second trigger adds to it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.ids import PersonId
from core.vocabulary import CaseStatus, Level, Mode, Priority, Trigger, WaitingOn
from handover import desk as acts
from store import people, promises
from store.desk_tables import promise
from store.shop_tables import customer
from store.work_tables import outbox
from tests.support.desk import Desk


def due_kinds(desk: Desk) -> set[str]:
    query = select(outbox.c.kind).where(outbox.c.status == "due")
    return set(desk.store.read(lambda uow: uow.connection.execute(query).scalars().all()))


def add_customer(desk: Desk, id: str = "cus-1", email: str = "ann@example.com") -> str:
    row = {"id": id, "name": "Ann Smith", "email": email, "language": "en", "tier": "gold"}
    row |= {"line1": "1 Street", "town": "Cork", "postcode": "T12", "country": "IE"}
    values = {**row, "lifetime_cents": 120000, "since": datetime(2024, 1, 1, tzinfo=UTC)}
    desk.store.write(lambda uow: uow.connection.execute(customer.insert().values(values)))
    return id


def test_with_somebody_there_the_customer_waits_in_the_chat(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    opened = desk.hands_over(talk, Trigger.ANGER, text="This is a disgrace")
    assert opened.new
    assert opened.case.live
    assert opened.mode is desk.mode(talk) is Mode.WAITING
    case = desk.open_case(talk)
    assert case is not None
    assert (case.status, case.reason, case.department) == (CaseStatus.QUEUED, Trigger.ANGER, "care")
    assert (case.priority, case.asked, case.waiting_on) == (
        Priority.HIGH,
        "This is a disgrace",
        WaitingOn.PERSON,
    )
    assert case.evidence[0].words == ["This is a disgrace"]


def test_the_notice_tells_place_and_wait_as_they_were_written(desk: Desk) -> None:
    desk.staff("ines")
    first = desk.hands_over(desk.conversation(), Trigger.ANGER)
    second = desk.hands_over(desk.conversation(), Trigger.ANGER)
    assert "1st" in first.notice
    assert "2nd" in second.notice
    assert "about 2 min" in first.notice
    assert "Customer Care" in first.notice


def test_the_opening_writes_handover_case_and_mode_and_watches_the_clock(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    opened = desk.hands_over(talk, Trigger.ANGER)
    kinds = [one.kind for one in desk.told(talk)]
    assert kinds == ["accepted", "handover", "case", "mode", "message", "done"]
    assert desk.told(talk, "handover")[0].data["case"]["id"] == opened.case.id
    assert desk.told(talk, "mode")[0].data == {"mode": "waiting"}
    assert {"sla", "live_wait"} <= due_kinds(desk)


def test_with_nobody_there_it_is_a_follow_up_and_the_ai_keeps_the_floor(desk: Desk) -> None:
    desk.staff("ines", presence="away")
    talk = desk.conversation()
    opened = desk.hands_over(talk, Trigger.ANGER)
    assert not opened.case.live
    assert opened.mode is desk.mode(talk) is Mode.AI
    promised = desk.store.read(lambda uow: promises.of_conversation(uow, talk))
    assert [(one.owner, one.due_at, one.status) for one in promised] == [
        ("Customer Care", opened.case.due_at, "open")
    ]
    assert "by today at 14:00" in opened.notice
    assert "promise" in due_kinds(desk)
    desk.writes(talk, "And when do you open?")
    assert desk.has_work(talk)


def test_outside_its_hours_a_department_says_when_it_opens(desk: Desk) -> None:
    desk.staff("tomasz")
    desk.clock.now = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
    opened = desk.hands_over(desk.conversation(), Trigger.BILLING_LEGAL)
    assert not opened.case.live
    assert "Billing is closed until Monday 30 November at 08:00" in opened.notice
    assert opened.case.first_reply_due == datetime(2026, 11, 30, 8, 5, tzinfo=UTC)


def test_people_without_a_free_place_are_not_available(desk: Desk) -> None:
    desk.staff("ines")
    desk.store.write(lambda uow: people.set_presence(uow, PersonId("ines"), "online", 1))
    busy = desk.hands_over(desk.conversation(), Trigger.ANGER)
    desk.does(busy.case.id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    assert not desk.hands_over(desk.conversation(), Trigger.ANGER).case.live


def test_a_wait_beyond_the_limit_becomes_a_follow_up(desk: Desk) -> None:
    desk.staff("ines")
    opened = [desk.hands_over(desk.conversation(), Trigger.ANGER).case.live for _ in range(20)]
    assert opened[0]
    assert not opened[-1]


def test_a_task_that_wants_no_chat_is_a_follow_up_though_somebody_is_there(desk: Desk) -> None:
    desk.staff("ines")
    assert not desk.hands_over(desk.conversation(), Trigger.ANGER, live_wanted=False).case.live


def test_a_second_trigger_adds_evidence_and_may_raise_the_priority(desk: Desk) -> None:
    talk = desk.conversation()
    first = desk.hands_over(talk, Trigger.UPSELL, text="Can I order fifty?")
    second = desk.hands_over(talk, Trigger.DISTRESS, text="I cannot go on")
    assert not second.new
    assert second.case.id == first.case.id
    assert [one.trigger for one in second.case.evidence] == [Trigger.UPSELL, Trigger.DISTRESS]
    assert second.case.reason is Trigger.UPSELL
    assert second.case.priority is Priority.URGENT
    assert first.case.due_at is not None
    assert second.case.due_at is not None
    assert second.case.due_at < first.case.due_at
    assert len(desk.told(talk, "handover")) == 1


def test_the_same_trigger_again_keeps_the_higher_score_and_all_words(desk: Desk) -> None:
    talk = desk.conversation()
    desk.hands_over(talk, Trigger.ANGER, text="rubbish")
    again = desk.hands_over(talk, Trigger.ANGER, text="useless")
    assert [(one.trigger, one.words) for one in again.case.evidence] == [
        (Trigger.ANGER, ["rubbish", "useless"])
    ]


def test_a_follow_up_goes_live_when_somebody_came_and_the_customer_asks_again(desk: Desk) -> None:
    talk = desk.conversation()
    assert not desk.hands_over(talk, Trigger.ANGER).case.live
    desk.staff("ines")
    again = desk.hands_over(talk, Trigger.ANGER)
    assert again.case.live
    assert desk.mode(talk) is Mode.WAITING
    assert len(desk.store.read(lambda uow: promises.of_conversation(uow, talk))) == 1


def test_danger_to_life_gets_the_crisis_text_before_all_else(desk: Desk) -> None:
    opened = desk.hands_over(desk.conversation(), Trigger.DISTRESS)
    line = desk.business.crisis.for_country(desk.business.shop.country)
    assert opened.notice.index(line.emergency) < opened.notice.index("bringing in someone")


def test_need_without_danger_gets_gentle_words_and_no_crisis_text(desk: Desk) -> None:
    opened = desk.hands_over(desk.conversation(), Trigger.DISTRESS, text="my father died", score=0.74)
    line = desk.business.crisis.for_country(desk.business.shop.country)
    assert line.emergency not in opened.notice
    assert opened.notice.startswith("I am so sorry") or "bringing in someone" in opened.notice


def test_a_signed_in_customer_is_told_where_the_answer_goes_and_a_stranger_is_asked(desk: Desk) -> None:
    known = desk.hands_over(desk.conversation(add_customer(desk)), Trigger.ANGER)
    assert "ann@example.com" in known.notice
    unknown = desk.hands_over(desk.conversation(), Trigger.ANGER)
    assert "Where may we write to you?" in unknown.notice


def test_who_waits_in_one_chat_gets_a_follow_up_in_another(desk: Desk) -> None:
    desk.staff("ines")
    id = add_customer(desk)
    assert desk.talk(desk.conversation(id)).level is Level.ACCOUNT
    assert desk.hands_over(desk.conversation(id), Trigger.ANGER).case.live
    assert not desk.hands_over(desk.conversation(id), Trigger.ANGER).case.live


def test_a_new_case_after_a_closed_one_names_it(desk: Desk) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    first = desk.hands_over(talk, Trigger.ANGER).case
    desk.does(first.id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.does(first.id, lambda h, c: acts.return_to_ai(h, c, desk.person("ines"), "Done."))
    desk.clock.passes(minutes=1)
    assert desk.hands_over(talk, Trigger.ANGER).case.previous_case_id == first.id


@pytest.mark.parametrize("trigger", list(Trigger))
def test_every_trigger_opens_a_case_with_a_notice_in_words(desk: Desk, trigger: Trigger) -> None:
    opened = desk.hands_over(desk.conversation(), trigger)
    assert opened.case.reason is trigger
    assert opened.notice
    assert "{" not in opened.notice
    assert opened.case.brief["next_step"]
    assert opened.case.brief["draft"]


def test_nothing_is_promised_twice(desk: Desk) -> None:
    talk = desk.conversation()
    desk.hands_over(talk, Trigger.ANGER)
    desk.hands_over(talk, Trigger.ANGER)
    rows = desk.store.read(lambda uow: uow.connection.execute(select(promise.c.id)).all())
    assert len(rows) == 1
