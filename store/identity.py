"""Tries at the identity challenge, and the level that a passed one gives its conversation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update

from core.ids import ConversationId, CustomerId, OrderNumber, new_id
from core.vocabulary import Level
from store.database import UnitOfWork
from store.talk_tables import conversation, identity_attempt

ALL_TRIES = 0x6261746F6E
"""The advisory lock under which tries are counted on PostgreSQL; SQLite has one writer anyway."""


@dataclass(frozen=True)
class FailedTries:
    """Failed tries since a moment."""

    of_order: int
    of_conversation: int
    everywhere: int


class SqlIdentity:
    """Counts failed tries by order number, by conversation and over all; raises the level."""

    def hold(self, uow: UnitOfWork) -> None:
        """Other tries wait until this transaction ends, so that none is counted too late."""
        if uow.connection.dialect.name == "postgresql":
            uow.connection.execute(select(func.pg_advisory_xact_lock(ALL_TRIES)))

    def failed(
        self, uow: UnitOfWork, conversation_id: ConversationId, digits: str | None, since: datetime
    ) -> FailedTries:
        """Failed tries since then; none at an order where no digits are given."""
        return FailedTries(
            of_order=_count(uow, since, identity_attempt.c.order_number == digits) if digits else 0,
            of_conversation=_count(uow, since, identity_attempt.c.conversation_id == conversation_id),
            everywhere=_count(uow, since),
        )

    def note(self, uow: UnitOfWork, conversation_id: ConversationId, digits: str, passed: bool) -> None:
        """Writes one try at an order number's digits, whether there is such an order or not."""
        uow.connection.execute(
            insert(identity_attempt).values(
                id=new_id("try"),
                conversation_id=conversation_id,
                order_number=digits,
                passed=passed,
                at=uow.now,
            )
        )

    def open_order(self, uow: UnitOfWork, conversation_id: ConversationId, order_number: OrderNumber) -> None:
        """The conversation may see this order; an anonymous one rises to `order`, none falls."""
        this = update(conversation).where(conversation.c.id == conversation_id)
        uow.connection.execute(this.values(verified_order=order_number))
        anonymous = this.where(conversation.c.level == Level.ANONYMOUS)
        uow.connection.execute(anonymous.values(level=Level.ORDER))

    def open_account(self, uow: UnitOfWork, conversation_id: ConversationId, customer_id: CustomerId) -> None:
        """The conversation is this customer's, as if they had signed in."""
        this = update(conversation).where(conversation.c.id == conversation_id)
        uow.connection.execute(this.values(level=Level.ACCOUNT, customer_id=customer_id))


def _count(uow: UnitOfWork, since: datetime, *which: ColumnElement[bool]) -> int:
    failed = select(func.count()).where(~identity_attempt.c.passed, identity_attempt.c.at >= since, *which)
    return uow.connection.execute(failed).scalar_one()
