"""What goes out for an enquiry or a lead: audit line, notice to the department, promise in the ledger."""

from datetime import datetime, timedelta
from typing import Literal

from core.shapes import Json
from core.vocabulary import Role
from store import audit, outbox, promises
from tools.context import ToolContext
from tools.words import words

SALES_NOTICE = "sales_notice"
"""The outbox's kind: payload `{kind: enquiry|lead, reference, revision}`; void once that has moved on."""


def audited(context: ToolContext, action: str, kind: str, reference: str, data: Json) -> None:
    """One audit line: ids and states, no personal text."""
    actor = Role.PERSON if context.person_id else Role.AI
    audit.write(
        context.uow, actor, context.person_id, action, f"{kind}:{reference}", data, context.conversation_id
    )


def tell_department(
    context: ToolContext, kind: Literal["enquiry", "lead"], reference: str, revision: int
) -> None:
    """The department learns of it by e-mail, with what stands in the record when it is sent."""
    payload: Json = {"kind": kind, "reference": reference, "revision": revision}
    key = f"{SALES_NOTICE}:{reference}:{revision}"
    outbox.put(context.uow, SALES_NOTICE, key, context.uow.now, payload, context.conversation_id)


def promise_answer(
    context: ToolContext, key: str, values: Json, department: str, hours: int
) -> tuple[str, datetime]:
    """The promise of an answer within so many hours: its id and when it is due. Its timer reminds of it."""
    owner = context.business.department(department)
    due = context.uow.now + timedelta(hours=hours)
    row = promises.make(
        context.uow,
        context.conversation_id,
        words().fill("promise", key, values),
        owner.name if owner else department,
        due,
    )
    promises.watch(context.uow, row)
    return row.id, due
