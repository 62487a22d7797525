"""Ended turns over all conversations, each with what a rule may ask about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.ids import ConversationId, CustomerId
from core.shapes import Turn
from core.vocabulary import Judged, Level
from store.database import UnitOfWork
from store.desk_tables import case
from store.talk_tables import conversation, message, turn


@dataclass(frozen=True)
class PastTurn:
    """One turn as it was decided."""

    conversation_id: ConversationId
    at: datetime
    turn: Turn
    words: str
    """The customer's words that it answered."""
    channel: str
    level: Level
    """The conversation's today: it may have been lower at the time."""
    customer_id: CustomerId | None
    judged: Judged | None
    """What the person who resolved its case said of the handover."""


def past_turns(uow: UnitOfWork, limit: int) -> Iterator[PastTurn]:
    """The newest `limit` ended turns that answered a customer's message, oldest first."""
    columns = (conversation.c.channel, conversation.c.level, conversation.c.customer_id, case.c.judged)
    query = (
        select(turn.c.conversation_id, turn.c.started_at, turn.c.doc, *columns)
        .join(conversation, conversation.c.id == turn.c.conversation_id)
        .outerjoin(case, case.c.id == turn.c.case_id)
        .where(turn.c.status == "done", turn.c.doc.is_not(None), turn.c.cause == "message")
        .order_by(turn.c.started_at.desc(), turn.c.id)
        .limit(limit)
    )
    for row in reversed(uow.connection.execute(query).all()):
        doc = Turn.model_validate(row.doc)
        yield PastTurn(
            row.conversation_id,
            row.started_at,
            doc,
            _words(uow, doc.answers),
            row.channel,
            Level(row.level),
            row.customer_id,
            Judged(row.judged) if row.judged else None,
        )


def _words(uow: UnitOfWork, ids: list[str]) -> str:
    query = select(message.c.text).where(message.c.id.in_(ids)).order_by(message.c.seq)
    return " ".join(" ".join(uow.connection.execute(query).scalars()).split())
