"""What every table holds of a customer: how it is found, and what erasing leaves of it.

Each table stands here once, or in `WITHOUT`: a test fails for one that does not. What is erased by deleting
its rows is deleted; what measures count afterwards (cases, turns, promises) stays as a skeleton of ids,
states and times, linked to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, or_, select, true

from core.ids import ConversationId, CustomerId
from store.desk_tables import case, case_history, person, promise, request
from store.gap_tables import gap, gap_draft, gap_question, learned
from store.sales_tables import enquiry, lead
from store.shop_tables import (
    booking,
    contact_change,
    customer,
    order,
    order_line,
    product,
    refund,
    refund_day,
    refund_unit,
    shipment,
    ticket,
    ticket_access,
)
from store.talk_tables import (
    cause,
    completion_thread,
    confirmation,
    conversation,
    desk_counter,
    effect,
    event,
    identity_attempt,
    identity_code,
    journal,
    message,
    outside_call,
    rating,
    turn,
)
from store.work_tables import audit, idempotency, outbox, seed


@dataclass(frozen=True)
class Subject:
    """A customer, and the conversations that are theirs."""

    customer_id: CustomerId
    conversations: tuple[ConversationId, ...]


Which = Callable[[Subject], ColumnElement[bool]]
Leave = Callable[[object], object]
"""What erasing leaves of a column's value."""


@dataclass(frozen=True)
class Holding:
    """What one table holds of a customer."""

    table: Table
    which: Which
    """The rows that are about them."""
    leaves: Mapping[str, Leave] | None = None
    """By column, what stays of it, the other columns staying as they are; None: the rows are deleted."""
    hidden: frozenset[str] = frozenset()
    """Columns that no export shows: secrets, and what means nothing outside."""
    exported: bool = True


def _by_talk(table: Table) -> Which:
    return lambda subject: table.c.conversation_id.in_(subject.conversations)


def _by_customer(table: Table) -> Which:
    return lambda subject: table.c.customer_id == subject.customer_id


def _by_either(table: Table) -> Which:
    talk, account = _by_talk(table), _by_customer(table)
    return lambda subject: or_(talk(subject), account(subject))


def _below(table: Table, column: str, above: Table) -> Which:
    """Rows that name a row of `above`, which belongs to a conversation."""

    def which(subject: Subject) -> ColumnElement[bool]:
        theirs = select(above.c.id).where(above.c.conversation_id.in_(subject.conversations))
        return table.c[column].in_(theirs)

    return which


def _be(value: object) -> Leave:
    return lambda _: value


_NOTHING = _be(None)
_EMPTY = _be("")

TURN_KEEPS = (
    "id", "attempt", "cause", "answers", "decision", "reason", "rule", "capabilities", "failed", "confidence",
    "triggers", "thresholds", "path", "steps", "case_id", "model", "usage", "ms",
)  # fmt: skip
"""Fields of a turn's document that hold ids, states and figures only; a new field goes unless it is named."""


def _bare_turn(doc: object) -> object:
    if not isinstance(doc, dict):
        return None
    return {
        **{key: doc[key] for key in TURN_KEEPS if key in doc},
        "evidence": _bare_evidence(doc["evidence"]),
    }


def _bare_evidence(evidence: object) -> object:
    """Which triggers fired, without the words."""
    found = evidence if isinstance(evidence, list) else []
    return [{**{key: one[key] for key in ("trigger", "score", "threshold")}, "words": []} for one in found]


def _over(status: object) -> object:
    return "void" if status == "open" else status


HOLDINGS: tuple[Holding, ...] = (
    Holding(message, _by_talk(message), hidden=frozenset({"client_key", "person_id"})),
    Holding(event, _by_talk(event), exported=False),
    Holding(cause, _by_talk(cause), exported=False),
    Holding(journal, _below(journal, "turn_id", turn), exported=False),
    Holding(turn, _by_talk(turn), {"doc": _bare_turn, "cause_id": _NOTHING}),
    Holding(effect, _by_talk(effect)),
    Holding(outside_call, _by_talk(outside_call)),
    Holding(confirmation, _by_talk(confirmation)),
    Holding(identity_attempt, _by_talk(identity_attempt)),
    Holding(identity_code, _by_either(identity_code), hidden=frozenset({"code_hash", "sent_to"})),
    Holding(completion_thread, _by_talk(completion_thread), exported=False),
    Holding(rating, _by_talk(rating), {"text": _NOTHING}),
    Holding(case, _by_talk(case), {"asked": _EMPTY, "brief": _be({}), "evidence": _bare_evidence}),
    Holding(case_history, _below(case_history, "case_id", case), {"note": _NOTHING}),
    Holding(
        request,
        _by_talk(request),
        {
            "question": _EMPTY,
            "arguments": _be({}),
            "business_key": _NOTHING,
            "answer": _NOTHING,
            "note": _NOTHING,
            "result": _NOTHING,
        },
    ),
    Holding(promise, _by_talk(promise), {"text": _EMPTY, "status": _over}),
    Holding(enquiry, _by_either(enquiry)),
    Holding(lead, _by_either(lead)),
    Holding(ticket_access, _by_talk(ticket_access), exported=False),
    Holding(ticket, _by_either(ticket)),
    Holding(
        booking,
        _by_either(booking),
        {
            "name": _EMPTY,
            "email": _NOTHING,
            "phone": _NOTHING,
            "customer_id": _NOTHING,
            "conversation_id": _NOTHING,
            "calendar_token": _NOTHING,
        },
        hidden=frozenset({"calendar_token"}),
    ),
    Holding(contact_change, _by_customer(contact_change)),
    Holding(refund, _by_talk(refund), {"conversation_id": _NOTHING}),
    # Any of them may be about the customer, and all can be made again.
    Holding(gap_draft, lambda _: true(), exported=False),
    Holding(gap_question, _by_talk(gap_question), exported=False),
    Holding(
        conversation,
        lambda subject: conversation.c.id.in_(subject.conversations),
        {
            "metadata": _be({}),
            "memory": _be({}),
            "customer_id": _NOTHING,
            "verified_order": _NOTHING,
            "level": _be("anonymous"),
        },
        hidden=frozenset({"token_hash", "epoch", "lease_until", "open_causes", "memory"}),
    ),
)
"""In the order in which they are erased: what points at a row before the row."""

BY_MENTION: Mapping[Table, tuple[str, ...]] = {
    outbox: ("payload", "dedup_key", "conversation_id"),
    idempotency: ("scope", "answer"),
}
"""Tables whose rows name a customer's records somewhere in these columns: such rows are deleted."""

UNLINKED: Table = audit
"""Its rows stay, for who did what and when; the ids of customer and conversation in them go."""

OF_THE_SHOP: tuple[Table, ...] = (customer, order, order_line, shipment, refund_unit)
"""The shop's own records, which it keeps and erases by its own law: told of in an export, never touched."""

WITHOUT: tuple[Table, ...] = (person, product, desk_counter, refund_day, seed, gap, learned)
"""Tables that hold nothing of a customer. What was approved into `learned` is the business's own text."""
