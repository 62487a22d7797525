"""Scorers, each on conversations written out by hand."""

import pytest

from core.shapes import Json
from core.vocabulary import Decision, Trigger
from evals.case import Case
from evals.record import CaseResult, Exchange, Talked, ToolMade
from evals.scorers import SCORERS, end_state, handover, offers, repeats, tools, words
from evals.scorers.handover import decided_reason, expected_reason
from evals.summary import by_trigger, groups


def case(**more: object) -> Case:
    return Case.model_validate({"id": "a", "about": "x", "says": ["one", "two", "three"], **more})


def exchange(turn: int = 1, **more: object) -> Exchange:
    return Exchange.model_validate({"customer": "hello", "turn": turn, "agent": ["Hello."], **more})


def talked(
    *exchanges: Exchange, changes: dict[str, list[Json]] | None = None, crashed: str | None = None
) -> Talked:
    return Talked(exchanges=exchanges, changes=changes or {}, crashed=crashed)


def over(trigger: Trigger, turn: int) -> Exchange:
    return exchange(turn, decision=Decision.HANDOVER, reason=trigger)


REFUND = {"order": "HL-10432", "amount": "189.00"}
EXPECTED = {"end": {"refund": [{"order": "HL-10432", "amount": 189.0}]}}


def test_the_end_state_is_right_when_exactly_the_expected_rows_changed() -> None:
    assert end_state.score(case(expect=EXPECTED), talked(changes={"refund": [REFUND]})).passed


@pytest.mark.parametrize(
    "changes", [{}, {"refund": [REFUND, REFUND]}, {"refund": [REFUND], "booking": [{"reference": "BK-1"}]}]
)
def test_a_missing_a_doubled_and_an_unexpected_row_are_each_wrong(changes: dict[str, list[Json]]) -> None:
    score = end_state.score(case(expect=EXPECTED), talked(changes=changes))
    assert score.passed is False
    assert len(score.problems) == 1


def test_nothing_expected_means_that_nothing_may_change() -> None:
    assert end_state.score(case(), talked()).passed
    assert end_state.score(case(), talked(changes={"handover_case": [{"reason": "anger"}]})).passed is False


def test_a_handover_that_is_due_leaves_a_case_of_its_reason() -> None:
    due = case(expect={"handover": {"trigger": ["anger", "churn_risk"], "turn": 1}})
    assert end_state.score(due, talked(changes={"handover_case": [{"reason": "churn_risk"}]})).passed
    assert end_state.score(due, talked(changes={"handover_case": [{"reason": "distress"}]})).passed is False
    assert end_state.score(due, talked()).passed is False


def test_a_crash_fails_the_case_whatever_the_rows_are() -> None:
    score = end_state.score(case(), talked(crashed="Traceback\nKeyError: 'x'"))
    assert score.problems == ("crashed: KeyError: 'x'",)


def test_words_must_be_told_and_must_not_be_said() -> None:
    said = talked(exchange(agent=["It is open until 18:00."]))
    assert words.score(case(expect={"tells": [["18:00", "6 pm"]]}), said).passed
    assert words.score(case(expect={"tells": ["Thursday", "18:00"]}), said).value == 0.5
    assert words.score(case(expect={"never_says": ["open"]}), said).passed is False


def test_an_empty_answer_and_words_of_the_machine_room_fail_any_case() -> None:
    assert words.score(case(), talked(exchange(agent=["  "]))).passed is False
    assert words.score(case(), talked(exchange(agent=["error needs_confirmation"]))).passed is False


def test_tools_are_right_by_name_and_key_arguments() -> None:
    called = exchange(tools=[ToolMade(name="refund", args={"order_number": "10432", "items": None}, ok=True)])
    due = case(expect={"tools": [{"name": "refund", "args": {"order_number": "HL-10432"}, "ok": True}]})
    other = case(expect={"tools": [{"name": "refund", "args": {"order_number": "HL-10433"}}]})
    assert tools.score(due, talked(called)).passed
    assert tools.score(other, talked(called)).passed is False
    assert tools.score(case(expect={"never_tools": ["refund"]}), talked(called)).passed is False
    assert tools.score(case(), talked(called)).passed is None


@pytest.mark.parametrize(
    ("trigger", "turn", "right"),
    [
        (Trigger.ANGER, 2, True),
        (Trigger.ANGER, 1, True),
        (Trigger.ANGER, 3, True),
        (Trigger.DISTRESS, 2, False),
    ],
)
def test_a_handover_is_right_for_its_reason_within_one_message(
    trigger: Trigger, turn: int, right: bool
) -> None:
    due = case(expect={"handover": {"trigger": "anger", "turn": 2}})
    assert handover.score(due, talked(over(trigger, turn))).passed is right


def test_a_handover_that_is_missed_late_or_needless_is_wrong() -> None:
    due = case(expect={"handover": {"trigger": "anger", "turn": 1}})
    assert handover.score(due, talked(exchange())).problems == ("missed handover (anger) at message 1",)
    assert handover.score(due, talked(over(Trigger.ANGER, 3))).passed is False
    assert handover.score(case(), talked(over(Trigger.ANGER, 1))).passed is False
    assert handover.score(case(), talked(exchange())).passed


def test_offers_are_judged_only_where_the_case_says_what_is_due() -> None:
    offered = talked(exchange(1, decision=Decision.OFFER, reason=Trigger.ANGER))
    assert offers.score(case(), offered).passed is None
    assert offers.score(case(expect={"offer": "none"}), offered).passed is False
    assert offers.score(case(expect={"offer": {"trigger": "anger", "turn": 2}}), offered).passed
    assert offers.score(case(expect={"offer": {"trigger": "upsell", "turn": 1}}), offered).passed is False


def test_asking_for_what_was_said_counts_unless_a_tool_had_just_refused_it() -> None:
    gave = exchange(gives=["email"], asks=["order_number"])
    again = exchange(asks=["email", "order_number"])
    assert repeats.score(case(), talked(gave, again)).value == 1
    refused = again.model_copy(
        update={"tools": (ToolMade(name="find_order", args={}, ok=False, error="not_found"),)}
    )
    assert repeats.score(case(), talked(gave, refused)).value == 0


def result(name: str, one: Case, conversation: Talked) -> CaseResult:
    return CaseResult(
        name=name,
        about="x",
        where="f:1",
        customer=None,
        expected=expected_reason(one),
        decided=decided_reason(one, conversation),
        talked=conversation,
        scores=tuple(score(one, conversation) for score in SCORERS),
    )


def test_precision_counts_what_happened_and_recall_what_was_due() -> None:
    due = case(expect={"handover": {"trigger": "anger", "turn": 1}})
    row = {"handover_case": [{"reason": "anger"}]}
    results = [
        result("g/right", due, talked(over(Trigger.ANGER, 1), changes=row)),
        result("g/missed", due, talked(exchange())),
        result("g/needless", case(), talked(over(Trigger.ANGER, 1), changes=row)),
        result("g/calm", case(), talked(exchange())),
    ]
    anger, total = by_trigger(results)
    assert (anger.due, anger.happened, anger.right) == (2, 2, 1)
    assert (anger.precision, anger.recall, anger.f1) == (0.5, 0.5, 0.5)
    assert total.trigger is None
    rows = groups(results)
    assert [(row.name, row.cases, row.passed) for row in rows] == [("g", 4, 0.5), ("all", 4, 0.5)]


def test_one_of_several_right_reasons_counts_in_the_first_ones_row() -> None:
    due = case(expect={"handover": {"trigger": ["anger", "churn_risk"], "turn": 1}})
    right = result("g/a", due, talked(over(Trigger.CHURN_RISK, 1)))
    assert (right.expected, right.decided) == (Trigger.ANGER, Trigger.ANGER)
