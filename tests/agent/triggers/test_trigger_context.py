"""What triggers hear beyond the words: history, records, failed turns, the turn's own report."""

from agent.triggers import CustomerFacts, Heard, Said, SelfReport, hear
from core.vocabulary import Role, Trigger

OUTBURST = "This is really disappointing, I am not happy with your service"
LEAVING = "I'm leaving, I found a better provider"
EXCEPTION = "Could you please make an exception, I missed the return date by a day"


def talk(*texts: str) -> tuple[Said, ...]:
    """Customer and AI in turns, the customer first."""
    roles = (Role.CUSTOMER, Role.AI)
    return tuple(Said(roles[i % 2], text) for i, text in enumerate(texts))


def score(trigger: Trigger, heard: Heard) -> float:
    return hear(heard)[trigger].score


def test_a_second_outburst_weighs_more_than_the_first() -> None:
    first = score(Trigger.ANGER, Heard(OUTBURST))
    second = score(Trigger.ANGER, Heard(OUTBURST, talk("Still no answer, very poor service", "I am sorry.")))
    calm = score(Trigger.ANGER, Heard(OUTBURST, talk("Where is my order?", "On its way.")))
    assert second > first
    assert calm < second


def test_an_earlier_outburst_is_no_anger_in_a_calm_message() -> None:
    history = talk("You are useless, worst company ever", "I am sorry.")
    assert score(Trigger.ANGER, Heard("My address is 12 Mill Lane, York", history)) < 0.2


def test_what_the_ai_said_is_never_the_customers_mood() -> None:
    history = (Said(Role.AI, "You are useless, worst company ever"),)
    assert score(Trigger.ANGER, Heard(OUTBURST, history)) == score(Trigger.ANGER, Heard(OUTBURST))


def test_a_valuable_customer_who_leaves_scores_higher_than_a_new_one() -> None:
    new = score(Trigger.CHURN_RISK, Heard(LEAVING))
    spender = score(Trigger.CHURN_RISK, Heard(LEAVING, customer=CustomerFacts(lifetime_value=8000)))
    gold = score(Trigger.CHURN_RISK, Heard(LEAVING, customer=CustomerFacts(tier="Gold", late_orders=2)))
    assert new < spender
    assert new < gold


def test_value_alone_is_no_risk_of_leaving() -> None:
    rich = CustomerFacts(lifetime_value=90_000, tier="vip", late_orders=4)
    assert score(Trigger.CHURN_RISK, Heard("Please cancel my order 10233", customer=rich)) < 0.3


def test_insisting_on_an_exception_weighs_more_than_asking() -> None:
    first = score(Trigger.POLICY_EXCEPTION, Heard(EXCEPTION))
    insisting = Heard(EXCEPTION, talk("Can you bend the rules for me, just this once?", "Sorry, no."))
    assert score(Trigger.POLICY_EXCEPTION, insisting) > first


def test_words_that_say_the_answer_missed_are_heard_after_an_answer() -> None:
    heard = Heard("No, that's not what I asked", talk("Where is my parcel?", "We open at nine."))
    reading = hear(heard)[Trigger.NOT_UNDERSTOOD]
    assert reading.score > 0.5
    assert reading.words


def test_nothing_can_have_missed_before_the_first_answer() -> None:
    assert score(Trigger.NOT_UNDERSTOOD, Heard("That's not what I asked")) == 0


def test_a_miss_after_a_failed_turn_scores_higher() -> None:
    history = talk("Where is my parcel?", "We open at nine.")
    text = "No, that's not what I asked"
    once = score(Trigger.NOT_UNDERSTOOD, Heard(text, history))
    twice = score(Trigger.NOT_UNDERSTOOD, Heard(text, history, failed_turns=1))
    assert twice > once


def test_the_same_question_in_other_words_is_a_repetition() -> None:
    history = talk("Where is my parcel with the grey lamp?", "We open at nine.")
    again = score(Trigger.NOT_UNDERSTOOD, Heard("So where is the parcel with my grey lamp now?", history))
    other = score(Trigger.NOT_UNDERSTOOD, Heard("Do you also sell oak dining tables?", history))
    assert again > 0.5
    assert other < 0.2


def test_asking_a_third_time_scores_higher_than_a_second() -> None:
    question = "where is my parcel with the grey lamp"
    second = talk(question, "We open at nine.")
    third = talk(question, "We open at nine.", "where is the parcel with my grey lamp", "We open at nine.")
    heard = "please, where is my grey lamp parcel"
    assert score(Trigger.NOT_UNDERSTOOD, Heard(heard, third)) > score(
        Trigger.NOT_UNDERSTOOD, Heard(heard, second)
    )


def test_a_message_sent_twice_before_any_answer_repeats_nothing() -> None:
    history = (Said(Role.CUSTOMER, "Where is my parcel with the grey lamp?"),)
    assert score(Trigger.NOT_UNDERSTOOD, Heard("Where is my parcel with the grey lamp?", history)) == 0


def test_confidence_is_unknown_while_only_listening() -> None:
    assert score(Trigger.LOW_CONFIDENCE, Heard("Where is my order?")) == 0


def test_a_sure_answer_with_a_source_leaves_little_doubt() -> None:
    sure = SelfReport(understood=True, confidence=0.95, best_retrieval=0.9, answered_from=True)
    assert score(Trigger.LOW_CONFIDENCE, Heard("Where is my order?", self_report=sure)) < 0.1


def test_each_sign_of_doubt_adds_to_it() -> None:
    reports = [
        SelfReport(understood=True, confidence=0.8, best_retrieval=0.9, answered_from=True),
        SelfReport(understood=True, confidence=0.8, best_retrieval=0.2, answered_from=False),
        SelfReport(understood=True, confidence=0.8, best_retrieval=0.2, answered_from=False, tool_failures=2),
        SelfReport(
            understood=False, confidence=0.8, best_retrieval=0.2, answered_from=False, tool_failures=2
        ),
    ]
    scores = [score(Trigger.LOW_CONFIDENCE, Heard("Hm?", self_report=report)) for report in reports]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)


def test_a_high_self_report_without_any_source_is_not_taken_at_its_word() -> None:
    bare = SelfReport(understood=True, confidence=1.0, best_retrieval=0.0, answered_from=False)
    assert score(Trigger.LOW_CONFIDENCE, Heard("Is it vegan?", self_report=bare)) > 0.3


def test_nobody_in_trouble_is_sold_to() -> None:
    offer = "We need 40 desks for our new office, can you send a quote?"
    angry = talk("You are useless, worst company ever", "I am sorry.")
    assert score(Trigger.UPSELL, Heard(offer)) > 0.5
    assert score(Trigger.UPSELL, Heard(offer, angry)) < 0.2


def test_several_departments_need_two_owners_over_the_conversation() -> None:
    dispute = "I was charged twice for the same order, give me my money back"
    business = "And we need 40 desks for our new office, can you send a quote?"
    assert score(Trigger.SEVERAL_DEPARTMENTS, Heard(business, talk(dispute, "I see."))) > 0.5
    assert score(Trigger.SEVERAL_DEPARTMENTS, Heard(dispute)) < 0.3


def test_few_words_that_answer_the_ais_question_need_more_evidence() -> None:
    asked = talk("We need thirty desks", "And who decides about it, on your side?")
    told = talk("We need thirty desks", "Thank you, I have noted that.")
    alone = score(Trigger.WANTS_PERSON, Heard("together with my colleague"))
    remark = score(Trigger.WANTS_PERSON, Heard("together with my colleague", told))
    answer = score(Trigger.WANTS_PERSON, Heard("together with my colleague", asked))
    assert answer < remark < alone
    assert answer < 0.7


def test_a_plain_wish_for_a_person_is_heard_however_short_the_answer() -> None:
    asked = talk("Where is my order?", "What is the order number?")
    assert score(Trigger.WANTS_PERSON, Heard("human please", asked)) > 0.9


def test_danger_to_life_is_heard_in_three_words_after_a_question() -> None:
    asked = talk("Where is my order?", "What is the order number?")
    assert score(Trigger.DISTRESS, Heard("I want to die", asked)) > 0.8
