"""One-time codes: asked for in a talk, made when they are sent, good for one use. Only their hash is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update

from core.ids import ConversationId, CustomerId, new_id
from store.database import UnitOfWork
from store.talk_tables import identity_code


@dataclass(frozen=True)
class CodeRecord:
    """One code that a conversation asked for."""

    id: str
    conversation_id: ConversationId
    customer_id: CustomerId | None
    """None: what was given leads to nobody, and nothing is sent."""
    subject: str
    """Under which tries at it are counted."""
    code_hash: str | None
    """None until it has been sent."""
    sent_to: str | None
    """A digest of the address that it went to."""
    expires_at: datetime | None


class SqlCodes:
    """Keeps the codes of conversations: at most one of each is open."""

    def ask(
        self, uow: UnitOfWork, conversation_id: ConversationId, customer_id: CustomerId | None, subject: str
    ) -> str:
        """A new code for the conversation, to be made when it is sent; older ones no longer count."""
        this = update(identity_code).where(identity_code.c.conversation_id == conversation_id)
        uow.connection.execute(this.where(identity_code.c.status == "open").values(status="void"))
        row = {"id": new_id("code"), "conversation_id": conversation_id, "customer_id": customer_id}
        row |= {"subject": subject, "status": "open"}
        uow.connection.execute(insert(identity_code).values(asked_at=uow.now, **row))
        return str(row["id"])

    def asked(
        self, uow: UnitOfWork, conversation_id: ConversationId, subject: str, since: datetime
    ) -> tuple[int, int]:
        """How many codes were asked for since then: by the conversation, and for the subject anywhere."""
        counted = select(func.count()).where(identity_code.c.asked_at >= since)
        here = counted.where(identity_code.c.conversation_id == conversation_id)
        there = counted.where(identity_code.c.subject == subject)
        return uow.connection.execute(here).scalar_one(), uow.connection.execute(there).scalar_one()

    def sent(self, uow: UnitOfWork, customer_id: CustomerId, since: datetime) -> int:
        """How many codes this customer has been sent since then."""
        sent = select(func.count()).where(
            identity_code.c.customer_id == customer_id,
            identity_code.c.code_hash.is_not(None),
            identity_code.c.asked_at >= since,
        )
        return uow.connection.execute(sent).scalar_one()

    def get(self, uow: UnitOfWork, id: str) -> CodeRecord | None:
        """The code while it is open."""
        return self._one(uow, identity_code.c.id == id)

    def open(self, uow: UnitOfWork, conversation_id: ConversationId) -> CodeRecord | None:
        """The conversation's open code, sent or not."""
        return self._one(uow, identity_code.c.conversation_id == conversation_id)

    def make(self, uow: UnitOfWork, id: str, code_hash: str, sent_to: str, expires_at: datetime) -> bool:
        """Writes the hash of what is being sent. False when the code is no longer open."""
        made = {"code_hash": code_hash, "sent_to": sent_to, "expires_at": expires_at}
        open_one = (identity_code.c.id == id, identity_code.c.status == "open")
        return uow.connection.execute(update(identity_code).where(*open_one).values(made)).rowcount == 1

    def use(self, uow: UnitOfWork, id: str) -> bool:
        """Uses the code up. False when it was used before, or is void."""
        open_one = (identity_code.c.id == id, identity_code.c.status == "open")
        used = update(identity_code).where(*open_one).values(status="used")
        return uow.connection.execute(used).rowcount == 1

    def _one(self, uow: UnitOfWork, which: ColumnElement[bool]) -> CodeRecord | None:
        query = select(identity_code).where(which, identity_code.c.status == "open")
        row = uow.connection.execute(query).one_or_none()
        if row is None:
            return None
        return CodeRecord(
            row.id,
            row.conversation_id,
            row.customer_id,
            row.subject,
            row.code_hash,
            row.sent_to,
            row.expires_at,
        )
