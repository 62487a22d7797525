"""Every order of events up to a depth: an exhaustive walk over what customer, AI, people and time may do.

The walk keeps a real database per state (SQLite in memory, copied byte by byte) and goes breadth first.
States that look alike to the protocol are walked once. After each event the protocol's promises are checked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from sqlalchemy import StaticPool, create_engine, func, insert, select

from core.business import Business
from core.errors import FloorLost, OutOfState
from core.ids import ConversationId
from core.vocabulary import CaseStatus, Cause, Judged, Mode, Outcome, Trigger
from handover import desk as acts
from handover.cases import mode_of
from handover.customer_acts import close, withdraw
from handover.listening import hear
from handover.opening import open_case
from handover.plan import Facts, plan
from store import cases, leases
from store.cases import OPEN, CaseRow
from store.conversations import Held, Talk, hold
from store.database import Database, UnitOfWork
from store.desk_tables import case as case_table
from store.leases import Lease
from store.tables import metadata
from store.talk_tables import cause, conversation, desk_counter, event
from store.turns import Begun
from store.work_tables import outbox
from tests.support.desk import Desk, SetClock, evidence

DEPTH = 6
IN_FLIGHT_AT_MOST = 2


@dataclass(frozen=True)
class Seen:
    """A state of the world: the database's bytes, and what lives outside of it."""

    database: bytes
    now: datetime
    turns: tuple[tuple[Lease, Begun], ...] = ()
    """Turns that some worker still believes to run, the newest last."""
    messages: int = 0
    returns: int = 0
    spoken: int = 0
    """Times that a turn of the AI spoke."""
    by_a_person: int = 0
    """The newest message of the customer that a person has answered."""
    path: tuple[str, ...] = ()


class World:
    """One conversation that is led through all orders of events."""

    def __init__(self, business: Business) -> None:
        self.engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        metadata.create_all(self.engine)
        self.desk = Desk(Database(self.engine, SetClock()), business, SetClock())
        self.desk.store.clock = self.desk.clock
        self.desk.store.write(lambda uow: uow.connection.execute(insert(desk_counter).values(id=1, seq=0)))
        self.desk.staff("ines", "padraig")
        self.people = {who: self.desk.person(who) for who in ("ines", "padraig")}
        self.talk: ConversationId = self.desk.conversation()
        self.seen = Seen(self._bytes(), self.desk.clock.now)

    def _bytes(self) -> bytes:
        connection = self.engine.raw_connection()
        copied: bytes = connection.driver_connection.serialize()  # type: ignore[union-attr]
        connection.close()
        return copied

    def go_to(self, seen: Seen) -> None:
        connection = self.engine.raw_connection()
        connection.driver_connection.deserialize(seen.database)  # type: ignore[union-attr]
        connection.close()
        self.seen, self.desk.clock.now = seen, seen.now

    def after(self, name: str) -> Seen:
        path = (*self.seen.path, name)
        return replace(self.seen, database=self._bytes(), now=self.desk.clock.now, path=path)

    def row(self) -> Talk:
        return self.desk.talk(self.talk)

    def case(self) -> CaseRow | None:
        return self.desk.store.read(lambda uow: cases.latest_of(uow, self.talk))

    # What may happen. Each raises OutOfState or FloorLost where the protocol refuses it.

    def customer_writes(self) -> None:
        self.desk.writes(self.talk, f"Message {self.seen.messages}")
        self.seen = replace(self.seen, messages=self.seen.messages + 1)

    def worker_begins(self) -> None:
        if self.row().mode is not Mode.AI or len(self.seen.turns) == IN_FLIGHT_AT_MOST:
            raise OutOfState("no turn for a worker here")
        started = self.desk.begins(self.talk)
        if started is None:
            raise OutOfState("no work")
        self.seen = replace(self.seen, turns=(*self.seen.turns, started))

    def worker_hears(self) -> None:
        """Under a person or in the queue: what was written is heard, and nothing is said."""
        if self.row().mode not in (Mode.WAITING, Mode.PERSON):
            raise OutOfState("nothing to overhear")

        def overhear(uow: UnitOfWork) -> None:
            lease = leases.take(uow, self.talk)
            if lease is None:
                raise OutOfState("no work")
            held = hold(uow, self.talk, lease.epoch)
            hear(held, [evidence(Trigger.ANGER, "again")], self.desk.business)
            held.set(listened_seq=held.talk.customer_seq, lease_until=None)

        self.desk.store.write(overhear)

    def worker_dies(self) -> None:
        if not self.seen.turns:
            raise OutOfState("no turn runs")
        self.desk.clock.passes(leases.LENGTH.total_seconds() + 1)

    def turn_answers(self) -> None:
        self._settles(lambda held, turn_id: "Here you are.")

    def turn_hands_over(self) -> None:
        def speak(held: Held, turn_id: object) -> str:
            business = self.desk.business
            wanted = plan(Trigger.ANGER, [evidence(Trigger.ANGER, "x")], "Help", business)
            return open_case(held, wanted, None, business, Facts()).notice

        self._settles(speak)

    def _settles(self, speak: Callable[[Held, object], str]) -> None:
        """The newest turn ends; one whose floor is lost must not, whatever it wanted to say."""
        if not self.seen.turns:
            raise OutOfState("no turn runs")
        *others, (lease, begun) = self.seen.turns
        self.seen = replace(self.seen, turns=tuple(others))
        before = self.row()
        self.desk.settles(self.talk, (lease, begun), speak)
        assert before.epoch == lease.epoch, "a turn spoke though it had lost the floor"
        assert before.mode is Mode.AI, f"the AI spoke in the mode {before.mode}"
        if begun.cause is Cause.MESSAGE:
            assert before.answered_seq < begun.read_seq, "a message was answered twice"
            assert self.seen.by_a_person < begun.read_seq, "a message was answered by both"
        self.seen = replace(self.seen, spoken=self.seen.spoken + 1)

    def ines_claims(self) -> None:
        self._acts(lambda h, c: acts.claim(h, c, self.people["ines"], self.desk.business))

    def ines_replies(self) -> None:
        self._acts(lambda h, c: acts.reply(h, c, self.people["ines"], "Hello"))
        self.seen = replace(self.seen, by_a_person=self.row().customer_seq)

    def ines_releases(self) -> None:
        self._acts(lambda h, c: acts.release(h, c, self.people["ines"], self.desk.business))

    def ines_transfers(self) -> None:
        self._acts(lambda h, c: acts.transfer(h, c, self.people["ines"], self.desk.business, "orders"))

    def ines_returns(self) -> None:
        self._acts(lambda h, c: acts.return_to_ai(h, c, self.people["ines"], "Done."))
        self.seen = replace(self.seen, returns=self.seen.returns + 1)

    def ines_resolves(self) -> None:
        how = (Outcome.SOLVED, Judged.RIGHT)
        self._acts(lambda h, c: acts.resolve(h, c, self.people["ines"], self.desk.business, *how))

    def ines_takes_over(self) -> None:
        self.desk.holds(self.talk, lambda h: acts.takeover(h, self.people["ines"], self.desk.business))

    def padraig_claims(self) -> None:
        self._acts(lambda h, c: acts.claim(h, c, self.people["padraig"], self.desk.business))

    def padraig_returns(self) -> None:
        self._acts(lambda h, c: acts.return_to_ai(h, c, self.people["padraig"], ""))
        self.seen = replace(self.seen, returns=self.seen.returns + 1)

    def customer_withdraws(self) -> None:
        self.desk.holds(self.talk, lambda h: withdraw(h, self.desk.business))

    def customer_closes(self) -> None:
        self.desk.holds(self.talk, close)

    def holder_is_gone(self) -> None:
        self._time_passes(self.desk.business.sla.claim_lapse_s + 1)

    def nobody_comes(self) -> None:
        self._time_passes(self.desk.business.sla.live_wait_limit_s + 1)

    def _acts(self, act: Callable[[Held, CaseRow], object]) -> None:
        case = self.case()
        if case is None:
            raise OutOfState("no case")
        self.desk.does(case.id, act)

    def _time_passes(self, seconds: float) -> None:
        if self.desk.open_case(self.talk) is None:
            raise OutOfState("time changes nothing here")
        self.desk.clock.passes(seconds)
        self.desk.runs_timers()


EVENTS = (
    *("customer_writes", "worker_begins", "worker_hears", "worker_dies", "turn_answers", "turn_hands_over"),
    *(
        "ines_takes_over",
        "ines_claims",
        "ines_replies",
        "ines_releases",
        "ines_transfers",
        "ines_returns",
        "ines_resolves",
    ),
    *("padraig_claims", "padraig_returns", "customer_withdraws", "customer_closes"),
    *("holder_is_gone", "nobody_comes"),
)


def check(world: World) -> None:
    """What must hold after every event."""
    talk, case = world.row(), world.case()
    left = talk.memory.get("closed_seq", 0) > talk.customer_seq
    unanswered = talk.customer_seq > talk.answered_seq
    expected = mode_of((case.status, case.live) if case else None, left and not unanswered)
    leaving = left and talk.mode is Mode.AI
    assert talk.mode is expected or leaving, "the mode does not follow from the case"
    _one_owner(world, case)
    _nothing_lost(world, talk, case, unanswered)
    numbers = _numbers(world)
    assert numbers == list(range(1, len(numbers) + 1)), "an event is missing from the stream"
    assert talk.answered_seq <= talk.customer_seq
    assert world.seen.spoken <= world.seen.messages + world.seen.returns, "the AI spoke without a cause"
    causes = select(func.count()).select_from(cause).where(cause.c.done.is_(False))
    assert talk.open_causes == _scalar(world, causes), "the count of open causes is wrong"


def _one_owner(world: World, case: CaseRow | None) -> None:
    if case is None:
        return
    held = case.person_id is not None and case.status is CaseStatus.CLAIMED
    assert held == (case.status is CaseStatus.CLAIMED), "a claimed case without its person"
    if case.status is CaseStatus.QUEUED:
        assert case.person_id is None, "a queued case with a person"
    open_cases = select(func.count()).select_from(case_table).where(case_table.c.status.in_(OPEN))
    assert _scalar(world, open_cases) <= 1, "two open cases"


def _nothing_lost(world: World, talk: Talk, case: CaseRow | None, unanswered: bool) -> None:
    if talk.mode is Mode.WAITING:
        assert case is not None, "a customer waits without a case"
        of_case = outbox.c.dedup_key.startswith(f"live_wait:{case.id}:")
        timers = select(func.count()).select_from(outbox).where(outbox.c.status == "due", of_case)
        assert _scalar(world, timers) > 0, "a customer waits without a timer"
    if unanswered and talk.mode is Mode.AI and not world.seen.turns:
        world.desk.clock.passes(leases.LENGTH.total_seconds() + 1)
        assert world.desk.has_work(world.talk), "a message that nobody will answer"
        world.desk.clock.now = world.seen.now
    assert not (unanswered and talk.mode is Mode.CLOSED), "an unanswered message in a closed conversation"


def _numbers(world: World) -> list[int]:
    query = select(event.c.seq).order_by(event.c.seq)
    return list(world.desk.store.read(lambda uow: uow.connection.execute(query).scalars().all()))


def _scalar(world: World, query: object) -> int:
    found = world.desk.store.read(lambda uow: uow.connection.execute(query).scalar_one())  # type: ignore[call-overload]
    return int(found)


def looks(world: World) -> tuple[object, ...]:
    """What the protocol can tell two states apart by."""
    talk, case = world.row(), world.case()
    turns = tuple(
        (lease.epoch == talk.epoch, begun.read_seq == talk.customer_seq, begun.cause, begun.attempt > 1)
        for lease, begun in world.seen.turns
    )
    words = (talk.customer_seq > talk.answered_seq, talk.customer_seq > talk.listened_seq, talk.open_causes)
    of_case = case and (
        *(case.status, case.live, case.front, case.department, case.person_id, case.waiting_on),
        *(case.first_reply_at is not None, bool(case.brief.get("promise"))),
    )
    closed = talk.memory.get("closed_seq", 0) > talk.customer_seq
    budget = world.seen.messages + world.seen.returns - world.seen.spoken
    until = select(conversation.c.lease_until).where(conversation.c.id == world.talk)
    lease_until = world.desk.store.read(lambda uow: uow.connection.execute(until).scalar_one())
    leased = lease_until is not None and lease_until > world.desk.clock.now
    return talk.mode, words, of_case, turns, leased, closed, min(budget, 2), talk.customer_seq > 0


def walk(world: World, depth: int) -> Iterator[Seen]:
    """Breadth first through all states up to `depth` events."""
    front, known = [world.seen], {looks(world)}
    for _ in range(depth):
        reached: list[Seen] = []
        for seen in front:
            for name in EVENTS:
                world.go_to(seen)
                world.desk.clock.passes(0.001)
                try:
                    getattr(world, name)()
                except (OutOfState, FloorLost):
                    check(world)
                    continue
                after = world.after(name)
                world.seen = after
                try:
                    check(world)
                except AssertionError as broken:
                    raise AssertionError(f"{broken} after {' → '.join(after.path)}") from broken
                if (look := looks(world)) not in known:
                    known.add(look)
                    reached.append(after)
                    yield after
        front = reached


@pytest.mark.timeout(600)
def test_whatever_the_order_of_events_nothing_is_lost_and_one_speaks_at_a_time(business: Business) -> None:
    found = list(walk(World(business), DEPTH))
    assert {mode for seen in found for mode in seen.path} == set(EVENTS)
    assert len(found) > 100
