"""The plan of a handover: who gets it, how soon, with which words."""

import pytest

from core.business import Business
from core.ids import DepartmentId
from core.vocabulary import Capability, Priority, Trigger
from handover.plan import plan
from tests.support.desk import evidence


def test_a_trigger_that_names_a_department_decides(business: Business) -> None:
    made = plan(Trigger.BILLING_LEGAL, (), "My money", business, capability=Capability.REFUND)
    assert made.department == "billing"


def test_else_the_owner_of_what_the_turn_was_about_gets_the_case(business: Business) -> None:
    made = plan(Trigger.WANTS_PERSON, (), "A person", business, capability=Capability.BOOKING)
    assert made.department == "sales"


def test_else_the_default_department_gets_it(business: Business) -> None:
    made = plan(Trigger.WANTS_PERSON, (), "A person", business)
    assert made.department == business.default_department.id


def test_several_departments_are_named_beside_the_one_that_leads(business: Business) -> None:
    both = [DepartmentId("billing"), DepartmentId("orders")]
    made = plan(Trigger.SEVERAL_DEPARTMENTS, (), "Both", business, departments=both)
    assert made.department == "care"
    assert made.others == ("billing", "orders")


def test_who_answers_for_the_other_triggers_is_listed_besides(business: Business) -> None:
    found = [evidence(Trigger.DISTRESS, "ill"), evidence(Trigger.BILLING_LEGAL, "charged twice")]
    made = plan(Trigger.DISTRESS, found, "x", business)
    assert (made.department, made.others) == ("care", ("billing",))


@pytest.mark.parametrize("trigger", list(Trigger))
def test_every_trigger_has_a_plan_in_words(business: Business, trigger: Trigger) -> None:
    made = plan(trigger, (), "Something", business)
    assert made.priority is business.triggers[trigger].priority
    assert business.department(made.department) is not None
    assert made.next_step
    assert made.draft
    assert business.wordings.has(made.wording)


def test_the_reasons_evidence_stands_first(business: Business) -> None:
    found = [evidence(Trigger.CHURN_RISK, "leave"), evidence(Trigger.ANGER, "rubbish")]
    assert plan(Trigger.ANGER, found, "x", business).evidence[0].trigger is Trigger.ANGER


def test_the_draft_greets_whom_it_knows(business: Business) -> None:
    assert "Ann" in plan(Trigger.ANGER, (), "x", business, customer_name="Ann").draft
    assert "None" not in plan(Trigger.ANGER, (), "x", business).draft


def test_the_models_own_prose_is_kept(business: Business) -> None:
    made = plan(None, (), "x", business, draft="My draft", next_step="My step")
    assert (made.draft, made.next_step, made.priority) == ("My draft", "My step", Priority.NORMAL)
