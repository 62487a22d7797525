"""The promise ledger: what a person promises in a reply is written down, called to mind, kept or broken."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InvalidInput
from core.ids import CaseId, ConversationId
from core.vocabulary import CaseStatus, Judged, Outcome, Priority, Trigger
from handover import desk as acts
from handover import replying
from handover.promising import Promised, promises_in
from store import promises
from store.promises import PromiseRow
from tests.support.desk import Desk

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""11:00 in Amsterdam."""


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("I'll call you tomorrow.", "2026-11-25T18:00"),
        ("I'll call you tomorrow morning at 9:30.", "2026-11-25T09:30"),
        ("I will get back to you within two hours.", "2026-11-24T13:00"),
        ("We'll e-mail you by Friday.", "2026-11-27T18:00"),
        ("I'm going to check with the workshop this afternoon.", "2026-11-24T17:00"),
        ("I'll have an answer for you in half an hour.", "2026-11-24T11:30"),
        ("You'll have it by 4 pm.", "2026-11-24T16:00"),
        ("You will hear from us in 3 days.", "2026-11-27T11:00"),
        ("We will replace it next week.", "2026-12-01T18:00"),
    ],
)
def test_a_promise_is_read_with_the_time_by_which_it_is_to_be_kept(text: str, due: str) -> None:
    [promised] = promises_in(f"Hello Ann. {text} Anything else?", TUESDAY, "Europe/Amsterdam")
    assert promised.text == text
    assert promised.due is not None
    assert promised.due.strftime("%Y-%m-%dT%H:%M") == due


@pytest.mark.parametrize("text", ["I'll let you know.", "I will follow up on this.", "We'll be in touch."])
def test_a_promise_without_a_time_is_one_too(text: str) -> None:
    [promised] = promises_in(text, TUESDAY, "Europe/Amsterdam")
    assert promised.due is None


@pytest.mark.parametrize(
    "text",
    [
        "I'll have a look.",
        "Shall I call you tomorrow?",
        "I've sent you a new lamp today.",
        "Your order arrives on Friday.",
        "I'm sorry about that. Which lamp is it?",
        "We're open until 18:00 tomorrow.",
        "I called you yesterday at 9:30.",
    ],
)
def test_an_ordinary_sentence_promises_nothing(text: str) -> None:
    assert promises_in(text, TUESDAY, "Europe/Amsterdam") == []


def held_case(desk: Desk) -> tuple[ConversationId, CaseId]:
    desk.staff("ines")
    talk = desk.conversation()
    case_id = desk.hands_over(talk, Trigger.CHURN_RISK).case.id
    desk.does(case_id, lambda h, c: acts.claim(h, c, desk.person("ines"), desk.business))
    return talk, case_id


def replies(desk: Desk, case_id: CaseId, text: str, promised: Promised | None = None) -> None:
    desk.does(case_id, lambda h, c: replying.reply(h, c, desk.person("ines"), text, desk.business, promised))


def made(desk: Desk, talk: ConversationId) -> list[PromiseRow]:
    return desk.store.read(lambda uow: promises.of_conversation(uow, talk))


def levels(desk: Desk, talk: ConversationId) -> list[str]:
    return [one.data["level"] for one in desk.told(talk, "sla") if "promise" in one.data["level"]]


def test_what_a_reply_promises_is_in_the_ledger_under_the_persons_name(desk: Desk) -> None:
    talk, case_id = held_case(desk)
    replies(desk, case_id, "I have read it all. I'll call you within two hours.")
    [row] = made(desk, talk)
    assert (row.text, row.owner, row.case_id) == ("I'll call you within two hours.", "Inês Carvalho", case_id)
    assert row.due_at == desk.clock() + timedelta(hours=2)


def test_a_promise_may_be_given_in_so_many_words(desk: Desk) -> None:
    talk, case_id = held_case(desk)
    due = desk.clock() + timedelta(hours=1)
    replies(desk, case_id, "Of course, leave it with me.", Promised("A new invoice", due))
    [row] = made(desk, talk)
    assert (row.text, row.due_at) == ("A new invoice", due)
    with pytest.raises(InvalidInput):
        replies(desk, case_id, "Sure.", Promised("A call", desk.clock()))


def test_a_promise_without_a_time_is_due_with_its_case(desk: Desk) -> None:
    talk, case_id = held_case(desk)
    replies(desk, case_id, "I'll let you know.")
    assert made(desk, talk)[0].due_at == desk.case(case_id).due_at


def test_a_kept_promise_is_called_to_nobodys_mind(desk: Desk) -> None:
    talk, case_id = held_case(desk)
    replies(desk, case_id, "I'll call you within two hours.")
    [row] = made(desk, talk)
    assert desk.holds(talk, lambda h: replying.settle(h, row, "kept", desk.person("ines")))
    assert not desk.holds(talk, lambda h: replying.settle(h, row, "kept", desk.person("ines")))
    desk.clock.passes(hours=3)
    desk.runs_timers()
    assert levels(desk, talk) == []


def test_a_promise_that_is_due_brings_its_case_forward_and_in_the_end_counts_as_broken(desk: Desk) -> None:
    talk, case_id = held_case(desk)
    replies(desk, case_id, "I'll call you within two hours.")
    before = desk.case(case_id).priority
    desk.clock.passes(hours=2)
    desk.runs_timers()
    assert levels(desk, talk) == ["promise"]
    assert desk.case(case_id).priority.rank < before.rank or before is Priority.URGENT
    desk.clock.passes(days=3)
    desk.runs_timers()
    assert levels(desk, talk) == ["promise", "promise_broken"]
    assert made(desk, talk)[0].status == "broken"


def test_a_promise_outlives_its_case_and_opens_a_follow_up_when_it_is_due(desk: Desk) -> None:
    talk, case_id = held_case(desk)
    replies(desk, case_id, "I'll call you tomorrow.")
    person, solved = desk.person("ines"), (Outcome.SOLVED, Judged.RIGHT)
    desk.does(case_id, lambda h, c: acts.resolve(h, c, person, desk.business, *solved))
    assert desk.open_case(talk) is None
    desk.clock.passes(days=2)
    desk.runs_timers()
    case = desk.open_case(talk)
    assert case is not None
    assert (case.status, case.live, case.reason) == (CaseStatus.QUEUED, False, None)
    assert case.department == desk.case(case_id).department
    assert "I'll call you tomorrow." in case.asked
