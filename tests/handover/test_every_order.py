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
from handover.plan import plan
from store import cases, conversations, leases
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
        self.happened: set[str] = set()

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
        self.happened.add(name)
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
            return open_case(held, wanted, None, business).notice

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


@dataclass(frozen=True)
class Found:
    """What stands in the database now, read in one transaction."""

    talk: Talk
    case: CaseRow | None
    open_cases: int
    open_causes: int
    numbers: list[int]
    waits_watched: list[str]
    """Keys of timers that end a wait in the chat."""
    leased: bool

    @property
    def unanswered(self) -> bool:
        return self.talk.customer_seq > self.talk.answered_seq

    @property
    def left(self) -> bool:
        """The customer closed the chat and has not written since."""
        return bool(self.talk.memory.get("closed_seq", 0) > self.talk.customer_seq)


def read(world: World) -> Found:
    def work(uow: UnitOfWork) -> Found:
        execute = uow.connection.execute
        waits = (outbox.c.status == "due", outbox.c.kind == "live_wait")
        lease_until = execute(select(conversation.c.lease_until)).scalar_one()
        return Found(
            conversations.load(uow, world.talk),
            cases.latest_of(uow, world.talk),
            execute(select(func.count()).where(case_table.c.status.in_(OPEN))).scalar_one(),
            execute(select(func.count()).where(cause.c.done.is_(False))).scalar_one(),
            list(execute(select(event.c.seq).order_by(event.c.seq)).scalars()),
            list(execute(select(outbox.c.dedup_key).where(*waits)).scalars()),
            lease_until is not None and lease_until > uow.now,
        )

    return world.desk.store.read(work)


def check(world: World, found: Found) -> None:
    """What must hold after every event."""
    talk, case = found.talk, found.case
    status = (case.status, case.live) if case else None
    expected = mode_of(status, found.left and not found.unanswered)
    leaving = found.left and talk.mode is Mode.AI
    assert talk.mode is expected or leaving, "the mode does not follow from the case"
    assert found.open_cases <= 1, "two open cases"
    if case is not None and case.status in OPEN:
        claimed = case.status is CaseStatus.CLAIMED
        assert claimed is (case.person_id is not None), "a claimed case has one person, a queued one none"
    assert found.numbers == list(range(1, len(found.numbers) + 1)), "an event is missing from the stream"
    assert talk.open_causes == found.open_causes, "the count of open causes is wrong"
    assert talk.answered_seq <= talk.customer_seq
    assert world.seen.spoken <= world.seen.messages + world.seen.returns, "the AI spoke without a cause"
    nothing_lost(world, found)


def nothing_lost(world: World, found: Found) -> None:
    """Whatever is unanswered has somebody whose turn it is; whoever waits has a case and a timer."""
    mode, case = found.talk.mode, found.case
    if mode is Mode.WAITING:
        assert case is not None
        key = f"live_wait:{case.id}:"
        assert any(one.startswith(key) for one in found.waits_watched), "a customer waits without a timer"
    if not found.unanswered:
        return
    assert mode is not Mode.CLOSED, "an unanswered message in a closed conversation"
    if mode is Mode.AI and not found.leased:
        assert world.desk.has_work(world.talk), "a message that nobody will answer"


def looks(world: World, found: Found) -> tuple[object, ...]:
    """What the protocol can tell two states apart by."""
    talk, case = found.talk, found.case
    turns = tuple(
        (lease.epoch == talk.epoch, begun.read_seq == talk.customer_seq, begun.cause, begun.attempt > 1)
        for lease, begun in world.seen.turns
    )
    words = (found.unanswered, talk.customer_seq > talk.listened_seq, talk.open_causes, talk.customer_seq > 0)
    of_case = case and (
        *(case.status, case.live, case.front, case.department, case.person_id, case.waiting_on),
        *(case.first_reply_at is not None, bool(case.brief.get("promise"))),
    )
    budget = world.seen.messages + world.seen.returns - world.seen.spoken
    return talk.mode, words, of_case, turns, found.leased, found.left, min(budget, 2)


def walk(world: World, depth: int) -> Iterator[Seen]:
    """Breadth first through all states up to `depth` events."""
    front, known = [world.seen], {looks(world, read(world))}
    for _ in range(depth):
        reached: list[Seen] = []
        for seen in front:
            for name in EVENTS:
                done = happens(world, seen, name)
                if done is None or done[1] in known:
                    continue
                known.add(done[1])
                reached.append(done[0])
                yield done[0]
        front = reached


def happens(world: World, seen: Seen, name: str) -> tuple[Seen, tuple[object, ...]] | None:
    """One event in one state: the state after it, and how it looks; None where it is refused."""
    world.go_to(seen)
    world.desk.clock.passes(0.001)
    try:
        getattr(world, name)()
    except OutOfState:
        return None
    except FloorLost:
        pass  # the turn is gone, and said nothing
    world.seen = world.after(name)
    found = read(world)
    try:
        check(world, found)
    except AssertionError as broken:
        raise AssertionError(f"{broken} after {' → '.join(world.seen.path)}") from broken
    return world.seen, looks(world, found)


@pytest.mark.timeout(600)
def test_whatever_the_order_of_events_nothing_is_lost_and_one_speaks_at_a_time(business: Business) -> None:
    world = World(business)
    found = list(walk(world, DEPTH))
    assert len(found) > 100
    assert world.happened == set(EVENTS)
