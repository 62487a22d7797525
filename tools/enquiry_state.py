"""What an enquiry still needs: pure functions over its topic and what was told so far."""

from collections.abc import Sequence

from core.business import Detail, Enquiries, EnquiryTopic
from store.sales_records import EnquiryRecord

_TOGETHER = ("name", "email", "phone", "order_number")
"""Kinds of detail that may be asked for two at a time: others want an answer of their own."""


def missing(topic: EnquiryTopic, record: EnquiryRecord) -> tuple[str, ...]:
    """Required details that were neither given nor declined, and a way to be reached where there is none."""
    needed = [name for name in topic.required if _is_open(record, name) and not _spared(topic, record, name)]
    if not _reached(topic, record) and not any(name in topic.reach for name in needed):
        needed += [name for name in topic.reach if _is_open(record, name)][:1]
    return tuple(needed)


def unreachable(topic: EnquiryTopic, record: EnquiryRecord) -> bool:
    """Whether every way to be reached was declined: nobody could answer."""
    return not _reached(topic, record) and all(name in record.declined for name in topic.reach)


def to_ask(enquiries: Enquiries, topic: EnquiryTopic, record: EnquiryRecord) -> tuple[Detail, ...]:
    """The one or two details to ask for next; none when all is there that will be."""
    open_ones = missing(topic, record) or tuple(
        name for name in topic.asked if _is_open(record, name) and not record.asked.get(name)
    )
    details = [found for name in open_ones if (found := enquiries.detail(name)) is not None]
    if len(details) > 1 and all(one.kind in _TOGETHER for one in details[:2]):
        return tuple(details[:2])
    return tuple(details[:1])


def question(enquiries: Enquiries, details: Sequence[Detail]) -> str | None:
    """The question for these details, in the business's words."""
    if not details:
        return None
    if len(details) == 1:
        return details[0].ask
    return enquiries.ask_two.format(first=details[0].noun, second=details[1].noun)


def _is_open(record: EnquiryRecord, name: str) -> bool:
    return name not in record.details and name not in record.declined


def _spared(topic: EnquiryTopic, record: EnquiryRecord, name: str) -> bool:
    """Whether another way to be reached was given when this one was asked for."""
    return name in topic.reach and bool(record.asked.get(name)) and _reached(topic, record)


def _reached(topic: EnquiryTopic, record: EnquiryRecord) -> bool:
    return any(name in record.details for name in topic.reach)
