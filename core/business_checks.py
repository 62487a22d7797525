"""What one business file says about another: every reference is known."""

from collections.abc import Collection, Iterable, Sequence

from core.business_facts import Service
from core.business_files import BusinessFiles
from core.business_policy import TriggerPolicy
from core.business_rules import DecisionRule
from core.business_types import Business
from core.vocabulary import Capability, Trigger
from core.yaml_lines import Loc, YamlFile

RULES = "rules/decisions.yaml"
CONSULT = "rules/consult.yaml"


def check_references(files: BusinessFiles, business: Business) -> Business:
    """The business, its triggers naming only its own departments. BusinessFileError: unknown reference."""
    departments = [one.id for one in business.departments]
    _check_services(files, business)
    _check_people(files, business, departments)
    _check_refund_sections(files, business)
    _check_tickets(files, business, departments)
    _check_consult(files, business, departments)
    if business.rules:
        check_rules(files.file(RULES), business, business.rules)
    if files.is_own("personas.yaml"):
        customers = [one.id for one in business.seed.customers]
        for index, persona in enumerate(business.personas):
            files.file("personas.yaml").check(
                (index, "customer"),
                persona.customer,
                customers,
                "the id of a customer in seed/customers.yaml",
            )
    return business.model_copy(update={"triggers": _own_departments(files, business, departments)})


def _check_services(files: BusinessFiles, business: Business) -> None:
    locations = [one.id for one in business.locations]
    services: Sequence[Service] = business.services
    for index, service in enumerate(services):
        check_all(
            files.file("services.yaml"),
            (index, "locations"),
            service.locations,
            locations,
            "the id of a location in locations.yaml",
        )


def _check_people(files: BusinessFiles, business: Business, departments: Collection[str]) -> None:
    people = [one.id for one in business.people]
    file = files.file("departments.yaml")
    file.check_unique(departments, "id", above=("departments",))
    owners: dict[str, str] = {}
    for index, department in enumerate(business.departments):
        loc: Loc = ("departments", index)
        check_all(file, (*loc, "members"), department.members, people, "the id of a person in people.yaml")
        check_all(file, (*loc, "owns"), department.owns, [*Trigger, *Capability], "a trigger or a capability")
        for position, owned in enumerate(department.owns):
            if owned in owners:
                raise file.error(
                    (*loc, "owns", position), f"`{owned}`, which {owners[owned]} owns", "one owner for each"
                )
            owners[owned] = department.id
    for index, person in enumerate(business.people):
        check_all(
            files.file("people.yaml"),
            (index, "departments"),
            person.departments,
            departments,
            "the id of a department in departments.yaml",
        )


def _check_refund_sections(files: BusinessFiles, business: Business) -> None:
    file = files.file("rules/refunds.yaml")
    policies = [one.id for one in business.policies]
    file.check(("policy_id",), business.refunds.policy_id, policies, "the id of a document in policies/")
    policy = business.policy(business.refunds.policy_id)
    sections = [section.id for section in policy.sections] if policy else []
    for index, rule in enumerate(business.refunds.rules):
        file.check(
            ("rules", index, "section"), rule.section, sections, f"a section of {business.refunds.policy_id}"
        )


def _check_tickets(files: BusinessFiles, business: Business, departments: Collection[str]) -> None:
    name, categories = "rules/tickets.yaml", business.tickets.categories
    if not files.is_own(name):
        return
    file = files.file(name)
    file.check_unique((one.id for one in categories), "id", above=("categories",))
    for index, one in enumerate(categories):
        if one.department is not None:
            loc = ("categories", index, "department")
            file.check(loc, one.department, departments, "the id of a department in departments.yaml")


def _check_consult(files: BusinessFiles, business: Business, departments: Collection[str]) -> None:
    if not files.is_own(CONSULT):
        return
    file, consult = files.file(CONSULT), business.consult
    asked: list[tuple[Loc, str | None]] = [
        (("approvals", index, "department"), one.department) for index, one in enumerate(consult.approvals)
    ]
    if consult.questions is not None:
        asked.append((("questions", "department"), consult.questions.department))
    for loc, department in asked:
        if department is not None:
            file.check(loc, department, departments, "the id of a department in departments.yaml")


def _own_departments(
    files: BusinessFiles, business: Business, departments: Collection[str]
) -> dict[Trigger, TriggerPolicy]:
    """Triggers from the sample that name a department unknown here go to whoever owns them."""
    own = files.own_keys("triggers.yaml")
    triggers: dict[Trigger, TriggerPolicy] = {}
    for trigger, policy in business.triggers.items():
        if policy.department is not None and policy.department not in departments:
            if trigger in own:
                files.file("triggers.yaml").check(
                    (trigger, "department"),
                    policy.department,
                    departments,
                    "the id of a department in departments.yaml",
                )
            policy = policy.model_copy(update={"department": None})
        triggers[trigger] = policy
    return triggers


def check_all(file: YamlFile, loc: Loc, values: Iterable[str], known: Collection[str], kind: str) -> None:
    """BusinessFileError at the first of a list's references that is unknown."""
    for position, value in enumerate(values):
        file.check((*loc, position), value, known, kind)


def check_rules(file: YamlFile, business: Business, rules: Sequence[DecisionRule]) -> None:
    """Departments that rules name are the business's own. BusinessFileError: unknown reference."""
    departments = [one.id for one in business.departments]
    for index, rule in enumerate(rules):
        if rule.then.department is not None:
            loc: Loc = (index, "then", "department")
            file.check(loc, rule.then.department, departments, "the id of a department")
