"""The decision as a table: readings, the model's word and rules in; answer, offer or handover out."""

from collections.abc import Mapping

import pytest

from agent.decide import Report, Verdict, beyond_doubt, decide
from agent.memory import Memory
from agent.triggers.heard import Reading
from core.business import Business, DecisionRule, load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Decision, Trigger


@pytest.fixture(scope="module")
def business() -> Business:
    return load_business(SAMPLE_BUSINESS)


def rule(decision: str, reason: str, **then: object) -> DecisionRule:
    outcome = {"decision": decision, "reason": reason, **then}
    return DecisionRule.model_validate(
        {"id": "own", "version": 3, "about": "-", "when": {"channel": "web"}, "then": outcome}
    )


def decided(
    business: Business,
    scores: Mapping[Trigger, float],
    report: Report = Report(understood=True),  # noqa: B008
    memory: Memory = Memory(),  # noqa: B008
    *rules: DecisionRule,
) -> Verdict:
    readings = {trigger: Reading(score) for trigger, score in scores.items()}
    return decide(readings, report, memory, business.triggers, business.decision, rules)


def over(business: Business, trigger: Trigger) -> float:
    return business.triggers[trigger].threshold + 0.01


def test_nothing_heard_and_an_understood_answer_is_given(business: Business) -> None:
    assert decided(business, {Trigger.ANGER: 0.1}).decision is Decision.ANSWER


def test_a_score_over_its_line_has_the_effect_that_the_table_names(business: Business) -> None:
    for trigger, policy in business.triggers.items():
        if trigger in (Trigger.NOT_UNDERSTOOD, Trigger.LOW_CONFIDENCE):
            continue
        verdict = decided(business, {trigger: policy.threshold})
        expected = {"handover": Decision.HANDOVER, "offer": Decision.OFFER, "evidence": Decision.ANSWER}
        assert verdict.decision is expected[policy.effect], trigger
        below = decided(business, {trigger: policy.threshold - 0.01})
        assert below.decision is Decision.ANSWER, trigger


def test_what_the_model_names_too_has_the_stronger_effect(business: Business) -> None:
    scores = {Trigger.ANGER: over(business, Trigger.ANGER)}
    assert decided(business, scores).decision is Decision.OFFER
    named = decided(business, scores, Report(understood=True, handover=Trigger.ANGER))
    assert (named.decision, named.reason) == (Decision.HANDOVER, Trigger.ANGER)


def test_of_several_handovers_the_most_urgent_is_the_reason_and_all_are_evidence(business: Business) -> None:
    heard = (Trigger.WANTS_PERSON, Trigger.DISTRESS)
    verdict = decided(business, {trigger: over(business, trigger) for trigger in heard})
    assert verdict.reason is Trigger.DISTRESS
    assert [one.trigger for one in verdict.evidence] == [Trigger.DISTRESS, Trigger.WANTS_PERSON]


def test_the_second_failed_turn_in_a_row_hands_over_and_a_success_sets_it_back(business: Business) -> None:
    failed = Report(understood=False)
    first = decided(business, {}, failed)
    assert (first.decision, first.failed_turns) == (Decision.ANSWER, 1)
    second = decided(business, {}, failed, Memory(turns=1, failed_turns=1))
    assert (second.decision, second.reason) == (Decision.HANDOVER, Trigger.NOT_UNDERSTOOD)
    assert decided(business, {}, Report(understood=True), Memory(turns=1, failed_turns=1)).failed_turns == 0


def test_an_offer_is_not_repeated_before_its_time_and_then_made_again(business: Business) -> None:
    scores = {Trigger.CHURN_RISK: over(business, Trigger.CHURN_RISK)}
    again = business.decision.offer_again_after_turns
    soon = Memory(turns=again, offers={Trigger.CHURN_RISK: 1})
    late = Memory(turns=again + 1, offers={Trigger.CHURN_RISK: 1})
    assert decided(business, scores, Report(understood=True), soon).decision is Decision.ANSWER
    assert decided(business, scores, Report(understood=True), late).decision is Decision.OFFER


def test_a_first_refusal_offers_and_insisting_hands_over(business: Business) -> None:
    refused = Report(understood=True, refusal="offer")
    assert decided(business, {}, refused).decision is Decision.OFFER
    insisting = Memory(turns=2, refused=1, offers={Trigger.POLICY_EXCEPTION: 1})
    verdict = decided(business, {}, refused, insisting)
    assert (verdict.decision, verdict.reason) == (Decision.HANDOVER, Trigger.POLICY_EXCEPTION)


def test_what_was_granted_needs_no_exception_unless_the_model_names_it(business: Business) -> None:
    scores = {Trigger.POLICY_EXCEPTION: over(business, Trigger.POLICY_EXCEPTION)}
    assert decided(business, scores).decision is Decision.OFFER
    assert decided(business, scores, Report(understood=True, granted=True)).decision is Decision.ANSWER
    named = Report(understood=True, granted=True, handover=Trigger.POLICY_EXCEPTION)
    assert decided(business, scores, named).decision is not Decision.ANSWER


def test_alone_the_detectors_hand_over_only_above_the_second_line(business: Business) -> None:
    strong = business.triggers[Trigger.ANGER].strong
    assert strong is not None
    assert beyond_doubt({Trigger.ANGER: Reading(strong - 0.01)}, business.triggers) is None
    sure = beyond_doubt({Trigger.ANGER: Reading(strong)}, business.triggers)
    assert sure is not None
    assert (sure.decision, sure.reason) == (Decision.HANDOVER, Trigger.ANGER)


def test_a_rule_of_the_business_hands_over_and_is_named(business: Business) -> None:
    verdict = decided(business, {}, Report(understood=True), Memory(), rule("handover", "churn_risk"))
    assert (verdict.decision, verdict.reason) == (Decision.HANDOVER, Trigger.CHURN_RISK)
    assert verdict.rule is not None
    assert (verdict.rule.id, verdict.rule.version) == ("own", 3)


def test_a_rule_does_not_hide_what_is_more_urgent(business: Business) -> None:
    scores = {Trigger.DISTRESS: over(business, Trigger.DISTRESS)}
    verdict = decided(business, scores, Report(understood=True), Memory(), rule("handover", "upsell"))
    assert (verdict.reason, verdict.rule) == (Trigger.DISTRESS, None)


def test_a_rule_that_answers_silences_the_offer_and_never_a_handover(business: Business) -> None:
    quiet = rule("answer", "churn_risk")
    offer = {Trigger.CHURN_RISK: over(business, Trigger.CHURN_RISK)}
    assert decided(business, offer, Report(understood=True), Memory(), quiet).decision is Decision.ANSWER
    person = {Trigger.WANTS_PERSON: over(business, Trigger.WANTS_PERSON)}
    still = decided(business, person, Report(understood=True), Memory(), rule("answer", "wants_person"))
    assert still.decision is Decision.HANDOVER
