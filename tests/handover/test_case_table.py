"""The table of case states: every cell, and the mode that follows."""

import itertools

import pytest

from core.errors import OutOfState
from core.vocabulary import CaseStatus, Mode
from handover.cases import TABLE, CaseEvent, mode_of, next_status

E, S = CaseEvent, CaseStatus

EXPECTED = {
    (None, E.OPEN): S.QUEUED,
    (None, E.TAKE_OVER): S.CLAIMED,
    (S.QUEUED, E.CLAIM): S.CLAIMED,
    (S.QUEUED, E.ADD_EVIDENCE): S.QUEUED,
    (S.QUEUED, E.GO_LIVE): S.QUEUED,
    (S.QUEUED, E.FOLLOW_UP): S.QUEUED,
    (S.QUEUED, E.NOTE): S.QUEUED,
    (S.QUEUED, E.TRANSFER): S.QUEUED,
    (S.QUEUED, E.WITHDRAW): S.RESOLVED,
    (S.QUEUED, E.EXPIRE): S.EXPIRED,
    (S.CLAIMED, E.ADD_EVIDENCE): S.CLAIMED,
    (S.CLAIMED, E.REPLY): S.CLAIMED,
    (S.CLAIMED, E.NOTE): S.CLAIMED,
    (S.CLAIMED, E.SNOOZE): S.CLAIMED,
    (S.CLAIMED, E.WAKE): S.CLAIMED,
    (S.CLAIMED, E.RELEASE): S.QUEUED,
    (S.CLAIMED, E.LAPSE): S.QUEUED,
    (S.CLAIMED, E.TRANSFER): S.QUEUED,
    (S.CLAIMED, E.RETURN): S.RETURNED,
    (S.CLAIMED, E.RESOLVE): S.RESOLVED,
    (S.CLAIMED, E.WITHDRAW): S.RESOLVED,
}
CELLS = list(itertools.product([None, *S], E))


@pytest.mark.parametrize(("status", "event"), CELLS)
def test_each_cell_leads_where_it_says_or_is_refused_by_name(
    status: CaseStatus | None, event: CaseEvent
) -> None:
    expected = EXPECTED.get((status, event))
    if expected is not None:
        assert next_status(status, event) is expected
        return
    with pytest.raises(OutOfState) as refused:
        next_status(status, event)
    assert event in refused.value.detail
    assert (status or "not open") in refused.value.detail


def test_the_table_names_every_status_and_every_event() -> None:
    assert set(TABLE) == {None, *S}
    assert {event for row in TABLE.values() for event in row} == set(E)


@pytest.mark.parametrize("status", [S.RETURNED, S.RESOLVED, S.EXPIRED])
def test_an_end_is_an_end(status: CaseStatus) -> None:
    assert TABLE[status] == {}


@pytest.mark.parametrize(
    ("case", "closed", "mode"),
    [
        (None, False, Mode.AI),
        (None, True, Mode.CLOSED),
        ((S.QUEUED, True), False, Mode.WAITING),
        ((S.QUEUED, True), True, Mode.WAITING),
        ((S.QUEUED, False), False, Mode.AI),
        ((S.QUEUED, False), True, Mode.CLOSED),
        ((S.CLAIMED, True), False, Mode.PERSON),
        ((S.CLAIMED, False), True, Mode.PERSON),
        ((S.RETURNED, True), False, Mode.AI),
        ((S.RESOLVED, True), True, Mode.CLOSED),
        ((S.EXPIRED, True), False, Mode.AI),
    ],
)
def test_the_mode_follows_from_the_case_and_from_nothing_else(
    case: tuple[CaseStatus, bool] | None, closed: bool, mode: Mode
) -> None:
    assert mode_of(case, closed) is mode
