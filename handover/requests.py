"""Requests: the AI asks a person for an approval or an answer, and keeps the customer meanwhile.

Each function takes the locked conversation. A request is answered once, before its deadline; what came of it
is told by a turn of its own, or, under a person, by nobody but that person.
"""

from dataclasses import dataclass
from datetime import timedelta

from core.business import ApprovalRule, Asking, Business
from core.clock import rfc3339
from core.errors import Forbidden, InvalidInput, OutOfState
from core.ids import RequestId, new_id
from core.money import Money
from core.shapes import Json
from core.vocabulary import Cause, Mode, Role
from handover import hours
from handover.floor import set_mode
from store import audit, cases, outbox, people, requests, turns
from store.cases import CaseRow
from store.conversations import Held
from store.database import UnitOfWork
from store.people import PersonRow
from store.requests import RequestRow

DUE = "request_due"
"""The outbox's kind of a request's deadline: payload `{request}`."""
APPROVED = "approved_act"
"""The outbox's kind of an act that a person has approved: payload `{request}`."""


@dataclass(frozen=True)
class Wanted:
    """An act that policy refuses and a person may allow."""

    tool: str
    arguments: Json
    business_key: str
    question: str
    amount_cents: int | None = None
    policy_id: str | None = None
    policy_version: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a person says to a request."""

    approve: bool | None = None
    answer: str | None = None
    limit_cents: int | None = None
    note: str | None = None


def ask_approval(held: Held, wanted: Wanted, rule: ApprovalRule, business: Business) -> RequestRow | None:
    """Asks whether an act may be done. The same act is asked for once.

    None when it is no use: nobody is there who may allow it, or it was asked before and not allowed.
    """
    before = requests.latest_of(held.uow, held.talk.id, wanted.business_key)
    if before is not None and before.status != "cancelled":
        waits = before.status == "open" or (bool(before.approved) and before.result is None)
        return before if waits else None
    row = _row(held, rule, business, wanted.question)
    if not _is_anybody_there(held.uow, business, row.department, wanted.amount_cents):
        return None
    approval = RequestRow(
        **{
            **vars(row),
            "kind": "approval",
            "valid_s": rule.valid_s,
            "tool": wanted.tool,
            "arguments": wanted.arguments,
            "business_key": wanted.business_key,
            "amount_cents": wanted.amount_cents,
            "policy_id": wanted.policy_id,
            "policy_version": wanted.policy_version,
        }
    )
    return _ask(held, approval)


def ask_question(held: Held, question: str, asking: Asking, business: Business) -> RequestRow | None:
    """Puts a question of the AI's own; one at a time. None when nobody is there."""
    for before in requests.open_of(held.uow, held.talk.id):
        if before.kind == "question":
            return before
    row = _row(held, asking, business, question)
    if not _is_anybody_there(held.uow, business, row.department, None):
        return None
    return _ask(held, row)


def answer(held: Held, row: RequestRow, person: PersonRow, given: Answer, business: Business) -> RequestRow:
    """A person answers. An approved act is carried out next, a no or an answer is told to the customer.

    OutOfState when it is closed or overdue; Forbidden above the person's limit; InvalidInput for what is
    no answer to it.
    """
    _require_open(held, row)
    limit = None
    if row.kind == "question":
        if not given.answer:
            raise InvalidInput(
                "The AI asked a question.", {"answer": ["is what it should tell the customer"]}
            )
    elif given.approve is None:
        raise InvalidInput("The AI asked for an approval.", {"approve": ["is true or false"]})
    elif given.approve:
        limit = _granted(held.uow, row, person, given.limit_cents)
    row = requests.change(
        held.uow,
        row.id,
        status="answered",
        person_id=person.id,
        approved=given.approve if row.kind == "approval" else None,
        limit_cents=limit,
        answer=given.answer,
        note=given.note,
        closed_at=held.uow.now,
    )
    act = "answer" if row.kind == "question" else "approve" if row.approved else "deny"
    _told(held, row, act, person)
    if row.approved:
        outbox.put(
            held.uow, APPROVED, f"{APPROVED}:{row.id}", held.uow.now, {"request": row.id}, held.talk.id
        )
    else:
        _tell_customer(held, row)
    return row


def carried_out(held: Held, row: RequestRow, result: Json) -> RequestRow:
    """What the approved act came to: kept, and told."""
    row = requests.change(held.uow, row.id, result=result)
    _told(held, row, "done" if result.get("ok") else "failed")
    _tell_customer(held, row)
    return row


def expire(held: Held, row: RequestRow) -> RequestRow | None:
    """Nobody answered in time. None when somebody had, or it was taken back."""
    if row.status != "open":
        return None
    row = requests.change(held.uow, row.id, status="expired", closed_at=held.uow.now)
    _told(held, row, "expire")
    _tell_customer(held, row)
    return row


def cancel(held: Held) -> int:
    """Takes back what is open: the customer needs it no more, or a person saw to it. Returns how many."""
    still_open = requests.open_of(held.uow, held.talk.id)
    for row in still_open:
        row = requests.change(held.uow, row.id, status="cancelled", closed_at=held.uow.now)
        _told(held, row, "cancel")
    return len(still_open)


def hand_on(held: Held, case: CaseRow) -> None:
    """Whoever serves the case has its open requests with it."""
    for row in requests.open_of(held.uow, held.talk.id):
        if row.case_id != case.id:
            held.event("request", {"request": requests.change(held.uow, row.id, case_id=case.id).id})


def _row(held: Held, asking: Asking, business: Business, question: str) -> RequestRow:
    """A question as it would be asked now."""
    case = cases.open_of(held.uow, held.talk.id)
    return RequestRow(
        id=RequestId(new_id("request")),
        conversation_id=held.talk.id,
        case_id=case.id if case else None,
        kind="question",
        question=question,
        department=asking.department or business.default_department.id,
        fallback=asking.fallback,
        asked_at=held.uow.now,
        due_at=held.uow.now + timedelta(seconds=asking.deadline_s),
        valid_s=0,
        currency=business.shop.currency,
    )


def _ask(held: Held, row: RequestRow) -> RequestRow:
    requests.add(held.uow, row)
    outbox.put(held.uow, DUE, f"{DUE}:{row.id}", row.due_at, {"request": row.id}, held.talk.id)
    held.event("request", {"request": row.id})
    _audit(held, row, "ask", Role.AI, None)
    return row


def _is_anybody_there(uow: UnitOfWork, business: Business, department: str, amount: int | None) -> bool:
    """Whether the department is open and somebody is at the desk who may say yes."""
    asked = business.department(department) or business.default_department
    if not hours.is_open(asked, business.shop.timezone, uow.now):
        return False
    there = (one for one in people.everyone(uow) if one.presence == "online")
    return any(asked.id in one.departments and one.limit_cents >= (amount or 0) for one in there)


def _require_open(held: Held, row: RequestRow) -> None:
    if row.status == "open" and held.uow.now < row.due_at:
        return
    if row.status == "answered":
        raise OutOfState(f"{row.person_name or 'Somebody'} has answered this already.")
    if row.status == "cancelled":
        raise OutOfState("This was taken back: the customer or a colleague has settled it.")
    raise OutOfState(f"The time for this ended at {rfc3339(row.due_at)}.")


def _granted(uow: UnitOfWork, row: RequestRow, person: PersonRow, limit: int | None) -> int | None:
    """Up to which amount the act may run: what was asked for, where the person names no other."""
    needed = row.amount_cents
    if needed is None:
        return None
    if person.limit_cents < needed or person.limit_cents < (limit or 0):
        able = [one.name for one in people.everyone(uow) if one.limit_cents >= max(needed, limit or 0)]
        mine, this = (_money(cents, row) for cents in (person.limit_cents, max(needed, limit or 0)))
        who = f"Who may: {', '.join(able)}." if able else "Nobody here may."
        raise Forbidden(f"Your limit is {mine}, and this is {this}. {who}")
    if limit is not None and limit < needed:
        raise InvalidInput(
            f"The act costs {_money(needed, row)}: deny it, or allow that much.", {"limit": ["is too low"]}
        )
    return limit or needed


def _money(cents: int, row: RequestRow) -> str:
    money = Money.from_cents(cents, row.currency)
    return f"{money.amount:.2f} {money.currency}"


def _tell_customer(held: Held, row: RequestRow) -> None:
    """The AI speaks to it once, when it next holds the floor; a person who holds it now sees it."""
    if held.mode is Mode.PERSON:
        return
    set_mode(held, Mode.AI if held.mode is Mode.CLOSED else held.mode)
    turns.open_cause(held, Cause.REQUEST, {"request": row.id})


def _told(held: Held, row: RequestRow, act: str, person: PersonRow | None = None) -> None:
    held.event("request", {"request": row.id})
    _audit(held, row, act, Role.PERSON if person else Role.SYSTEM, person.id if person else None)


def _audit(held: Held, row: RequestRow, act: str, actor: Role, actor_id: str | None) -> None:
    data: Json = {"status": row.status, "tool": row.tool, "limit_cents": row.limit_cents}
    audit.write(held.uow, actor, actor_id, f"request.{act}", f"request:{row.id}", data, held.talk.id)
