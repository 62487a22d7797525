"""Many at once: of all who claim one gets it, and what a customer writes at that very moment is kept."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import FloorLost, OutOfState
from core.ids import CaseId, ConversationId, PersonId
from core.vocabulary import CaseStatus, Judged, Mode, Outcome, Trigger
from handover import desk as acts
from handover.customer_acts import withdraw
from store import cases, people
from store.people import PersonRow
from tests.support.desk import Desk

CLAIMANTS = 100
ROUNDS = range(8)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs all acts at the same moment; what each returned, or the refusal that it met."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except (OutOfState, FloorLost) as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def waiting(desk: Desk) -> tuple[ConversationId, CaseId]:
    talk = desk.conversation()
    return talk, desk.hands_over(talk, Trigger.ANGER).case.id


def claim(desk: Desk, case_id: CaseId, who: str) -> Callable[[], object]:
    person = desk.person(who)
    return lambda: desk.does(case_id, lambda h, c: acts.claim(h, c, person, desk.business))


def write(desk: Desk, talk: ConversationId, text: str = "One more thing") -> Callable[[], object]:
    return lambda: desk.writes(talk, text)


def take_over(desk: Desk, talk: ConversationId, person: PersonRow) -> Callable[[], object]:
    return lambda: desk.holds(talk, lambda h: acts.takeover(h, person, desk.business))


def end(desk: Desk, ending: str, talk: ConversationId, case_id: CaseId) -> Callable[[], object]:
    """A person's return or resolve, or the customer's withdrawal."""
    person, solved = desk.person("ines"), (Outcome.SOLVED, Judged.RIGHT)
    endings: dict[str, Callable[[], object]] = {
        "return": lambda: desk.does(case_id, lambda h, c: acts.return_to_ai(h, c, person, "Done.")),
        "resolve": lambda: desk.does(
            case_id, lambda h, c: acts.resolve(h, c, person, desk.business, *solved)
        ),
        "withdraw": lambda: desk.holds(talk, lambda h: withdraw(h, desk.business)),
    }
    return endings[ending]


def numbered_without_gap(desk: Desk, talk: ConversationId) -> None:
    numbers = [one.id for one in desk.told(talk)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_of_a_hundred_claims_at_once_exactly_one_is_granted(desk: Desk) -> None:
    ids = [PersonId(f"p{n}") for n in range(CLAIMANTS)]
    desk.store.write(lambda uow: [people.add(uow, id, ["care"], id=id, presence="online") for id in ids])
    _, case_id = waiting(desk)
    results = at_once(*[claim(desk, case_id, id) for id in ids])
    granted = [id for id, result in zip(ids, results, strict=True) if not isinstance(result, Exception)]
    assert len(granted) == 1
    case = desk.case(case_id)
    assert (case.status, case.person_id) == (CaseStatus.CLAIMED, granted[0])
    history = desk.store.read(lambda uow: cases.history(uow, case_id))
    assert [one.event for one in history] == ["open", "claim"]


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_message_at_the_moment_of_a_claim_waits_for_the_person(desk: Desk, attempt: int) -> None:
    desk.staff("ines")
    talk, case_id = waiting(desk)
    at_once(claim(desk, case_id, "ines"), write(desk, talk))
    state = desk.talk(talk)
    assert state.mode is Mode.PERSON
    assert state.customer_seq > state.answered_seq
    assert [one.text for one in desk.said(talk)].count("One more thing") == 1
    numbered_without_gap(desk, talk)


@pytest.mark.parametrize("ending", ["return", "resolve", "withdraw"])
@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_message_at_the_moment_when_a_person_leaves_is_answered_by_the_ai(
    desk: Desk, ending: str, attempt: int
) -> None:
    desk.staff("ines")
    talk, case_id = waiting(desk)
    claim(desk, case_id, "ines")()
    desk.does(case_id, lambda h, c: acts.reply(h, c, desk.person("ines"), "Done."))
    at_once(end(desk, ending, talk, case_id), write(desk, talk))
    state = desk.talk(talk)
    assert state.mode is Mode.AI
    assert state.customer_seq > state.answered_seq
    desk.answers(talk, "Here you are.")
    assert not desk.has_work(talk)
    assert [one.text for one in desk.said(talk)].count("Here you are.") == 1
    numbered_without_gap(desk, talk)


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_takeover_races_an_answer_and_never_do_both_speak_to_one_message(desk: Desk, attempt: int) -> None:
    desk.staff("ines")
    talk = desk.conversation()
    desk.writes(talk, "Where is my lamp?")
    started = desk.begins(talk)
    assert started is not None
    answered, taken = at_once(
        lambda: desk.settles(talk, started, lambda held, turn_id: "On its way."),
        take_over(desk, talk, desk.person("ines")),
    )
    assert not isinstance(taken, Exception)
    kinds = [one.kind for one in desk.told(talk)]
    state = desk.talk(talk)
    if isinstance(answered, FloorLost):
        assert kinds == ["accepted", "handover", "case", "retracted", "mode"]
        assert state.customer_seq > state.answered_seq
    else:
        assert kinds == ["accepted", "message", "done", "handover", "case", "mode"]
        assert state.customer_seq == state.answered_seq


@pytest.mark.parametrize("attempt", ROUNDS)
def test_two_people_who_take_one_conversation_over_do_not_both_get_it(desk: Desk, attempt: int) -> None:
    desk.staff("ines", "padraig")
    talk = desk.conversation()
    results = at_once(*[take_over(desk, talk, desk.person(who)) for who in ("ines", "padraig")])
    assert sum(isinstance(one, OutOfState) for one in results) == 1
    assert len(desk.told(talk, "handover")) == 1


def test_a_reply_answers_what_came_before_it_and_nothing_that_came_after(desk: Desk) -> None:
    desk.staff("ines")
    person = desk.person("ines")
    talk, case_id = waiting(desk)
    claim(desk, case_id, "ines")()

    def reply(text: str) -> Callable[[], object]:
        return lambda: desk.does(case_id, lambda h, c: acts.reply(h, c, person, text))

    for n in ROUNDS:
        at_once(reply(f"Reply {n}"), write(desk, talk, f"Word {n}"))
        state, said = desk.talk(talk), [one.text for one in desk.said(talk)]
        word_came_last = said.index(f"Word {n}") > said.index(f"Reply {n}")
        assert (state.customer_seq > state.answered_seq) is word_came_last
    numbered_without_gap(desk, talk)
