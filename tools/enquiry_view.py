"""Enquiries as the tools tell them: what was noted, what is missing, what to ask next."""

from collections.abc import Iterable

from core.business import Detail, Enquiries
from core.shapes import Json
from store.sales_records import EnquiryRecord
from tools import show
from tools.context import ToolContext
from tools.detail_reading import Unread, detail_words
from tools.enquiry_state import missing, question, to_ask, unreachable
from tools.enquiry_taking import Taken, topic_of
from tools.limits import limits
from tools.words import words


def next_ask(enquiries: Enquiries, taken: Taken) -> tuple[tuple[Detail, ...], str | None]:
    """What is asked next, and its question: first what could not be read, then what is missing."""
    topic = topic_of(enquiries, taken.record)
    for name, unread in taken.unread.items():
        detail = enquiries.detail(name)
        tired = name in topic.asked and taken.record.asked.get(name, 0) >= limits().detail_asked
        if detail is not None and name not in taken.record.details and not tired:
            options = ", ".join(unread.options) or ", ".join(detail.options)
            return (detail,), (detail.again or detail.ask).format(options=options)
    if unreachable(topic, taken.record):
        return (), None
    details = to_ask(enquiries, topic, taken.record)
    return details, question(enquiries, details)


def saved_view(context: ToolContext, enquiries: Enquiries, taken: Taken, ask: str | None) -> Json:
    """The result of `save_enquiry_details`."""
    record, topic = taken.record, topic_of(enquiries, taken.record)
    open_ones = list(missing(topic, record))
    lost = unreachable(topic, record)
    fresh = [name for name in taken.saved if name not in taken.corrected]
    return {
        "ok": True,
        "enquiry": record.reference,
        "topic": topic.id,
        "topic_name": topic.name,
        "status": record.status,
        "details": _values(context, enquiries, record, record.details),
        "noted_words": _listed(context, enquiries, record, fresh) or None,
        "corrected_words": _listed(context, enquiries, record, taken.corrected) or None,
        "invalid": {name: _why(one) for name, one in taken.unread.items()} or None,
        "declined": list(record.declined),
        "declined_now": list(taken.refused) or None,
        "missing": open_ones,
        "ask": ask,
        "complete": not open_ones and not lost and ask is None,
        "reachable": not lost,
        "person_offered": True if lost else None,
    }


def all_words(context: ToolContext, enquiries: Enquiries, record: EnquiryRecord) -> str:
    """`name Jane Doe, e-mail j@x.ie`: all that is noted, to be confirmed."""
    return _listed(context, enquiries, record, record.details)


def sent_view(context: ToolContext, enquiries: Enquiries, record: EnquiryRecord) -> Json:
    """The result of `submit_enquiry`."""
    department = context.business.department(record.department)
    zone = context.business.shop.timezone
    return {
        "ok": True,
        "enquiry": record.reference,
        "topic": record.topic,
        "topic_name": topic_of(enquiries, record).name,
        "department": department.name if department else record.department,
        "details_words": all_words(context, enquiries, record),
        **show.dated("due", record.due_at, context.uow.now, zone),
        "promised": record.promise_id is not None,
    }


def _values(
    context: ToolContext, enquiries: Enquiries, record: EnquiryRecord, names: Iterable[str]
) -> dict[str, str]:
    found = ((name, enquiries.detail(name)) for name in names)
    return {
        name: detail_words(context, detail, record.details[name])
        for name, detail in found
        if detail is not None and name in record.details
    }


def _listed(context: ToolContext, enquiries: Enquiries, record: EnquiryRecord, names: Iterable[str]) -> str:
    shown = _values(context, enquiries, record, names)
    pairs = ((enquiries.detail(name), value) for name, value in shown.items())
    return ", ".join(
        words().fill("form", "detail", {"label": detail.label, "value": value})
        for detail, value in pairs
        if detail is not None
    )


def _why(unread: Unread) -> Json:
    return {"why": words().fill("unread", unread.why), "options": list(unread.options) or None}
