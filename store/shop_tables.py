"""Tables of the sample business database: what the SQL defaults of the tools' ports read and write."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.schema import Moment, metadata

customer = Table(
    "customer",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, index=True),
    Column("phone", String),
    Column("language", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("lifetime_cents", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("line1", String, nullable=False),
    Column("line2", String),
    Column("town", String, nullable=False),
    Column("postcode", String, nullable=False),
    Column("country", String, nullable=False),
)

product = Table(
    "product",
    metadata,
    Column("sku", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("category", String, nullable=False),
    Column("price_cents", Integer, nullable=False),
    Column("currency", String, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("stock", Integer, nullable=False),
    Column("item_type", String, nullable=False),
    Column("about", Text, nullable=False),
)

order = Table(
    "shop_order",
    metadata,
    Column("number", String, primary_key=True),
    # The number's digits: what customers write when they leave the letters out.
    Column("digits", String, nullable=False, index=True),
    Column("customer_id", ForeignKey("customer.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("packed_at", Moment),
    Column("expected_at", Moment),
    # When the last parcel arrived.
    Column("delivered_at", Moment),
    Column("returned_at", Moment),
    Column("cancelled_at", Moment),
    Column("payment_method", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("shipping_cents", Integer, nullable=False),
    Column("total_cents", Integer, nullable=False),
    Column("paid_cents", Integer, nullable=False),
    Column("refunded_cents", Integer, nullable=False),
    Column("line1", String, nullable=False),
    Column("line2", String),
    Column("town", String, nullable=False),
    Column("postcode", String, nullable=False),
    Column("country", String, nullable=False),
    Column("note", Text),
    CheckConstraint("refunded_cents >= 0 AND refunded_cents <= paid_cents", name="never_more_than_paid"),
)

order_line = Table(
    "order_line",
    metadata,
    Column("id", String, primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("sku", String, nullable=False),
    Column("name", String, nullable=False),
    Column("item_type", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_cents", Integer, nullable=False),
)

shipment = Table(
    "shipment",
    metadata,
    Column("id", String, primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("carrier", String, nullable=False),
    Column("tracking", String, nullable=False),
    Column("url", String),
    Column("shipped_at", Moment, nullable=False),
    Column("expected_at", Moment),
    Column("delivered_at", Moment),
    # [{line: order line id, quantity}]
    Column("contents", JSON, nullable=False),
)

refund = Table(
    "refund",
    metadata,
    Column("reference", String, primary_key=True),
    Column("order_number", ForeignKey("shop_order.number"), nullable=False, index=True),
    Column("conversation_id", String),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String, nullable=False),
    Column("method", String, nullable=False),
    Column("reason", String),
    Column("policy_version", Integer, nullable=False),
    # The person under whose authority it was made; null within the standard policy.
    Column("person_id", String),
    Column("at", Moment, nullable=False, index=True),
)

refund_unit = Table(
    "refund_unit",
    metadata,
    Column("reference", ForeignKey("refund.reference"), nullable=False),
    Column("line_id", ForeignKey("order_line.id"), primary_key=True),
    # 1 .. the line's quantity: a unit is refunded once.
    Column("unit", Integer, primary_key=True),
)

# What was refunded by machine on a day of the shop: the daily cap is held by this row's lock.
refund_day = Table(
    "refund_day",
    metadata,
    Column("day", String, primary_key=True),
    Column("amount_cents", Integer, nullable=False),
)

booking = Table(
    "booking",
    metadata,
    Column("reference", String, primary_key=True),
    Column("service", String, nullable=False),
    Column("location", String, nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment, nullable=False),
    # 1 .. the service's capacity; null once cancelled, so that the place is free again.
    Column("place", Integer),
    Column("customer_id", String, index=True),
    Column("conversation_id", String, index=True),
    Column("name", String, nullable=False),
    Column("email", String, index=True),
    Column("phone", String),
    # What opens the appointment's calendar file without any other proof; null: it has none.
    Column("calendar_token", String),
    # booked | cancelled
    Column("status", String, nullable=False),
    # Raised by every change, so that a move back and forth is two changes.
    Column("revision", Integer, nullable=False),
    UniqueConstraint("service", "location", "start_at", "place"),
    Index("ix_booking_start", "service", "location", "start_at"),
)

contact_change = Table(
    "contact_change",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer_id", String, nullable=False, index=True),
    Column("order_number", String),
    # email | phone | address
    Column("field", String, nullable=False),
    Column("old", JSON, nullable=False),
    Column("new", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", String, primary_key=True),
    # Null for somebody without an account, who is reached by name and e-mail address.
    Column("customer_id", String, index=True),
    Column("name", String),
    Column("email", String),
    # Where it was opened; null for one that came another way.
    Column("conversation_id", String, index=True),
    Column("order_number", String),
    Column("subject", String, nullable=False),
    Column("category", String, nullable=False),
    Column("priority", String, nullable=False),
    # open | waiting | solved
    Column("status", String, nullable=False),
    Column("department", String, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("updated_at", Moment, nullable=False),
    # [{at, by, text}]
    Column("entries", JSON, nullable=False),
    # The open promise of an answer.
    Column("promise_id", String),
    # Raised by every change.
    Column("revision", Integer, nullable=False, server_default="0"),
)

# Tickets that the challenge of number and e-mail address has opened to a conversation.
ticket_access = Table(
    "ticket_access",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("ticket_id", String, primary_key=True),
    Column("at", Moment, nullable=False),
)
