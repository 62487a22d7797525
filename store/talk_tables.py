"""Tables of what is said: conversations, messages, turns, the event log, the journal and its effects."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.schema import Moment, metadata

conversation = Table(
    "conversation",
    metadata,
    Column("id", String, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("channel", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("level", String, nullable=False),
    Column("customer_id", String, index=True),
    Column("verified_order", String),
    Column("mode", String, nullable=False),
    # The floor: a turn commits only under the epoch that it took.
    Column("epoch", Integer, nullable=False),
    # The last number given in this conversation's stream.
    Column("seq", Integer, nullable=False),
    # The newest customer message, the newest that has an answer, the newest that `listen` has heard.
    Column("customer_seq", Integer, nullable=False),
    Column("answered_seq", Integer, nullable=False),
    Column("listened_seq", Integer, nullable=False),
    Column("open_causes", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("memory", JSON, nullable=False),
    Index("ix_conversation_lease_until", "lease_until"),
)

message = Table(
    "message",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("name", String),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("quick_replies", JSON, nullable=False),
    Column("form", JSON),
    Column("internal", Boolean, nullable=False),
    Column("turn_id", String, index=True),
    Column("person_id", String),
    # The channel's own id of this message: the same one is stored once.
    Column("client_key", String),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_key"),
)

event = Table(
    "event",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    # Ids and states only; texts are read from their own, erasable tables.
    Column("data", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    # Its number in the desk's stream, where the desk is told of it.
    Column("desk_seq", Integer, unique=True),
)

desk_counter = Table(
    "desk_counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
)

cause = Table(
    "cause",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("turn_id", String),
    Column("done", Boolean, nullable=False),
)

turn = Table(
    "turn",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("cause", String, nullable=False),
    Column("cause_id", String),
    Column("read_seq", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("restarts", Integer, nullable=False),
    # running | done | void
    Column("status", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("case_id", String),
    Column("doc", JSON),
    Index("ix_turn_conversation_status", "conversation_id", "status"),
)

journal = Table(
    "journal",
    metadata,
    Column("turn_id", ForeignKey("turn.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    # The turn's model messages up to and with the calls of this step.
    Column("trail", JSON, nullable=False),
    # The business key of each call of this step, by the call's id; null for one that changes nothing.
    Column("keys", JSON, nullable=False),
    # What tries at the identity challenge came to, by the call's id.
    Column("results", JSON, nullable=False, server_default="{}"),
    Column("at", Moment, nullable=False),
)

effect = Table(
    "effect",
    metadata,
    Column("business_key", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("turn_id", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("call_id", String, nullable=False),
    Column("tool", String, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("result", JSON, nullable=False),
    Column("person_id", String),
    Column("at", Moment, nullable=False),
)

# A change that another system makes: written before the call, ended after it.
outside_call = Table(
    "outside_call",
    metadata,
    Column("id", String, primary_key=True),
    Column("business_key", String, nullable=False, index=True),
    # The same key, until it is known that nothing was done: two calls never share it.
    Column("held_key", String, unique=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("turn_id", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("call_id", String, nullable=False),
    Column("tool", String, nullable=False),
    Column("arguments", JSON, nullable=False),
    # The customer has said yes to it.
    Column("confirmed", Boolean, nullable=False),
    Column("port", String, nullable=False),
    Column("method", String, nullable=False),
    # What the method is called with, and what the tool had read outside before.
    Column("call", JSON, nullable=False),
    Column("reads", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    # open | done | refused | unknown | void
    Column("status", String, nullable=False),
    Column("outcome", JSON),
    Column("ended_at", Moment),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("tool", String, nullable=False),
    Column("business_key", String, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("summary", Text, nullable=False),
    Column("asked_seq", Integer, nullable=False),
    # open | given | consumed | refused | void
    Column("status", String, nullable=False),
)

identity_attempt = Table(
    "identity_attempt",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("order_number", String, nullable=False, index=True),
    Column("passed", Boolean, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# A code by which a customer shows in the talk that an account is theirs.
identity_code = Table(
    "identity_code",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    # Null where what was given leads to nobody: nothing is sent then, and no code is right.
    Column("customer_id", String, index=True),
    Column("subject", String, nullable=False, index=True),
    # Null until the code has been made, which is when it is sent.
    Column("code_hash", String),
    Column("sent_to", String),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment),
    # open | used | void
    Column("status", String, nullable=False),
)

rating = Table(
    "rating",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("score", Float, nullable=False),
    Column("text", Text),
    Column("at", Moment, nullable=False),
)

completion_thread = Table(
    "completion_thread",
    metadata,
    # Who calls, for which user, and all that was said: the next call brings it again.
    Column("fingerprint", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
)
