"""Making a call to another system, and finding out what became of one that was cut off."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from store import outside
from store.database import Database
from store.outside import Intent
from tools.outside import REFUSALS, Done, NotReached, OutsideCall, OutsidePort
from tools.outside_codec import dump_outcome, load_arguments
from tools.ports import Ports

log = logging.getLogger("baton.outside")

LOOK_EVERY_S = 0.5
CHECK_AFTER = timedelta(seconds=60)
OUTSIDE_CHECK = "outside_check"
"""The outbox's kind: payload `{intent}`; sees to a call whose turn has not lived to its end."""
SAID_NO: tuple[type[Exception], ...] = (NotReached, *REFUSALS.values())
Outcome = Done | Exception | None
"""What came of it: a result, a refusal, NotReached, or None: nobody can say."""


def carry_out(database: Database, ports: Ports, intent: Intent, *, fresh: bool, again: bool = True) -> Intent:
    """Brings an open intent to its end, and writes that down. No transaction is open meanwhile.

    `fresh`: it was written just now, by this very run; else the call may have been made before, and is looked
    up by its key. `again`: once it is sure that nothing was done, the call is made.
    """
    if intent.status != "open":
        return intent
    port = cast(OutsidePort, getattr(ports, intent.port))
    outcome = _call(port, intent, database.clock()) if fresh else None
    if outcome is None:
        outcome = _found_out(database.clock, port, intent)
    if isinstance(outcome, NotReached) and not fresh and again:
        renewed = database.write(lambda uow: outside.renew(uow, intent))
        if renewed is None:
            return _ended(database, intent)
        outcome = _call(port, renewed, database.clock()) or _found_out(database.clock, port, renewed)
    return _end(database, intent, outcome)


def _call(port: OutsidePort, intent: Intent, now: datetime) -> Outcome:
    """The boundary of a call to another system: what it raises beyond its word leaves the outcome open."""
    arguments = load_arguments(intent.port, intent.method, intent.call)
    try:
        return Done(port.call(now, intent.business_key, intent.method, arguments))
    except SAID_NO as refusal:
        return refusal
    except Exception:
        log.warning("a call to another system was cut off", exc_info=True, extra={"intent": intent.id})
        return None


def _found_out(clock: Callable[[], datetime], port: OutsidePort, intent: Intent) -> Outcome:
    """Looks a call up by its key until it is found, or can no longer have an effect that is not yet seen."""
    find = getattr(port.system, "find", None)
    if find is None:
        return None
    left = port.outside.settle_s - (clock() - intent.at).total_seconds()
    until = time.monotonic() + max(0.0, left)
    while True:
        last = time.monotonic() >= until
        try:
            done = find(OutsideCall(clock(), intent.business_key), intent.method)
        except Exception:
            log.warning("another system could not be asked", exc_info=True, extra={"intent": intent.id})
            if last:
                return None
        else:
            if done is not None or last:
                return cast(Done, done) if done is not None else NotReached(intent.business_key)
        time.sleep(LOOK_EVERY_S)


def _end(database: Database, intent: Intent, outcome: Outcome) -> Intent:
    if isinstance(outcome, Done):
        status, written = "done", dump_outcome(intent.port, intent.method, outcome)
    elif isinstance(outcome, NotReached):
        status, written = "void", None
    elif outcome is not None:
        status, written = "refused", dump_outcome(intent.port, intent.method, outcome)
    else:
        status, written = "unknown", None
    database.write(lambda uow: outside.end(uow, intent.id, status, written))
    return _ended(database, intent)


def _ended(database: Database, intent: Intent) -> Intent:
    """The intent as it stands now, whoever has ended it."""
    ended = database.read(lambda uow: outside.load(uow, intent.id))
    assert ended is not None
    return ended
