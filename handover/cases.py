"""The states of a case as a table: status × event → status, and the mode that follows from them.

Two rules stand on top of the table:

1. An event that the table does not name for a status changes nothing and is refused.
2. Who speaks follows from the case and from nothing else: a claimed case means a person, a live queued one
   means waiting; in every other state the AI has the floor, or nobody in a closed conversation.

`returned`, `resolved` and `expired` are ends: whoever needs a person again gets a new case.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.errors import OutOfState
from core.vocabulary import CaseStatus, Mode


class CaseEvent(StrEnum):
    """What may happen to a case."""

    OPEN = "open"
    TAKE_OVER = "take_over"
    ADD_EVIDENCE = "add_evidence"
    GO_LIVE = "go_live"
    FOLLOW_UP = "follow_up"
    CLAIM = "claim"
    REPLY = "reply"
    NOTE = "note"
    SNOOZE = "snooze"
    WAKE = "wake"
    RELEASE = "release"
    LAPSE = "lapse"
    TRANSFER = "transfer"
    RETURN = "return"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_E, _S = CaseEvent, CaseStatus

TABLE: Mapping[CaseStatus | None, Mapping[CaseEvent, CaseStatus]] = MappingProxyType(
    {
        None: {
            _E.OPEN: _S.QUEUED,
            _E.TAKE_OVER: _S.CLAIMED,
        },
        _S.QUEUED: {
            _E.ADD_EVIDENCE: _S.QUEUED,
            _E.GO_LIVE: _S.QUEUED,
            _E.FOLLOW_UP: _S.QUEUED,
            _E.NOTE: _S.QUEUED,
            _E.TRANSFER: _S.QUEUED,
            _E.CLAIM: _S.CLAIMED,
            _E.WITHDRAW: _S.RESOLVED,
            _E.EXPIRE: _S.EXPIRED,
        },
        _S.CLAIMED: {
            _E.ADD_EVIDENCE: _S.CLAIMED,
            _E.REPLY: _S.CLAIMED,
            _E.NOTE: _S.CLAIMED,
            _E.SNOOZE: _S.CLAIMED,
            _E.WAKE: _S.CLAIMED,
            _E.RELEASE: _S.QUEUED,
            _E.LAPSE: _S.QUEUED,
            _E.TRANSFER: _S.QUEUED,
            _E.RETURN: _S.RETURNED,
            _E.RESOLVE: _S.RESOLVED,
            _E.WITHDRAW: _S.RESOLVED,
        },
        _S.RETURNED: {},
        _S.RESOLVED: {},
        _S.EXPIRED: {},
    }
)


def next_status(status: CaseStatus | None, event: CaseEvent) -> CaseStatus:
    """The status after `event`. OutOfState names both when the table has no such cell."""
    after = TABLE[status].get(event)
    if after is None:
        raise OutOfState(f"`{event}` is not possible: the case is {status or 'not open yet'}.")
    return after


def mode_of(case: tuple[CaseStatus, bool] | None, closed: bool) -> Mode:
    """Who holds the floor. `case`: status and `live` of the conversation's newest case, if it has one."""
    if case is not None:
        status, live = case
        if status is CaseStatus.CLAIMED:
            return Mode.PERSON
        if status is CaseStatus.QUEUED and live:
            return Mode.WAITING
    return Mode.CLOSED if closed else Mode.AI
