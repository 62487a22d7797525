"""A language that the detectors were not measured in: the model's own verdict decides."""

import pytest

from agent.decide import Report, decide
from agent.memory import Memory
from agent.triggers import Heard, hear
from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Decision, Trigger

BUSINESS = load_business(SAMPLE_BUSINESS)
FURIOUS = "Das ist eine Frechheit, ich möchte sofort mit einem Menschen sprechen"


@pytest.mark.parametrize("named", [None, Trigger.WANTS_PERSON, Trigger.ANGER])
def test_the_models_word_decides_where_the_words_are_unknown(named: Trigger | None) -> None:
    readings = hear(Heard(FURIOUS))
    report = Report(understood=True, handover=named)
    verdict = decide(readings, report, Memory(), BUSINESS.triggers, BUSINESS.decision)
    assert not readings[Trigger.ANGER].known
    assert verdict.reason is named
    assert verdict.decision is (Decision.HANDOVER if named else Decision.ANSWER)


def test_english_words_among_foreign_names_stay_known() -> None:
    readings = hear(
        Heard("Please send it to Siobhán Ní Dhonnchadha, Ráth Maonais, and let me talk to a person")
    )
    assert readings[Trigger.WANTS_PERSON].known
    assert readings[Trigger.WANTS_PERSON].score > 0.5
