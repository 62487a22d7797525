"""Tables of what enquirers and leads told: personal text, kept apart so that it can be erased."""

from sqlalchemy import JSON, Column, Integer, String, Table, UniqueConstraint

from store.schema import Moment, metadata

enquiry = Table(
    "enquiry",
    metadata,
    Column("reference", String, primary_key=True),
    Column("conversation_id", String, nullable=False, index=True),
    Column("customer_id", String, index=True),
    Column("topic", String, nullable=False),
    Column("department", String, nullable=False),
    # draft | submitted | withdrawn
    Column("status", String, nullable=False, index=True),
    # {detail: value}
    Column("details", JSON, nullable=False),
    # {detail: the value that was withdrawn with the refusal, or null}
    Column("declined", JSON, nullable=False),
    # {detail: how often it was asked for}
    Column("asked", JSON, nullable=False),
    # Raised by every change.
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("submitted_at", Moment),
    Column("due_at", Moment),
    Column("promise_id", String),
)

lead = Table(
    "lead",
    metadata,
    Column("reference", String, primary_key=True),
    Column("conversation_id", String, nullable=False),
    Column("customer_id", String, index=True),
    Column("department", String, nullable=False),
    # open | scored
    Column("status", String, nullable=False, index=True),
    # {question: {words, answer}}: the customer's own words, and the score card's answer
    Column("answers", JSON, nullable=False),
    # [question]
    Column("declined", JSON, nullable=False),
    # {question: how often it was asked}
    Column("asked", JSON, nullable=False),
    # {name, email, phone}
    Column("contact", JSON, nullable=False),
    Column("card_version", Integer, nullable=False),
    Column("score", Integer),
    Column("band", String),
    Column("next_step", String),
    Column("revision", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("scored_at", Moment),
    Column("due_at", Moment),
    Column("promise_id", String),
    UniqueConstraint("conversation_id"),
)
