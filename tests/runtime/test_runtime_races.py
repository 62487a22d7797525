"""A customer writes at the very moment when the floor moves: nothing is lost, and nobody answers twice.

Each round is one conversation brought into a state, and then three at once: the customer's message, a
person's act, and the AI's turn in flight, if there is one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from core.business import Business
from core.errors import FloorLost, OutOfState
from core.ids import CaseId, ConversationId, TurnId
from core.vocabulary import Judged, Mode, Outcome, Role, Trigger
from handover import desk as acts
from handover.customer_acts import withdraw
from store.conversations import Held
from store.database import Database
from store.people import PersonRow
from tests.support.at_once import at_once
from tests.support.desk import Desk, SetClock

ROUNDS = {"sqlite": 300, "postgresql": 100}
"""For each of the six moments."""
WHO = "ines"
ALLOWED = (FloorLost, OutOfState)


@dataclass
class Talk:
    """One conversation, and who answered which of the customer's messages."""

    desk: Desk
    person: PersonRow
    id: ConversationId
    case_id: CaseId | None = None
    answered: list[tuple[str, range]] = field(default_factory=list)
    """By whom, and the places in the stream that this answered: after the first, up to the last."""

    def writes(self) -> None:
        self.desk.writes(self.id, "One more thing")

    def hands_over(self) -> None:
        before = self.desk.talk(self.id)
        self.case_id = self.desk.hands_over(self.id, Trigger.ANGER).case.id
        after = self.desk.talk(self.id)
        self._answers("ai", before.answered_seq, after.answered_seq)

    def claims(self) -> None:
        assert self.case_id is not None
        self.desk.does(self.case_id, lambda h, c: acts.claim(h, c, self.person, self.desk.business))

    def replies(self) -> None:
        def reply(held: Held, case: object) -> None:
            before, to = held.talk.answered_seq, held.customer_seq
            acts.reply(held, case, self.person, "Let me see.")  # type: ignore[arg-type]
            self._answers("person", before, to)

        assert self.case_id is not None
        self.desk.does(self.case_id, reply)

    def takes_over(self) -> None:
        case = self.desk.holds(self.id, lambda h: acts.takeover(h, self.person, self.desk.business))
        self.case_id = case.id

    def returns(self) -> None:
        assert self.case_id is not None
        self.desk.does(self.case_id, lambda h, c: acts.return_to_ai(h, c, self.person, "Done."))

    def resolves(self) -> None:
        assert self.case_id is not None
        done = (Outcome.SOLVED, Judged.RIGHT)
        self.desk.does(self.case_id, lambda h, c: acts.resolve(h, c, self.person, self.desk.business, *done))

    def withdraws(self) -> None:
        self.desk.holds(self.id, lambda h: withdraw(h, self.desk.business))

    def ai_answers(self) -> None:
        """One whole turn, if there is work for one."""
        settle = self.ai_begins()
        if settle is not None:
            settle()

    def ai_begins(self) -> Callable[[], None] | None:
        """Begins a turn; what is returned ends it."""
        started = self.desk.begins(self.id)
        if started is None:
            return None
        read_to = started[1].read_seq

        def settle() -> None:
            answered: list[int] = []

            def speak(held: Held, turn_id: TurnId) -> str:
                answered.append(held.talk.answered_seq)
                return "Here you are."

            self.desk.settles(self.id, started, speak)
            self._answers("ai", answered[0], read_to)

        return settle

    def _answers(self, who: str, after: int, to: int) -> None:
        self.answered.append((who, range(after + 1, to + 1)))


def claim(talk: Talk) -> list[Callable[[], None]]:
    talk.hands_over()
    return [talk.claims, talk.writes]


def claim_and_reply(talk: Talk) -> list[Callable[[], None]]:
    talk.hands_over()
    talk.claims()
    return [talk.replies, talk.writes]


def return_to_ai(talk: Talk) -> list[Callable[[], None]]:
    talk.hands_over()
    talk.claims()
    return [talk.returns, talk.writes]


def resolve(talk: Talk) -> list[Callable[[], None]]:
    talk.hands_over()
    talk.claims()
    return [talk.resolves, talk.writes]


def give_up_waiting(talk: Talk) -> list[Callable[[], None]]:
    talk.hands_over()
    return [talk.withdraws, talk.writes]


def take_over(talk: Talk) -> list[Callable[[], None]]:
    talk.writes()
    settle = talk.ai_begins()
    assert settle is not None
    return [talk.takes_over, settle, talk.writes]


MOMENTS = [claim, claim_and_reply, return_to_ai, resolve, give_up_waiting, take_over]


@pytest.fixture
def talks(store: Database, business: Business, clock: SetClock) -> Iterator[Talk]:
    """Conversations without end, with one person at the desk."""
    desk = Desk(store, business, clock)
    desk.staff(WHO)
    person = desk.person(WHO)
    return (Talk(desk, person, desk.conversation()) for _ in count())


@pytest.mark.parametrize("moment", MOMENTS, ids=[one.__name__ for one in MOMENTS])
def test_a_message_at_the_moment_of(
    moment: Callable[[Talk], list[Callable[[], None]]], talks: Iterator[Talk], store: Database
) -> None:
    for _ in range(ROUNDS[store.engine.dialect.name]):
        talk = next(talks)
        results = at_once(*moment(talk))
        assert all(result is None or isinstance(result, ALLOWED) for result in results), results
        whoever_is_there_answers(talk)
        every_message_is_answered_once(talk)


def whoever_is_there_answers(talk: Talk) -> None:
    """After the race: the AI what it owes, or the person who has the floor."""
    desk, mode = talk.desk, talk.desk.mode(talk.id)
    if mode is Mode.WAITING:
        talk.claims()
    if mode in (Mode.WAITING, Mode.PERSON):
        if desk.holds(talk.id, lambda held: held.unanswered):
            talk.replies()
        talk.resolves()  # leaves the person free for the next
    talk.ai_answers()
    assert not desk.has_work(talk.id)


def every_message_is_answered_once(talk: Talk) -> None:
    told = talk.desk.told(talk.id)
    assert [event.id for event in told] == list(range(1, len(told) + 1))
    customers = [event.id for event in told if event.kind == "accepted"]
    said = [one for one in talk.desk.said(talk.id) if one.role is Role.CUSTOMER]
    assert len(customers) == len(said) == 2
    for seq in customers:
        by = [who for who, places in talk.answered if seq in places]
        assert len(by) == 1, (seq, talk.answered, [(event.id, event.kind) for event in told])
