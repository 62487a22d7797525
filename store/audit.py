"""The audit trail: who did what to which record, kept when personal text is erased."""

from sqlalchemy import insert

from core.ids import ConversationId
from core.shapes import Json
from core.vocabulary import Role
from store.database import UnitOfWork
from store.work_tables import audit


def write(
    uow: UnitOfWork,
    actor: Role,
    actor_id: str | None,
    action: str,
    subject: str,
    data: Json,
    conversation_id: ConversationId | None = None,
) -> None:
    """One row: `action` (a tool or a route) on `subject` (`kind:id`); `data` holds ids and states."""
    uow.connection.execute(
        insert(audit).values(
            at=uow.now,
            actor=actor,
            actor_id=actor_id,
            conversation_id=conversation_id,
            action=action,
            subject=subject,
            data=data,
        )
    )
