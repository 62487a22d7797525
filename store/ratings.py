"""What customers say of a conversation: one rating each."""

from sqlalchemy import delete, insert

from core.ids import ConversationId
from store.database import UnitOfWork
from store.talk_tables import rating


def rate(uow: UnitOfWork, conversation_id: ConversationId, score: int, text: str | None) -> None:
    """Stores a rating, 1 to 5, in place of an earlier one."""
    uow.connection.execute(delete(rating).where(rating.c.conversation_id == conversation_id))
    uow.connection.execute(
        insert(rating).values(conversation_id=conversation_id, score=score, text=text, at=uow.now)
    )
