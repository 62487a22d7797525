"""Measures: each by its formula, on facts that a reader can count, and the facts as the tables give them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InvalidInput
from core.ids import CaseId, ConversationId, CustomerId, PersonId
from core.vocabulary import CaseStatus, Judged, Outcome, Trigger
from handover import customer_acts, measures
from handover import desk as acts
from handover.measuring import last_days, measure
from store import ratings
from store.measure_facts import CaseFact, PromiseFact, RatingFact, RequestFact, Span, TalkFact
from tests.support.desk import Desk

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

CASE = CaseFact(
    id=CaseId("case"),
    conversation_id=ConversationId("conv"),
    customer_id=CustomerId("C-1"),
    reason=Trigger.ANGER,
    department="care",
    status=CaseStatus.RESOLVED,
    live=True,
    opened_at=NOON,
    due_at=NOON + timedelta(hours=4),
    first_reply_due=NOON + timedelta(minutes=5),
    first_reply_at=NOON + timedelta(minutes=2),
    closed_at=NOON + timedelta(hours=1),
    outcome=Outcome.SOLVED,
    judged=Judged.RIGHT,
    claims=(NOON + timedelta(minutes=1),),
    transfers=0,
    left_before_reply=False,
)
TALK = TalkFact(
    id=ConversationId("conv"),
    customer_id=CustomerId("C-1"),
    created_at=NOON,
    last_at=NOON,
    closed=False,
    unanswered=False,
    failed_turns=0,
    offer_open=False,
    confirmation_open=False,
    effects=0,
    rating=None,
    last_words="Parcels take 3 days.",
    last_form=False,
    last_from_source=True,
    capabilities=frozenset(),
    departments=frozenset(),
)
LATER = NOON + timedelta(hours=3)


def test_a_spread_is_median_nine_in_ten_and_mean() -> None:
    found = measures.spread([5, 1, 2, 3, 4, 6, 7, 8, 9, 100])
    assert (found.count, found.median_s, found.p90_s, found.mean_s) == (10, 5.5, 9, 14.5)
    assert measures.spread([]).median_s is None
    assert measures.share(0, 0).share is None


def test_the_first_reply_is_waited_for_since_the_handover_and_at_a_takeover_by_nobody() -> None:
    cases = [CASE, replace(CASE, reason=None), replace(CASE, first_reply_at=None)]
    assert measures.time_to_first_reply(cases) == measures.spread([120])


def test_what_the_customer_took_back_was_not_resolved_by_a_person() -> None:
    cases = [CASE, replace(CASE, outcome=Outcome.WITHDRAWN), replace(CASE, status=CaseStatus.EXPIRED)]
    assert measures.time_to_resolve(cases) == measures.spread([3600])


@pytest.mark.parametrize(
    ("talk", "way"),
    [
        (TALK, "contained"),
        (replace(TALK, departments=frozenset({"care"})), "handed_over"),
        (replace(TALK, last_from_source=False), "silent"),
        (replace(TALK, offer_open=True), "silent"),
        (replace(TALK, failed_turns=1), "silent"),
        (replace(TALK, confirmation_open=True, effects=1), "silent"),
        (replace(TALK, last_words="What is your order number?"), "silent"),
        (replace(TALK, unanswered=True), "silent"),
        (replace(TALK, last_from_source=False, closed=True), "contained"),
        (replace(TALK, last_from_source=False, effects=1), "contained"),
        (replace(TALK, last_from_source=False, rating=5), "contained"),
        (replace(TALK, rating=1), "silent"),
    ],
)
def test_a_conversation_is_contained_handed_over_or_silent(talk: TalkFact, way: str) -> None:
    found = measures.endings([talk], LATER)
    counts = {name: getattr(found, name).count for name in ("contained", "handed_over", "silent")}
    assert counts == {"contained": 0, "handed_over": 0, "silent": 0, way: 1}


def test_who_wrote_a_minute_ago_and_is_not_served_yet_is_neither() -> None:
    found = measures.endings([replace(TALK, offer_open=True)], NOON + timedelta(minutes=1))
    assert (found.running, found.silent.of) == (1, 0)


def test_handovers_count_by_trigger_over_conversations_with_what_people_judged() -> None:
    cases = [CASE, replace(CASE, judged=Judged.LATE, conversation_id=ConversationId("other"))]
    anger = next(one for one in measures.handovers(cases, 8) if one.trigger is Trigger.ANGER)
    assert (anger.handovers.share, anger.right, anger.late, anger.not_needed) == (0.25, 1, 1, 0)
    judged = measures.judgements([*cases, replace(CASE, judged=None)])
    assert (judged.right.share, judged.late.count, judged.not_needed.of) == (0.5, 1, 2)


def test_a_wait_is_abandoned_by_taking_it_back_or_leaving_before_anybody_replies() -> None:
    waits = replace(CASE, first_reply_at=None, closed_at=None, outcome=None, status=CaseStatus.QUEUED)
    cases = [
        CASE,
        replace(waits, outcome=Outcome.WITHDRAWN, closed_at=LATER),
        replace(waits, left_before_reply=True),
        waits,  # still waits
        replace(CASE, outcome=Outcome.WITHDRAWN),  # was answered first
    ]
    assert measures.abandoned(cases) == measures.share(2, 4)


def test_the_wait_is_told_by_the_hour_of_the_shops_day() -> None:
    (hour,) = measures.wait_by_hour([CASE, replace(CASE, live=False)], "Europe/Amsterdam")
    assert (hour.hour, hour.wait.median_s, hour.wait.count) == (13, 60, 1)


def test_a_deadline_counts_once_it_is_kept_or_has_passed() -> None:
    late = replace(CASE, first_reply_at=NOON + timedelta(minutes=6))
    never = replace(CASE, first_reply_at=None, status=CaseStatus.QUEUED, closed_at=None)
    kept = measures.sla([CASE, late, never], NOON + timedelta(minutes=10))
    assert (kept.first_reply, kept.resolve) == (measures.share(1, 3), measures.share(2, 2))


def test_transfers_approvals_and_promises_are_counted() -> None:
    moved = measures.transfers([CASE, replace(CASE, transfers=2)])
    assert (moved.transfers, moved.cases) == (2, measures.share(1, 2))

    asked = [
        RequestFact("care", NOON, NOON + timedelta(seconds=90), "answered", True),
        RequestFact("care", NOON, NOON + timedelta(seconds=30), "answered", False),
        RequestFact("care", NOON, NOON + timedelta(seconds=600), "expired", None),
        RequestFact("care", NOON, None, "open", None),
    ]
    approved = measures.approvals(asked)
    assert (approved.time.median_s, approved.answered, approved.approved) == (
        60,
        measures.share(2, 3),
        measures.share(1, 2),
    )

    due = [PromiseFact(status, NOON, None) for status in ("kept", "broken", "open")]
    assert measures.promises_kept([*due, PromiseFact("open", LATER, None)], NOON) == measures.share(1, 3)


def test_who_comes_back_within_seven_days_was_not_helped_for_good() -> None:
    ended = NOON + timedelta(hours=1)
    back = {CustomerId("C-1"): [ended + timedelta(days=6)]}
    late = {CustomerId("C-1"): [ended + timedelta(days=8)]}
    assert measures.recontact([CASE], [], back) == measures.share(1, 1)
    assert measures.recontact([CASE], [TALK], late) == measures.share(0, 2)
    assert measures.recontact([replace(CASE, customer_id=None)], [], {}) == measures.share(0, 0)


def test_a_rating_is_credited_to_who_spoke_last() -> None:
    given = [
        RatingFact(5, None, None, frozenset()),
        RatingFact(2, PersonId("p"), "Ann", frozenset()),
        RatingFact(4, PersonId("p"), "Ann", frozenset()),
    ]
    ai, ann = measures.csat(given)
    assert (ai.person, ai.mean, ai.satisfied.share) == (None, 5, 1)
    assert (ann.person, ann.mean, ann.satisfied) == ("Ann", 3, measures.share(1, 2))


def test_the_tables_tell_what_happened_at_the_desk(desk: Desk) -> None:
    # given: one is served by Pádraig after a minute, one takes it back, one is answered by the AI
    desk.staff("padraig", "ines")
    padraig = desk.person("padraig")
    served, left, alone = (desk.conversation() for _ in range(3))
    case = desk.hands_over(served, text="My order AB-20481 is broken").case
    desk.clock.passes(60)
    desk.does(case.id, lambda held, row: acts.claim(held, row, padraig, desk.business))
    desk.clock.passes(60)
    desk.does(case.id, lambda held, row: acts.reply(held, row, padraig, "What is your order number?"))
    desk.clock.passes(600)
    desk.does(
        case.id,
        lambda held, row: acts.resolve(held, row, padraig, desk.business, Outcome.SOLVED, Judged.LATE),
    )
    desk.store.write(lambda uow: ratings.rate(uow, served, 2, None))
    desk.hands_over(left)
    desk.holds(left, lambda held: customer_acts.withdraw(held, desk.business))
    desk.writes(alone, "Where is it?")
    desk.answers(alone)

    # when
    desk.clock.passes(7200)
    found = desk.store.read(lambda uow: measure(uow, desk.business, last_days(uow)))

    # then
    assert (found.time_to_first_reply.median_s, found.time_to_resolve.median_s) == (120, 720)
    assert (found.endings.handed_over.count, found.endings.silent.count) == (2, 1)
    assert found.abandoned == measures.share(1, 2)
    assert found.judged.late == measures.share(1, 1)
    assert (found.csat[0].person, found.csat[0].mean) == (padraig.name, 2)
    assert (found.repeated.by_person, found.repeated.worst[0].by_person) == (1, ["order_number"])
    assert (found.turns.answer, found.turns.handover) == (1, 2)
    assert found.wait_by_hour[0].wait.median_s == 60


def test_a_department_is_measured_by_its_own_cases(desk: Desk) -> None:
    desk.staff("padraig")
    department = desk.hands_over(desk.conversation()).case.department
    other = next(one.id for one in desk.business.departments if one.id != department)

    def of(name: str) -> int:
        span = desk.store.read(last_days)
        whole = Span(span.start, span.end + timedelta(seconds=1))
        return desk.store.read(lambda uow: measure(uow, desk.business, whole, name)).transfers.cases.of

    assert (of(department), of(other)) == (1, 0)
    with pytest.raises(InvalidInput):
        of("nowhere")
