"""Nothing repeated: what counts as a question for what was said before."""

from datetime import UTC, datetime

import pytest

from core.shapes import Timing, ToolRun, Turn
from core.vocabulary import Cause, Decision, Role
from handover.asks import answered_in, asked_in, said_in
from handover.repeats import Line, Spoken, lines_of, repeats

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
PLACES = ("Galway", "Canal Street")


def talk(*said: tuple[Role, str], turns: dict[int, Turn] | None = None) -> list[Spoken]:
    return [
        Spoken(number, f"m{number}", role, text, AT, (turns or {}).get(number))
        for number, (role, text) in enumerate(said)
    ]


def turn_with(error: str | None, answers: str, **arguments: str) -> Turn:
    result = {"ok": False, "error": error} if error else {"ok": True}
    run = ToolRun(name="x", arguments=arguments, result=result, ok=error is None, started_ms=0, ms=0)
    return Turn(
        id="t", attempt=1, cause=Cause.MESSAGE, answers=[answers], decision=Decision.ANSWER, tools=[run],
        model="test", ms=Timing(total=1, model=1, tools=0),
    )  # fmt: skip


def found(spoken: list[Spoken]) -> list[tuple[Role, str]]:
    return [(one.by, one.kind) for one in repeats(lines_of(spoken, PLACES))]


C, A, P = Role.CUSTOMER, Role.AI, Role.PERSON


def test_a_person_who_asks_for_what_the_ai_was_told_repeats() -> None:
    spoken = talk(
        (C, "Where is my order AB-20481? I'm ann@x.example"),
        (A, "I'll pass you on."),
        (P, "Hello! What is your order number, and your e-mail address?"),
    )
    assert found(spoken) == [(P, "email"), (P, "order_number")]


def test_what_was_never_said_may_be_asked_and_a_yes_is_asked_for_each_time() -> None:
    spoken = talk(
        (C, "My lamp is broken."),
        (P, "What is your order number?"),
        (P, "Shall I send a new one?"),
        (C, "yes"),
        (P, "Shall I send it today?"),
    )
    assert found(spoken) == []


def test_the_answer_to_a_question_counts_as_said_though_no_pattern_sees_it() -> None:
    spoken = talk((A, "What name shall I put it under?"), (C, "Ann"), (P, "Under what name is it?"))
    assert found(spoken) == [(P, "name")]


def test_who_does_not_know_has_said_nothing() -> None:
    spoken = talk((A, "What is the postcode?"), (C, "I don't know it"), (P, "What is your postcode?"))
    assert found(spoken) == []


def test_what_a_tool_took_from_the_customers_words_counts_as_said() -> None:
    turns = {1: turn_with(None, "m0", postcode="D08 XY12")}
    spoken = talk((C, "it's D08 XY12"), (A, "Thank you."), (P, "What is your postcode?"), turns=turns)
    assert found(spoken) == [(P, "postcode")]


def test_after_a_value_was_found_wrong_it_may_be_asked_for_again() -> None:
    turns = {1: turn_with("not_found", "m0", order_number="AB-20481")}
    spoken = talk((C, "order AB-20481"), (A, "I can't find it. Which order number is it?"), turns=turns)
    assert found(spoken) == []


def test_a_place_of_the_business_is_known_by_its_own_names() -> None:
    assert said_in("I'd come to galway on Friday", PLACES) == ["location"]
    assert asked_in("Galway or Canal Street?", PLACES) == ["location"]
    assert said_in("I'd come to galway on Friday") == []


@pytest.mark.parametrize("text", ["What do you need it for?", "why", "I'd rather not"])
def test_a_question_back_answers_nothing(text: str) -> None:
    assert answered_in(text, ["name"]) == []


def test_each_time_that_it_is_asked_again_counts() -> None:
    asked = Line(P, asks=frozenset({"email"}))
    assert len(repeats([Line(C, tells=frozenset({"email"})), asked, asked])) == 2
