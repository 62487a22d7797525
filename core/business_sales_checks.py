"""What enquiries and score cards must keep: every name known, every answer reachable."""

import re
from collections.abc import Collection

from core.business_checks import check_all
from core.business_files import BusinessFiles
from core.business_sales import REACHED_BY, STANDARD, Enquiries, EnquiryTopic, LeadCard, LeadQuestion
from core.business_types import Business
from core.yaml_lines import Loc, YamlFile

ENQUIRIES, LEADS = "enquiries.yaml", "leads.yaml"
_NEEDS = {"amount": "from", "time": "within_days"}


def check_sales(files: BusinessFiles, business: Business) -> None:
    """BusinessFileError at the first thing that does not hold together."""
    departments = [one.id for one in business.departments]
    if business.enquiries is not None:
        _check_enquiries(files.file(ENQUIRIES), business.enquiries, departments)
    if business.leads is not None:
        services = [one.id for one in business.services]
        _check_leads(files.file(LEADS), business.leads, departments, services)


def _check_enquiries(file: YamlFile, enquiries: Enquiries, departments: Collection[str]) -> None:
    file.check_unique((one.id for one in enquiries.details), "id", above=("details",))
    file.check_unique((one.id for one in enquiries.topics), "id", above=("topics",))
    for index, detail in enumerate(enquiries.details):
        standard = STANDARD.get(detail.id)
        if standard is not None and standard != detail.kind:
            raise file.error(
                ("details", index, "kind"), f"`{detail.kind}`", f"`{standard}` for `{detail.id}`"
            )
        if detail.holds is not None:
            _check_pattern(file, ("details", index, "holds"), detail.holds)
        if detail.kind == "choice" and not detail.options:
            raise file.error(("details", index), "a choice without `options`", "values with their words")
    for index, topic in enumerate(enquiries.topics):
        _check_topic(file, ("topics", index), topic, enquiries)
        if topic.department is not None:
            file.check(("topics", index, "department"), topic.department, departments, "a department's id")
    if enquiries.otherwise is not None:
        known = [one.id for one in enquiries.topics]
        file.check(("otherwise",), enquiries.otherwise, known, "the id of a topic")
    for name in ("{first}", "{second}"):
        if name not in enquiries.ask_two:
            raise file.error(("ask_two",), f"no `{name}`", "a question with `{first}` and `{second}`")


def _check_pattern(file: YamlFile, loc: Loc, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise file.error(loc, f"`{pattern}` ({error})", "a regular expression") from None


def _check_topic(file: YamlFile, loc: Loc, topic: EnquiryTopic, enquiries: Enquiries) -> None:
    known = [one.id for one in enquiries.details]
    reachable = [one.id for one in enquiries.details if one.kind in REACHED_BY]
    for part in ("required", "asked"):
        check_all(file, (*loc, part), getattr(topic, part), known, "the id of a detail")
    if "reach" in topic.model_fields_set or not any(one in reachable for one in topic.reach):
        check_all(file, (*loc, "reach"), topic.reach, reachable, "a detail of kind email or phone")
    if not topic.reach:
        raise file.error(loc, "nothing in `reach`", "a detail of kind email or phone")


def _check_leads(
    file: YamlFile, card: LeadCard, departments: Collection[str], services: Collection[str]
) -> None:
    if card.department is not None:
        file.check(("department",), card.department, departments, "a department's id")
    file.check_unique((one.id for one in card.questions), "id", above=("questions",))
    for index, question in enumerate(card.questions):
        _check_question(file, ("questions", index), question)
    file.check_unique((one.id for one in card.bands), "id", above=("bands",))
    for index, band in enumerate(card.bands):
        loc: Loc = ("bands", index)
        if index and band.from_score >= card.bands[index - 1].from_score:
            raise file.error((*loc, "from_score"), f"{band.from_score}", "bands with the highest score first")
        if (band.next_step == "book_call") != (band.service is not None):
            raise file.error(loc, f"`service: {band.service}`", "a service for `book_call`, and only there")
        if band.service is not None:
            file.check((*loc, "service"), band.service, services, "the id of a service in services.yaml")


def _check_question(file: YamlFile, loc: Loc, question: LeadQuestion) -> None:
    file.check_unique((one.id for one in question.answers), "id", above=(*loc, "answers"))
    measure = _NEEDS.get(question.kind)
    for index, answer in enumerate(question.answers):
        measured = answer.from_cents if question.kind == "amount" else answer.within_days
        if not answer.words and (measure is None or measured is None):
            what = f"`{measure}` or `words`" if measure else "`words`"
            raise file.error((*loc, "answers", index), f"`{answer.id}`, which no words can mean", what)
