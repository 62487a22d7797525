"""Detectors measured on messages and on whole conversations."""

from agent.triggers import Said
from agent.triggers.reader import shipped
from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Decision, Role, Trigger
from evals.detectors import Case, Talk, decision_figures, judge, ordinary_figures, play, talk_figures

BUSINESS = load_business(SAMPLE_BUSINESS)


def talk(*texts: str) -> tuple[Said, ...]:
    roles = (Role.CUSTOMER, Role.AI)
    return tuple(Said(roles[i % 2], text) for i, text in enumerate(texts))


def test_a_label_says_what_is_due() -> None:
    assert Case("", frozenset()).due is Decision.ANSWER
    assert Case("", frozenset({"anger_mild"})).due is Decision.OFFER
    assert Case("", frozenset({"anger_mild", "pr_social"})).due is Decision.HANDOVER


def test_decisions_are_compared_with_what_is_due_and_unsure_ones_left_out() -> None:
    cases = [
        Case("Where is my order?", frozenset()),
        Case("I want to talk to a human", frozenset({"wants_person"})),
        Case("What time do you open?", frozenset({"anger_strong"})),
        Case("What time do you close?", frozenset({"anger_strong"}), unsure=frozenset({"anger"})),
    ]
    figures = decision_figures(judge(cases, BUSINESS, shipped()))
    assert (figures["decision: right"].value, figures["decision: right"].count) == (2 / 3, 3)
    assert figures["reason: right"].value == 1


def test_a_conversation_counts_when_the_turn_is_right() -> None:
    asked = talk("Where is my order?", "On its way.", "Let me talk to a real person", "Gladly.")
    right = Talk(asked, Decision.HANDOVER, Trigger.WANTS_PERSON, at=1)
    late = Talk(asked * 3, Decision.HANDOVER, Trigger.WANTS_PERSON, at=5)
    figures = talk_figures([play(right, BUSINESS, shipped()), play(late, BUSINESS, shipped())])
    assert figures["conversations: F1"].value == 0.5
    assert figures["conversations: golden transfer within 3"].value == 0.5
    assert figures["conversations: reason right"].value == 1


def test_false_alarms_are_counted_by_conversation() -> None:
    calm = Talk(talk("Where is my order?", "On its way.", "Thanks, that's all", "Bye."))
    loud = Talk(talk("Let me talk to a real person", "Gladly."))
    figures = ordinary_figures([play(calm, BUSINESS, shipped()), play(loud, BUSINESS, shipped())], "real")
    assert figures["real: handed over"].value == 0.5
    assert figures["real: offered"].value == 0
