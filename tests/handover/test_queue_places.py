"""Place and wait: honest, from recent claims."""

from core.vocabulary import CaseStatus, Trigger
from handover import desk as acts
from handover.queue import expected_wait, line, place, short_case
from tests.support.desk import Desk


def test_with_nothing_measured_the_default_is_told() -> None:
    assert expected_wait([], 0, 0, 1, 120) == 120


def test_the_wait_is_the_median_of_recent_ones() -> None:
    assert expected_wait([60, 300, 90], 0, 0, 1, 120) == 90


def test_who_has_waited_already_is_told_what_is_left() -> None:
    assert expected_wait([60, 300, 90], 75, 0, 1, 120) == 120
    assert expected_wait([60, 300, 90], 200, 0, 1, 120) == 100


def test_who_has_waited_longer_than_anybody_is_not_told_zero() -> None:
    assert expected_wait([60, 90], 100, 0, 1, 120) == 120


def test_those_ahead_whom_nobody_can_take_at_once_add_their_waits() -> None:
    assert expected_wait([100], 0, 1, 2, 120) == 100
    assert expected_wait([100], 0, 2, 2, 120) == 200
    assert expected_wait([100], 0, 4, 0, 120) == 500


def test_the_queue_is_by_priority_then_age(desk: Desk) -> None:
    desk.staff("ines", "deirdre")
    angry = desk.hands_over(desk.conversation(), Trigger.ANGER).case
    desk.hands_over(desk.conversation(), Trigger.ANGER)
    distressed = desk.hands_over(desk.conversation(), Trigger.DISTRESS).case
    read = desk.store.read
    assert read(lambda uow: place(uow, distressed, desk.business)).position == 1
    assert read(lambda uow: place(uow, angry, desk.business)).position == 2


def test_the_customers_view_has_place_and_wait_only_while_they_wait(desk: Desk) -> None:
    desk.staff("ines")
    case = desk.hands_over(desk.conversation(), Trigger.ANGER).case
    shown = desk.store.read(lambda uow: short_case(uow, case, desk.business))
    assert (shown.position, shown.expected_wait_s) == (1, 120)
    case = desk.does(case.id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    shown = desk.store.read(lambda uow: short_case(uow, case, desk.business))
    assert (shown.status, shown.position, shown.expected_wait_s) == (CaseStatus.CLAIMED, None, None)


def test_the_line_moves_up_when_somebody_is_served(desk: Desk) -> None:
    desk.staff("ines")
    first = desk.conversation()
    first_case = desk.hands_over(first, Trigger.ANGER).case
    second = desk.conversation()
    desk.hands_over(second, Trigger.ANGER)
    before = desk.store.read(lambda uow: line(uow, "care", desk.business))
    assert {talk: at.position for talk, at in before.items()} == {first: 1, second: 2}
    desk.does(first_case.id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    after = desk.store.read(lambda uow: line(uow, "care", desk.business))
    assert {talk: at.position for talk, at in after.items()} == {second: 1}


def test_recent_claims_teach_the_wait_and_takeovers_do_not(desk: Desk) -> None:
    desk.staff("ines")
    first = desk.hands_over(desk.conversation(), Trigger.ANGER).case
    desk.clock.passes(40)
    desk.does(first.id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    desk.holds(desk.conversation(), lambda h: acts.takeover(h, desk.person("ines"), desk.business))
    desk.staff("padraig")
    case = desk.hands_over(desk.conversation(), Trigger.ANGER).case
    assert desk.store.read(lambda uow: place(uow, case, desk.business)).wait_s == 40
