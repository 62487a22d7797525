"""Taking down what an enquirer told: an enquiry and a call's values make the enquiry that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.business import STANDARD, Enquiries, EnquiryTopic
from core.vocabulary import Capability
from store.sales_records import EnquiryRecord
from store.shop_records import CustomerRecord
from tools.access import account_id
from tools.context import ToolContext
from tools.detail_reading import Unread, named_by, read_detail
from tools.keys import new_reference
from tools.matching import matches
from tools.refusals import Refusal

_CONTACT = ("name", "email", "phone")
_WELCOME = tuple(name for name in STANDARD if name != "product")
"""Details that are taken down for any topic; words for an article are often only words."""


@dataclass(frozen=True)
class Taken:
    """What a call came to."""

    record: EnquiryRecord
    saved: tuple[str, ...] = ()
    """Details that are new or other than before."""
    corrected: Mapping[str, str] = field(default_factory=dict)
    """Of these, what stood there before."""
    unread: Mapping[str, Unread] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    """Details that were declined in this call."""


def offered(context: ToolContext) -> Enquiries:
    """What this business takes down. Refusal `not_offered` when it takes down nothing."""
    if context.business.enquiries is None:
        raise Refusal("not_offered", person_offered=True)
    return context.business.enquiries


def current(context: ToolContext) -> EnquiryRecord | None:
    """The conversation's enquiry that was changed last, unless it was withdrawn."""
    found = context.ports.enquiries.of_conversation(context.uow, context.conversation_id)
    return found[0] if found and found[0].status != "withdrawn" else None


def topic_of(enquiries: Enquiries, record: EnquiryRecord) -> EnquiryTopic:
    """An enquiry's topic; of one that the business no longer has, the first one's needs stand in."""
    return enquiries.topic(record.topic) or enquiries.topics[0]


def begun(context: ToolContext, enquiries: Enquiries, words: str | None, *, another: bool) -> EnquiryRecord:
    """The enquiry that a call is about: the current one, under another topic where told, or a new one.

    What is known of the person goes along. Refusal `which_topic` when nothing says what it is about.
    """
    now, told = current(context), _named(enquiries, words)
    topic = told or (topic_of(enquiries, now) if now else None) or _otherwise(enquiries, words)
    if now is not None and not another:
        if now.topic == topic.id:
            return now
        if now.status == "draft":
            return replace(now, topic=topic.id, department=_department(context, topic))
    owner = the_owner(context)
    known = _of_account(owner, topic) | {
        name: value for name, value in (now.details if now else {}).items() if name in _CONTACT
    }
    return EnquiryRecord(
        reference=new_reference("EN"),
        conversation_id=context.conversation_id,
        customer_id=owner.id if owner else None,
        topic=topic.id,
        department=_department(context, topic),
        details={name: value for name, value in known.items() if enquiries.detail(name)},
        declined={name: None for name in (now.declined if now else {}) if name in _CONTACT},
    )


def take(
    context: ToolContext,
    enquiries: Enquiries,
    before: EnquiryRecord,
    given: Mapping[str, str],
    declined: Sequence[str],
) -> Taken:
    """The enquiry with the values of a call: read, checked, and without what was refused."""
    owner = the_owner(context)
    refused = tuple(
        dict.fromkeys(one.id for words in declined if (one := named_by(words, enquiries.details)) is not None)
    )
    details, was_declined = dict(before.details), dict(before.declined)
    unread: dict[str, Unread] = {}
    wanted = topic_of(enquiries, before).details
    for words, text in given.items():
        detail = named_by(words, enquiries.details)
        if detail is None or detail.id in refused or not (detail.id in wanted or detail.id in _WELCOME):
            continue
        value = read_detail(context, detail, text, owner)
        if isinstance(value, Unread):
            if detail.id in wanted:
                unread[detail.id] = value
        elif detail.id not in was_declined or was_declined[detail.id] != value:
            details[detail.id] = value
            was_declined.pop(detail.id, None)
    for name in refused:
        was_declined[name] = details.pop(name, was_declined.get(name))
    changed = tuple(name for name, value in details.items() if before.details.get(name) != value)
    return Taken(
        replace(before, details=details, declined=was_declined),
        changed,
        {name: before.details[name] for name in changed if name in before.details},
        unread,
        refused,
    )


def the_owner(context: ToolContext) -> CustomerRecord | None:
    """The signed-in customer."""
    mine = account_id(context)
    return context.ports.customers.get(context.uow, mine) if mine else None


def _of_account(owner: CustomerRecord | None, topic: EnquiryTopic) -> dict[str, str]:
    """What an account knows, as far as the topic asks for it."""
    known = {"name": owner.name, "email": owner.email, "phone": owner.phone} if owner else {}
    return {name: value for name, value in known.items() if value and name in topic.required}


def _department(context: ToolContext, topic: EnquiryTopic) -> str:
    return topic.department or context.business.owner_of(Capability.COLLECT_DETAILS).id


def _named(enquiries: Enquiries, words: str | None) -> EnquiryTopic | None:
    if not words:
        return None
    exact = enquiries.topic(words.strip().casefold())
    if exact is not None:
        return exact
    found = matches(words, {one.id: f"{one.name} {' '.join(one.words)}" for one in enquiries.topics})
    return enquiries.topic(found[0]) if len(found) == 1 else None


def _otherwise(enquiries: Enquiries, words: str | None) -> EnquiryTopic:
    fallback = enquiries.topic(enquiries.otherwise) if enquiries.otherwise else None
    if len(enquiries.topics) == 1:
        fallback = enquiries.topics[0]
    if fallback is None:
        options = [{"id": one.id, "name": one.name, "about": one.about} for one in enquiries.topics]
        listed = ", ".join(one.name for one in enquiries.topics)
        raise Refusal("which_topic", options=options, options_words=listed, found=words)
    return fallback
