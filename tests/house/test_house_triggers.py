"""Every trigger has a detector with evidence, a threshold and a cost: none is a name only."""

import ast

import pytest

from agent.triggers import TRIGGERS, CustomerFacts, Heard, Said, SelfReport, hear
from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Role, Trigger
from tests.support.house import ROOT

TOLD_OF_ITSELF = ("Reads:", "Score:", "Evidence:", "Default:")
BUSINESS = load_business(SAMPLE_BUSINESS)

MESSAGES: dict[Trigger, Heard] = {
    Trigger.WANTS_PERSON: Heard("Let me talk to a human being, please."),
    Trigger.ANGER: Heard("You useless idiots, this is the worst company I have ever dealt with!"),
    Trigger.BILLING_LEGAL: Heard("You charged my card twice, I will take you to court."),
    Trigger.POLICY_EXCEPTION: Heard("I know it is past the 30 days but can you make an exception for me?"),
    Trigger.CHURN_RISK: Heard(
        "I am done with you and I am moving to a competitor.", customer=CustomerFacts(4000.0, "gold", 1)
    ),
    Trigger.PR_SOCIAL: Heard("I will post this on Twitter and tell the newspapers about you."),
    Trigger.DISTRESS: Heard("I can't go on any more, I want to kill myself."),
    Trigger.UPSELL: Heard("We need 40 desks for our new office, can you send a quote?"),
    Trigger.SEVERAL_DEPARTMENTS: Heard(
        "And we need 40 desks for our new office, can you send a quote?",
        history=(
            Said(Role.CUSTOMER, "I was charged twice for the same order, give me my money back"),
            Said(Role.AI, "I see."),
        ),
    ),
    Trigger.NOT_UNDERSTOOD: Heard(
        "No, that is not what I asked.",
        history=(Said(Role.CUSTOMER, "Where is it?"), Said(Role.AI, "Hello!")),
    ),
    Trigger.LOW_CONFIDENCE: Heard(
        "Is the lacquer on the shelf free of styrene?",
        self_report=SelfReport(
            understood=True, confidence=0.1, best_retrieval=0.1, tool_failures=0, answered_from=False
        ),
    ),
}


def test_every_trigger_has_one_detector_in_a_file_of_its_name() -> None:
    assert sorted(one.trigger for one in TRIGGERS) == sorted(Trigger)
    for detector in TRIGGERS:
        assert type(detector).__module__ == f"agent.triggers.{detector.trigger}"


@pytest.mark.parametrize("trigger", Trigger)
def test_every_trigger_says_what_it_reads_scores_shows_and_leads_to(trigger: Trigger) -> None:
    file = ROOT / "agent" / "triggers" / f"{trigger}.py"
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    assert [part for part in TOLD_OF_ITSELF if part not in told] == [], f"agent/triggers/{trigger}.py"


@pytest.mark.parametrize("trigger", Trigger)
def test_every_trigger_has_a_threshold_and_a_cost(trigger: Trigger) -> None:
    policy = BUSINESS.triggers[trigger]
    assert 0 < policy.threshold <= 1
    assert policy.strong is None or policy.threshold <= policy.strong <= 1
    assert BUSINESS.costs[trigger].missed > 0


@pytest.mark.parametrize("trigger", Trigger)
def test_every_trigger_that_fires_shows_the_customers_own_words(trigger: Trigger) -> None:
    heard = MESSAGES[trigger]
    reading = hear(heard)[trigger]
    assert reading.score >= BUSINESS.triggers[trigger].threshold
    assert reading.words or trigger is Trigger.LOW_CONFIDENCE  # its reason is the turn, and no word
    assert all(words in heard.text for words in reading.words)


def test_an_ordinary_question_fires_nothing() -> None:
    readings = hear(Heard("What time does the showroom in Cork open on Saturday?"))
    assert [name for name, one in readings.items() if one.score >= BUSINESS.triggers[name].threshold] == []
