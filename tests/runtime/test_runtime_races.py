"""A customer writes at the very moment when the floor moves: nothing is lost, and nobody answers twice.

At the same moment: the customer's message, a person's act, and the AI's turn in flight, if there is one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.business import Business
from core.errors import FloorLost
from core.ids import CaseId, ConversationId, TurnId
from core.vocabulary import Judged, Mode, Outcome, Trigger
from handover import desk as acts
from handover.customer_acts import withdraw
from store.conversations import Held
from store.database import Database
from store.people import PersonRow
from tests.support.at_once import at_once
from tests.support.desk import Desk, SetClock

INTERLEAVINGS = {"sqlite": 1440, "postgresql": 600}
WHO = "ines"


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
        """Whole turns, while there is work for one."""
        while (settle := self.ai_begins()) is not None:
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


def once_around(talk: Talk) -> None:
    """The floor goes from the AI to a person and back, three times over; at each step the customer writes."""
    talk.writes()
    settle = talk.ai_begins()
    assert settle is not None
    meanwhile(talk, talk.takes_over, settle)
    meanwhile(talk, talk.replies)
    meanwhile(talk, talk.returns)
    talk.ai_answers()
    talk.hands_over()
    meanwhile(talk, talk.claims)
    meanwhile(talk, talk.resolves)
    talk.ai_answers()
    talk.hands_over()
    meanwhile(talk, talk.withdraws)
    talk.ai_answers()


RACES = 6
"""Of one time around."""


def meanwhile(talk: Talk, *acts: Callable[[], None]) -> None:
    """All of it at the same moment, with a message of the customer's."""
    results = at_once(*acts, talk.writes)
    refused = [result for result in results if result is not None]
    assert all(isinstance(result, FloorLost) for result in refused), refused


def test_a_customer_who_writes_whenever_the_floor_moves_gets_each_message_answered_once(
    store: Database, business: Business, clock: SetClock
) -> None:
    desk = Desk(store, business, clock)
    desk.staff(WHO)
    person = desk.person(WHO)
    for _ in range(INTERLEAVINGS[store.engine.dialect.name] // RACES):
        talk = Talk(desk, person, desk.conversation())
        once_around(talk)
        assert desk.mode(talk.id) is Mode.AI
        assert not desk.has_work(talk.id)
        every_message_is_answered_once(talk)


def every_message_is_answered_once(talk: Talk) -> None:
    told = talk.desk.told(talk.id)
    assert [event.id for event in told] == list(range(1, len(told) + 1))
    customers = [event.id for event in told if event.kind == "accepted"]
    assert len(customers) == RACES + 3
    for seq in customers:
        by = [who for who, places in talk.answered if seq in places]
        assert len(by) == 1, (seq, talk.answered, [(event.id, event.kind) for event in told])
