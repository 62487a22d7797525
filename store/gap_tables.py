"""Tables of learning: which questions have no good answer, what was decided of them, and what was learned."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from store.schema import Moment, metadata

# What was decided of a cluster of questions. One that waits for a decision has no row: it is found anew.
gap = Table(
    "knowledge_gap",
    metadata,
    Column("id", String, primary_key=True),
    # added | dismissed
    Column("status", String, nullable=False),
    Column("person_id", String),
    Column("decided_at", Moment, nullable=False),
)

# The questions that a decision was about: the customers' own words are read from their messages.
gap_question = Table(
    "knowledge_gap_question",
    metadata,
    Column("gap_id", ForeignKey("knowledge_gap.id"), primary_key=True),
    Column("message_id", String, primary_key=True),
    Column("conversation_id", String, nullable=False, index=True),
    UniqueConstraint("message_id"),
)

# Answers that the model has worded for gaps, by what they were made of: what a person saw is what is added.
gap_draft = Table(
    "knowledge_gap_draft",
    metadata,
    Column("made_of", String, primary_key=True),
    # Empty: the model had none to give.
    Column("text", Text, nullable=False),
)

# Entries of the knowledge store that people approved, beside those of the business folder.
learned = Table(
    "learned_entry",
    metadata,
    Column("id", String, primary_key=True),
    Column("gap_id", ForeignKey("knowledge_gap.id"), nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    # active | removed
    Column("status", String, nullable=False),
    # Raised by every change: the sum over all entries says whether any has changed.
    Column("revision", Integer, nullable=False),
    Column("person_id", String),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
