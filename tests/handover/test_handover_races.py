"""Many at once: of all who claim one gets it, and what a customer writes at that very moment is kept."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import FloorLost, OutOfState
from core.ids import CaseId, ConversationId
from core.vocabulary import CaseStatus, Judged, Mode, Outcome, Role, Trigger
from handover import desk as acts
from handover.customer_acts import withdraw
from store import people
from tests.support.desk import Desk

CLAIMANTS = 100
ROUNDS = 25


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


def test_of_a_hundred_claims_at_once_exactly_one_is_granted(desk: Desk) -> None:
    desk.store.write(
        lambda uow: [
            people.add(uow, f"Person {n}", ["care"], id=people.PersonId(f"p{n}"), presence="online")
            for n in range(CLAIMANTS)
        ]
    )
    _, case_id = waiting(desk)
    results = at_once(*[claim(desk, case_id, f"p{n}") for n in range(CLAIMANTS)])
    granted = [one for one in results if not isinstance(one, Exception)]
    assert len(granted) == 1
    assert all(isinstance(one, OutOfState) for one in results if one is not granted[0])
    case = desk.case(case_id)
    assert case.status is CaseStatus.CLAIMED
    assert f"p{[isinstance(one, Exception) for one in results].index(False)}" == case.person_id


def numbered_without_gap(desk: Desk, talk: ConversationId) -> None:
    numbers = [one.id for one in desk.told(talk)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_message_at_the_moment_of_a_claim_waits_for_the_person(desk: Desk) -> None:
    desk.staff("ines")
    for _ in range(ROUNDS):
        talk, case_id = waiting(desk)
        at_once(claim(desk, case_id, "ines"), lambda talk=talk: desk.writes(talk, "One more thing"))
        state = desk.talk(talk)
        assert state.mode is Mode.PERSON
        assert state.customer_seq > state.answered_seq
        assert [one.text for one in desk.said(talk)].count("One more thing") == 1
        numbered_without_gap(desk, talk)
        desk.holds(talk, lambda h: withdraw(h, desk.business))


@pytest.mark.parametrize("ending", ["return", "resolve", "withdraw"])
def test_a_message_at_the_moment_when_a_person_leaves_is_answered_by_the_ai(desk: Desk, ending: str) -> None:
    desk.staff("ines")
    person = desk.person("ines")
    for _ in range(ROUNDS):
        talk, case_id = waiting(desk)
        claim(desk, case_id, "ines")()
        desk.does(case_id, lambda h, c: acts.reply(h, c, person, "Done."))
        endings: dict[str, Callable[[], object]] = {
            "return": lambda case_id=case_id: desk.does(
                case_id, lambda h, c: acts.return_to_ai(h, c, person, "Done.")
            ),
            "resolve": lambda case_id=case_id: desk.does(
                case_id,
                lambda h, c: acts.resolve(h, c, person, desk.business, Outcome.SOLVED, Judged.RIGHT),
            ),
            "withdraw": lambda talk=talk: desk.holds(talk, lambda h: withdraw(h, desk.business)),
        }
        at_once(endings[ending], lambda talk=talk: desk.writes(talk, "One more thing"))
        state = desk.talk(talk)
        assert state.mode is Mode.AI
        assert state.customer_seq > state.answered_seq
        assert desk.has_work(talk)
        desk.answers(talk, "Here you are.")
        assert not desk.has_work(talk)
        assert [one.text for one in desk.said(talk)].count("Here you are.") == 1
        numbered_without_gap(desk, talk)


def test_a_takeover_races_an_answer_and_never_do_both_speak_to_one_message(desk: Desk) -> None:
    desk.staff("ines")
    person = desk.person("ines")
    for _ in range(ROUNDS):
        talk = desk.conversation()
        desk.writes(talk, "Where is my lamp?")
        started = desk.begins(talk)
        assert started is not None
        answered, taken = at_once(
            lambda talk=talk, started=started: desk.settles(talk, started, lambda h, t: "On its way."),
            lambda talk=talk: desk.holds(talk, lambda h: acts.takeover(h, person, desk.business)),
        )
        assert not isinstance(taken, Exception)
        kinds = [one.kind for one in desk.told(talk)]
        if isinstance(answered, FloorLost):
            assert "retracted" in kinds
            assert desk.talk(talk).customer_seq > desk.talk(talk).answered_seq
        else:
            assert kinds.index("message") < kinds.index("mode")
            assert "retracted" not in kinds
        assert all(one.role is not Role.AI for one in desk.said(talk)[2:])
        desk.holds(talk, lambda h: withdraw(h, desk.business))


def test_two_people_who_take_one_conversation_over_do_not_both_get_it(desk: Desk) -> None:
    desk.staff("ines", "padraig")
    both = [desk.person("ines"), desk.person("padraig")]
    for _ in range(ROUNDS):
        talk = desk.conversation()
        results = at_once(
            *[
                lambda person=person, talk=talk: desk.holds(
                    talk, lambda h: acts.takeover(h, person, desk.business)
                )
                for person in both
            ]
        )
        assert sum(isinstance(one, OutOfState) for one in results) == 1
        assert len(desk.told(talk, "handover")) == 1


def test_a_reply_races_a_message_and_what_it_did_not_see_is_not_taken_as_answered_before_it(
    desk: Desk,
) -> None:
    desk.staff("ines")
    person = desk.person("ines")
    talk, case_id = waiting(desk)
    claim(desk, case_id, "ines")()
    for n in range(ROUNDS):
        at_once(
            lambda n=n: desk.does(case_id, lambda h, c: acts.reply(h, c, person, f"Reply {n}")),
            lambda n=n: desk.writes(talk, f"Word {n}"),
        )
        state, said = desk.talk(talk), [one.text for one in desk.said(talk)]
        word_came_last = said.index(f"Word {n}") > said.index(f"Reply {n}")
        assert (state.customer_seq > state.answered_seq) is word_came_last
    numbered_without_gap(desk, talk)
