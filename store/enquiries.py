"""Enquiries of the business database: the SQL default of the tools' `EnquiriesPort`."""

from dataclasses import asdict, replace

from sqlalchemy import Row, insert, select, update

from core.ids import ConversationId
from store.database import UnitOfWork
from store.sales_records import EnquiryRecord
from store.sales_tables import enquiry

_COLUMNS = tuple(EnquiryRecord.__dataclass_fields__)


class SqlEnquiries:
    """Reads and writes what enquirers left."""

    def of_conversation(self, uow: UnitOfWork, id: ConversationId) -> tuple[EnquiryRecord, ...]:
        """All enquiries of a conversation, the latest change first."""
        mine = select(enquiry).where(enquiry.c.conversation_id == id)
        newest = mine.order_by(enquiry.c.updated_at.desc(), enquiry.c.created_at.desc(), enquiry.c.reference)
        return tuple(_record(row) for row in uow.connection.execute(newest))

    def get(self, uow: UnitOfWork, reference: str) -> EnquiryRecord | None:
        """The enquiry of this reference."""
        row = uow.connection.execute(select(enquiry).where(enquiry.c.reference == reference)).one_or_none()
        return None if row is None else _record(row)

    def save(self, uow: UnitOfWork, record: EnquiryRecord) -> EnquiryRecord | None:
        """The enquiry as stored, its revision raised; None: it has changed since `record` was read."""
        raised = replace(record, revision=record.revision + 1)
        values = {**asdict(raised), "updated_at": uow.now}
        if record.revision == 0:
            uow.connection.execute(insert(enquiry).values(created_at=uow.now, **values))
            return raised
        mine = (enquiry.c.reference == record.reference, enquiry.c.revision == record.revision)
        written = uow.connection.execute(update(enquiry).where(*mine).values(**values)).rowcount == 1
        return raised if written else None


def _record(row: Row[tuple[object, ...]]) -> EnquiryRecord:
    return EnquiryRecord(**{name: getattr(row, name) for name in _COLUMNS})
