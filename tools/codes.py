"""One-time codes: `send_code` to the contact on file, `check_code` raises the conversation to `account`."""

from datetime import timedelta

from langchain.tools import ToolRuntime, tool

from core.ids import CustomerId, OrderNumber
from core.shapes import Json
from core.vocabulary import Capability, Level
from store import outbox
from store.identity_codes import CodeRecord
from tools import show
from tools.access import account_id, code_form, identity_needed, tries_left
from tools.challenge import owner_by_email
from tools.code_making import CODE, address_digest, code_digits, digit_runs, is_code
from tools.context import ToolContext
from tools.keys import digest
from tools.limits import limits
from tools.numbers import email_said, number_said, read_number
from tools.refusals import refused
from tools.spec import Effect, ToolSpec
from tools.words import words


@tool(parse_docstring=True)
def send_code(
    runtime: ToolRuntime[ToolContext], order_number: str | None = None, email: str | None = None
) -> Json:
    """Send a one-time code to the e-mail address on file, so that the customer can show who they are.

    Needed before anything that is for signed-in customers only. No argument is needed once find_order has
    opened an order; otherwise both, exactly as the customer wrote them. Then ask for the code and call
    check_code.

    Args:
        order_number: The number of one of the customer's orders, if none has been opened yet.
        email: The e-mail address of that order, as the customer gave it in this conversation.
    """
    context = runtime.context
    if account_id(context):
        return {"ok": True, "sent": False, "level": Level.ACCOUNT.value}
    if context.verified_order and not (order_number and email):
        return _to_owner(context, context.verified_order)
    if not order_number or not email:
        return identity_needed(
            context, [name for name, given in (("order_number", order_number), ("email", email)) if not given]
        )
    return _to_given(context, order_number, email)


@tool(parse_docstring=True)
def check_code(runtime: ToolRuntime[ToolContext], code: str) -> Json:
    """Check the one-time code that the customer has received. A right one signs the customer in.

    Args:
        code: The code as the customer wrote it in this conversation.
    """
    context = runtime.context
    if account_id(context):
        return _signed_in(context, CustomerId(str(context.customer.id)))
    given = code_digits(code)
    if given is None or not any(given in digit_runs(text) for text in context.said):
        return refused("code_needed", form=code_form(context, None))
    context.ports.identity.hold(context.uow)
    asked = context.ports.codes.open(context.uow, context.conversation_id)
    if tries_left(context, _counted_as(asked) if asked else None) == 0:
        return refused("identity_locked", person_offered=True)
    if asked is None:
        return refused("no_code")
    return _checked(context, asked, given)


def _checked(context: ToolContext, asked: CodeRecord, given: str) -> Json:
    """Every try is counted before it is answered; a code that went to nobody is wrong like any other."""
    right = is_code(asked, given) and _still_reaches(context, asked)
    fresh = asked.expires_at is not None and context.uow.now < asked.expires_at
    passed = right and fresh and context.ports.codes.use(context.uow, asked.id)
    subject = _counted_as(asked)
    context.ports.identity.note(context.uow, context.conversation_id, subject, passed)
    if passed and asked.customer_id is not None:
        context.ports.identity.open_account(context.uow, context.conversation_id, asked.customer_id)
        return _signed_in(context, asked.customer_id)
    left = tries_left(context, subject)
    if left == 0:
        return refused("identity_locked", person_offered=True)
    return refused(
        "code_expired" if right else "code_wrong", tries_left=left, form=code_form(context, subject)
    )


def _to_owner(context: ToolContext, number: OrderNumber) -> Json:
    """To whoever placed the order that this talk has opened."""
    owner = context.ports.customers.of_order(context.uow, number)
    if owner is None:
        return refused("not_found")
    context.ports.identity.hold(context.uow)
    if tries_left(context, f"code:{owner.id}") == 0:
        return refused("identity_locked", person_offered=True)
    return _asked(context, owner.id, owner.id, owner.email)


def _to_given(context: ToolContext, order_number: str, email: str) -> Json:
    """To the address given, if order and address belong together; the answer is the same if they do not."""
    written = read_number(order_number)
    if not number_said(written.digits, context.said) or not email_said(email, context.said):
        return identity_needed(context, ["order_number", "email"], words_key="not_said")
    context.ports.identity.hold(context.uow)
    subject = digest([written.digits, email.strip().casefold()])
    owner = owner_by_email(context, written, email)
    if min(tries_left(context, written.digits), tries_left(context, f"code:{owner or subject}")) == 0:
        return refused("identity_locked", person_offered=True)
    # It costs a try whether the details are right or not: what is left would tell.
    context.ports.identity.note(context.uow, context.conversation_id, written.digits, False)
    return _asked(context, owner, subject, email.strip())


def _asked(context: ToolContext, customer_id: CustomerId | None, subject: str, email: str) -> Json:
    allowed, codes = limits().codes, context.ports.codes
    since = context.uow.now - timedelta(minutes=limits().identity.window_minutes)
    here, there = codes.asked(context.uow, context.conversation_id, subject, since)
    if here >= allowed.per_conversation or there >= allowed.per_customer:
        return refused("identity_locked", person_offered=True)
    id = codes.ask(context.uow, context.conversation_id, customer_id, subject)
    outbox.put(context.uow, CODE, f"{CODE}:{id}", context.uow.now, {"code": id}, context.conversation_id)
    return {
        "ok": True,
        "sent": True,
        "to": show.masked_contact(email),
        "minutes": allowed.minutes,
        "form": code_form(context, f"code:{customer_id or subject}"),
    }


def _still_reaches(context: ToolContext, asked: CodeRecord) -> bool:
    """Whether the address that the code went to is still the one on file."""
    owner = context.ports.customers.get(context.uow, asked.customer_id or CustomerId(""))
    return owner is not None and asked.sent_to == address_digest(owner.email)


def _counted_as(asked: CodeRecord) -> str:
    return f"code:{asked.customer_id or asked.subject}"


def _signed_in(context: ToolContext, customer_id: CustomerId) -> Json:
    customer = context.ports.customers.get(context.uow, customer_id)
    return {"ok": True, "level": Level.ACCOUNT.value, "name": customer.name if customer else None}


def _tried_send(arguments: Json, result: Json) -> str:
    return words().tried("send_code", result, "", "sent" if result.get("sent") else "signed_in")


def _tried_check(arguments: Json, result: Json) -> str:
    return words().tried("check_code", result, "", "signed_in")


SPECS = (
    ToolSpec(send_code, Capability.UPDATE_CONTACT, Effect.IDENTITY, tried=_tried_send),
    ToolSpec(check_code, Capability.UPDATE_CONTACT, Effect.IDENTITY, tried=_tried_check),
)
