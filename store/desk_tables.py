"""Tables of the people's side: people, cases and their history, promises."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from store.schema import Moment, metadata

person = Table(
    "person",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("departments", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("key_hash", String, nullable=False, unique=True),
    Column("capacity", Integer, nullable=False),
    Column("limit_cents", Integer, nullable=False),
    # online | away
    Column("presence", String, nullable=False),
)

case = Table(
    "handover_case",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("reason", String),
    Column("evidence", JSON, nullable=False),
    Column("priority", String, nullable=False),
    Column("priority_rank", Integer, nullable=False),
    # A lapsed claim goes back to the front of its priority.
    Column("front", Boolean, nullable=False),
    Column("department", String, nullable=False),
    Column("others", JSON, nullable=False),
    Column("asked", Text, nullable=False),
    Column("brief", JSON, nullable=False),
    Column("opened_at", Moment, nullable=False),
    # Since when it is in the queue: moved by each way back into it.
    Column("queued_at", Moment),
    Column("due_at", Moment),
    Column("first_reply_due", Moment),
    Column("first_reply_at", Moment),
    Column("waiting_on", String, nullable=False),
    Column("snoozed_until", Moment),
    Column("person_id", String),
    Column("claimed_at", Moment),
    Column("heartbeat_at", Moment),
    Column("closed_at", Moment),
    Column("outcome", String),
    Column("judged", String),
    Column("previous_case_id", String),
    # Raised by every change: a timer of an older version does nothing.
    Column("version", Integer, nullable=False),
    Index("ix_handover_case_queue", "status", "priority_rank", "opened_at"),
)

case_history = Table(
    "case_history",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("handover_case.id"), nullable=False, index=True),
    Column("event", String, nullable=False),
    Column("before", String),
    Column("after", String, nullable=False),
    Column("person_id", String),
    Column("note", Text),
    Column("at", Moment, nullable=False),
)

# What the AI asks a person, for an approval or an answer, while it keeps the customer.
request = Table(
    "person_request",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("case_id", String),
    # approval | question
    Column("kind", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("department", String, nullable=False),
    Column("tool", String),
    Column("arguments", JSON, nullable=False),
    Column("business_key", String, index=True),
    Column("amount_cents", Integer),
    Column("currency", String, nullable=False),
    Column("policy_id", String),
    Column("policy_version", Integer),
    # What is done when nobody answers: handover | answer
    Column("fallback", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    # Seconds for which an approval counts.
    Column("valid_s", Integer, nullable=False),
    # open | answered | expired | cancelled
    Column("status", String, nullable=False),
    Column("person_id", String),
    Column("approved", Boolean),
    Column("limit_cents", Integer),
    Column("answer", Text),
    Column("note", Text),
    Column("closed_at", Moment),
    # What the approved act came to; null until it has run.
    Column("result", JSON),
    Index("ix_person_request_status_due_at", "status", "due_at"),
)

promise = Table(
    "promise",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("case_id", String),
    Column("text", Text, nullable=False),
    Column("due_at", Moment),
    Column("owner", String, nullable=False),
    # open | kept | broken | void
    Column("status", String, nullable=False),
)
