"""Leads of the business database: the SQL default of the tools' `LeadsPort`."""

from dataclasses import asdict, replace

from sqlalchemy import Row, insert, select, update

from core.ids import ConversationId
from store.database import UnitOfWork
from store.sales_records import LeadAnswerRecord, LeadRecord
from store.sales_tables import lead

_COLUMNS = tuple(LeadRecord.__dataclass_fields__)


class SqlLeads:
    """Reads and writes what is known of leads; one for each conversation."""

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> LeadRecord | None:
        """The lead of a conversation."""
        row = uow.connection.execute(select(lead).where(lead.c.conversation_id == id)).one_or_none()
        return None if row is None else _record(row)

    def get(self, uow: UnitOfWork, reference: str) -> LeadRecord | None:
        """The lead of this reference."""
        row = uow.connection.execute(select(lead).where(lead.c.reference == reference)).one_or_none()
        return None if row is None else _record(row)

    def save(self, uow: UnitOfWork, record: LeadRecord) -> LeadRecord | None:
        """The lead as stored, its revision raised; None: it has changed since `record` was read."""
        raised = replace(record, revision=record.revision + 1)
        values = {**asdict(raised), "updated_at": uow.now}
        if record.revision == 0:
            uow.connection.execute(insert(lead).values(created_at=uow.now, **values))
            return raised
        mine = (lead.c.reference == record.reference, lead.c.revision == record.revision)
        written = uow.connection.execute(update(lead).where(*mine).values(**values)).rowcount == 1
        return raised if written else None


def _record(row: Row[tuple[object, ...]]) -> LeadRecord:
    values = {name: getattr(row, name) for name in _COLUMNS}
    answers = {question: LeadAnswerRecord(**one) for question, one in values["answers"].items()}
    return LeadRecord(**{**values, "answers": answers, "declined": tuple(values["declined"])})
