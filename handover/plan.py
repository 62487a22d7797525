"""The plan of a handover: to whom, how soon and why. Pure: it looks at the business and at nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.business import Business, RuleOutcome
from core.ids import DepartmentId
from core.shapes import Evidence, RuleRef
from core.vocabulary import Capability, Priority, Trigger
from handover import words


@dataclass(frozen=True)
class Plan:
    """What a turn decided about its handover, before anything is written."""

    reason: Trigger | None
    rule: RuleRef | None
    evidence: tuple[Evidence, ...]
    """The reason's first."""
    asked: str
    """What the customer wants, in one sentence or in their own words."""
    priority: Priority
    department: DepartmentId
    others: tuple[DepartmentId, ...]
    """Departments that are needed besides."""
    live_wanted: bool
    """False: a follow-up, even if somebody is there (a task with a deadline, not a chat)."""
    draft: str
    next_step: str
    wording: str
    """The key of the words to the customer."""


def plan(
    reason: Trigger | None,
    evidence: Sequence[Evidence],
    asked: str,
    business: Business,
    *,
    rule: RuleRef | None = None,
    capability: Capability | None = None,
    departments: Sequence[DepartmentId] = (),
    live_wanted: bool = True,
    draft: str = "",
    next_step: str = "",
    wording: str | None = None,
    customer_name: str | None = None,
) -> Plan:
    """A handover for `reason`.

    `rule`: the business's own that decided; its department and priority count first.
    `capability`: what the turn was about; its owner gets the case when the trigger names nobody.
    `departments`: several that are each needed; the first leads unless the trigger names another. Who answers
    for the other triggers that fired is listed besides.
    `draft`, `next_step`: the model's prose; empty: the words of `handover/words.yaml` for the reason.
    """
    policy = business.triggers[reason] if reason else None
    then = _outcome(rule, business)
    own = [DepartmentId(then.department)] if then and then.department else []
    leading = own[0] if own else lead(reason, capability, departments, business)
    first = [one for one in evidence if one.trigger == reason]
    besides = [owner for one in evidence if (owner := _owner(one.trigger, business)) is not None]
    return Plan(
        reason=reason,
        rule=rule,
        evidence=(*first, *(one for one in evidence if one.trigger != reason)),
        asked=asked,
        priority=(then.priority if then else None) or (policy.priority if policy else Priority.NORMAL),
        department=leading,
        others=tuple(dict.fromkeys(one for one in (*departments, *besides) if one != leading)),
        live_wanted=live_wanted,
        draft=draft or words.desk("draft", reason, customer=customer_name),
        next_step=next_step or words.desk("next_step", reason),
        wording=wording or (f"handover.{reason}" if reason else "handover.default"),
    )


def _outcome(rule: RuleRef | None, business: Business) -> RuleOutcome | None:
    found = business.rule(rule.id) if rule else None
    return found.then if found else None


def lead(
    reason: Trigger | None,
    capability: Capability | None,
    departments: Sequence[DepartmentId],
    business: Business,
) -> DepartmentId:
    """Whose case it is: as the trigger's policy says, else the first of `departments`, else an owner."""
    named = business.triggers[reason].department if reason else None
    for one in (named, *departments):
        if one is not None and business.department(one) is not None:
            return DepartmentId(one)
    owners = (_owner(owned, business) for owned in (reason, capability) if owned is not None)
    return next((one for one in owners if one), DepartmentId(business.default_department.id))


def _owner(owned: Trigger | Capability, business: Business) -> DepartmentId | None:
    """Who answers for a trigger or a capability by name; None where nobody does."""
    if isinstance(owned, Trigger) and (named := business.triggers[owned].department) is not None:
        return DepartmentId(named)
    owner = next((one for one in business.departments if owned in one.owns), None)
    return DepartmentId(owner.id) if owner else None
