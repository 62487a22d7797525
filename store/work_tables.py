"""Tables of durable work: outbox and timers, answers kept for a repeated key, the audit trail, the seed."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from store.schema import Moment, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    # Two rows with one key are one piece of work.
    Column("dedup_key", String, nullable=False, unique=True),
    Column("conversation_id", String),
    Column("payload", JSON, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    # due | done | dead
    Column("status", String, nullable=False),
    Index("ix_outbox_status_due_at", "status", "due_at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", String, primary_key=True),
    # SHA-256 of the key that the client sent.
    Column("key", String, primary_key=True),
    Column("body_hash", String, nullable=False),
    # What the call made, from which its answer is told again in either form.
    Column("answer", JSON),
    Column("at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    # customer | ai | person | system
    Column("actor", String, nullable=False),
    Column("actor_id", String),
    Column("conversation_id", String, index=True),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("data", JSON, nullable=False),
)

seed = Table(
    "seed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("business", String, nullable=False),
)
