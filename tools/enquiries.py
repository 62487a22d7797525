"""Enquiries: details taken down in any order, sent to who can act on them, and withdrawn."""

from dataclasses import replace

from langchain.tools import ToolRuntime, tool
from pydantic import BaseModel, ConfigDict, Field

from core.shapes import Json
from core.vocabulary import Capability
from store import promises
from store.sales_records import EnquiryRecord
from tools.context import ToolContext
from tools.enquiry_state import missing, question, to_ask, unreachable
from tools.enquiry_taking import begun, current, offered, take, topic_of
from tools.enquiry_view import all_words, next_ask, saved_view, sent_view
from tools.keys import digest, raise_if_moved
from tools.refusals import NeedsConfirmation, Refusal
from tools.sales_writing import audited, promise_answer, tell_department
from tools.spec import Effect, ToolSpec
from tools.words import words


class OtherDetail(BaseModel):
    """A detail that has no argument of its own."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The detail's name, as the tool listed it under `missing`.")
    value: str = Field(description="The value, as the customer wrote it.")


@tool(parse_docstring=True)
def save_enquiry_details(
    runtime: ToolRuntime[ToolContext],
    topic: str | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    product: str | None = None,
    order_number: str | None = None,
    date: str | None = None,
    photo_link: str | None = None,
    message: str | None = None,
    other: list[OtherDetail] | None = None,
    declined: list[str] | None = None,
    another: bool | None = None,
) -> Json:
    """Note details that the customer leaves for the team: a call back, a message, a waiting list.

    Call it with whatever the customer has just given, corrected or refused. It answers what is still missing.

    Args:
        topic: What it is about, in a few words, when it begins or changes.
        name: Name, as the customer wrote it.
        email: E-mail address, as the customer wrote it.
        phone: Phone number, as the customer wrote it.
        product: The product, in the customer's words.
        order_number: The order's number.
        date: A day, with a time if there is one, in the customer's words or ISO.
        photo_link: A link that the customer sent.
        message: What the customer wants to tell or ask.
        other: Other details that the tool listed as missing.
        declined: Details that the customer does not want to give. They are not asked for again.
        another: True for a second enquiry beside one that was sent.
    """
    context = runtime.context
    enquiries = offered(context)
    given = {
        "name": name,
        "email": email,
        "phone": phone,
        "product": product,
        "order_number": order_number,
        "date": date,
        "photo_link": photo_link,
        "message": message,
        **{one.name: one.value for one in other or ()},
    }
    before = begun(context, enquiries, topic, another=bool(another))
    raise_if_moved(context, _save_key_of(context, _told(given, topic, declined, another)))
    told = {key: value for key, value in given.items() if value}
    taken = take(context, enquiries, before, told, declined or ())
    asked, ask = next_ask(enquiries, taken)
    counted = {**taken.record.asked, **{one.id: taken.record.asked.get(one.id, 0) + 1 for one in asked}}
    stored = _stored(context, current(context), replace(taken.record, asked=counted))
    return saved_view(context, enquiries, replace(taken, record=stored), ask)


@tool(parse_docstring=True)
def submit_enquiry(runtime: ToolRuntime[ToolContext]) -> Json:
    """Send the details that were noted to the team that can act on them.

    Call it once save_enquiry_details says that nothing is missing.
    """
    context = runtime.context
    enquiries, record = offered(context), _required(context)
    topic = topic_of(enquiries, record)
    if record.status == "submitted":
        return sent_view(context, enquiries, record)
    if unreachable(topic, record):
        raise Refusal("unreachable", person_offered=True)
    if open_ones := missing(topic, record):
        ask = question(enquiries, to_ask(enquiries, topic, record))
        raise Refusal("missing", missing=list(open_ones), ask=ask)
    raise_if_moved(context, _key(record, "submit"))
    if topic.confirm and not context.confirmed:
        department = context.business.department(record.department)
        values = {
            "department": department.name if department else record.department,
            "details": all_words(context, enquiries, record),
        }
        raise NeedsConfirmation(words().fill("summary", "enquiry", values))
    return sent_view(context, enquiries, _sent(context, record, topic.name, topic.answer_hours))


@tool(parse_docstring=True)
def withdraw_enquiry(runtime: ToolRuntime[ToolContext]) -> Json:
    """Take back what the customer has left, and forget the details. Only when the customer asks for it."""
    context = runtime.context
    offered(context)
    record = _required(context)
    raise_if_moved(context, _key(record, "withdraw"))
    gone = replace(record, status="withdrawn", details={}, declined={})
    stored = _save(context, gone)
    if record.promise_id is not None:
        promises.settle(context.uow, record.promise_id, "void")
    if record.status == "submitted":
        tell_department(context, "enquiry", stored.reference, stored.revision)
    audited(context, "enquiry_withdrawn", "enquiry", record.reference, {"was": record.status})
    return {"ok": True, "enquiry": record.reference, "was": record.status}


def _stored(context: ToolContext, before: EnquiryRecord | None, record: EnquiryRecord) -> EnquiryRecord:
    """The enquiry written where something has changed; one that was sent already is sent anew."""
    if record == before:
        return record
    stored = _save(context, record)
    told = before is None or (stored.details, stored.declined) != (before.details, before.declined)
    if stored.status == "submitted" and told:
        tell_department(context, "enquiry", stored.reference, stored.revision)
        audited(context, "enquiry_changed", "enquiry", stored.reference, {"revision": stored.revision})
    return stored


def _sent(context: ToolContext, record: EnquiryRecord, topic: str, hours: int | None) -> EnquiryRecord:
    sent = replace(record, status="submitted", submitted_at=context.uow.now)
    if hours is not None:
        values = {"reference": record.reference, "topic": topic}
        promised, due = promise_answer(context, "enquiry", values, record.department, hours)
        sent = replace(sent, promise_id=promised, due_at=due)
    stored = _save(context, sent)
    tell_department(context, "enquiry", stored.reference, stored.revision)
    audited(
        context,
        "enquiry_sent",
        "enquiry",
        stored.reference,
        {"topic": stored.topic, "department": stored.department},
    )
    return stored


def _save(context: ToolContext, record: EnquiryRecord) -> EnquiryRecord:
    stored = context.ports.enquiries.save(context.uow, record)
    if stored is None:
        raise Refusal("changed_meanwhile")
    return stored


def _required(context: ToolContext) -> EnquiryRecord:
    record = current(context)
    if record is None:
        raise Refusal("no_enquiry")
    return record


def _key(record: EnquiryRecord, act: str) -> str:
    return f"enquiry:{record.reference}:{record.revision}:{act}"


def _told(given: Json, topic: object, declined: object, another: object) -> str:
    return digest([given, topic, declined, another])


def _save_key_of(context: ToolContext, told: str) -> str:
    """The conversation's enquiry as it stands, and what was told, as a digest."""
    record = current(context)
    state = f"{record.reference}:{record.revision}" if record else "new"
    return ":".join(("enquiry", context.conversation_id, state, "save", told))


def _key_of_save(arguments: Json, context: ToolContext) -> str:
    names = ("name", "email", "phone", "product", "order_number", "date", "photo_link", "message")
    given: Json = {name: arguments.get(name) for name in names}
    for one in arguments.get("other") or ():
        if isinstance(one, dict):
            given[str(one.get("name"))] = one.get("value")
    rest = (arguments.get("topic"), arguments.get("declined"), arguments.get("another"))
    return _save_key_of(context, _told(given, *rest))


def _key_of(act: str, context: ToolContext) -> str:
    record = current(context)
    return _key(record, act) if record else f"enquiry:{context.conversation_id}:none:{act}"


def _tried_save(arguments: Json, result: Json) -> str:
    return words().tried("save_enquiry_details", result, str(result.get("topic_name") or ""), "enquiry")


def _tried_submit(arguments: Json, result: Json) -> str:
    return words().tried("submit_enquiry", result, str(result.get("topic_name") or ""), "enquiry")


def _tried_withdraw(arguments: Json, result: Json) -> str:
    return words().tried("withdraw_enquiry", result, "", "enquiry")


SPECS = (
    ToolSpec(save_enquiry_details, Capability.COLLECT_DETAILS, Effect.CHANGE, _key_of_save, _tried_save),
    ToolSpec(
        submit_enquiry,
        Capability.COLLECT_DETAILS,
        Effect.CHANGE,
        lambda arguments, context: _key_of("submit", context),
        _tried_submit,
    ),
    ToolSpec(
        withdraw_enquiry,
        Capability.COLLECT_DETAILS,
        Effect.CHANGE,
        lambda arguments, context: _key_of("withdraw", context),
        _tried_withdraw,
    ),
)
