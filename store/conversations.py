"""A conversation's row, held for writing: every write about a conversation begins with `hold`.

The row's lock orders all writers of one conversation. What is said and told meanwhile is collected and
written just before the commit: messages and events in their order, the row once, the desk's numbers last.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Literal, cast

from sqlalchemy import Row, bindparam, insert, select, update

from core.errors import FloorLost, NotFound
from core.ids import ConversationId, CustomerId, MessageId, OrderNumber, PersonId, TurnId, new_id, new_secret
from core.shapes import Customer, Form, Json, Message, Source
from core.vocabulary import Level, Mode, Role
from store.database import UnitOfWork
from store.shop_tables import customer as customer_table
from store.talk_tables import conversation, desk_counter, event, message

EventKind = Literal[
    "accepted", "message", "note", "handover", "retracted", "mode", "case", "sla", "done", "error", "effect",
    "request",
]  # fmt: skip
AnyRow = Row[tuple[object, ...]]
NOT_FOR_DESK: frozenset[str] = frozenset({"done", "error", "effect"})

NEWS: frozenset[str] = frozenset({"epoch", "customer_seq"})
"""Columns whose change a worker should know of: the floor has moved, a customer has written."""

# Statements stand here made: to build one anew costs several times what it costs to run it.
_NAME = (
    select(customer_table.c.name)
    .where(customer_table.c.id == conversation.c.customer_id)
    .correlate(conversation)
    .scalar_subquery()
)
TALK = [
    *(column for column in conversation.c if column.name not in {"token_hash", "created_at", "metadata"}),
    _NAME.label("customer_name"),
]
"""The columns of which a `Talk` is made."""
_THIS = conversation.c.id == bindparam("this")
_LOAD = select(*TALK).where(_THIS)
_LOCK = update(conversation).where(_THIS).values(epoch=conversation.c.epoch).returning(*TALK)
_LOCK_UNDER = _LOCK.where(conversation.c.epoch == bindparam("floor"))
_CHANGE = update(conversation).where(_THIS)
_BY_TOKEN = select(conversation.c.id).where(conversation.c.token_hash == bindparam("hash"))
_ADD_MESSAGE, _ADD_EVENT = insert(message), insert(event)
_COUNT = update(desk_counter).values(seq=desk_counter.c.seq + bindparam("more")).returning(desk_counter.c.seq)


@dataclass(frozen=True)
class Talk:
    """A conversation as read, not held."""

    id: ConversationId
    channel: str
    locale: str
    level: Level
    customer_id: CustomerId | None
    customer_name: str | None
    verified_order: OrderNumber | None
    mode: Mode
    epoch: int
    seq: int
    customer_seq: int
    answered_seq: int
    listened_seq: int
    open_causes: int
    memory: Json

    @property
    def customer(self) -> Customer:
        return Customer(
            level=self.level,
            verified=self.level is Level.ACCOUNT,
            id=self.customer_id,
            name=self.customer_name,
        )


@dataclass
class Held:
    """A conversation's row under this transaction's lock."""

    uow: UnitOfWork
    talk: Talk
    seq: int
    changes: dict[str, object] = field(default_factory=dict)
    events: list[dict[str, object]] = field(default_factory=list)
    messages: list[dict[str, object]] = field(default_factory=list)

    @property
    def mode(self) -> Mode:
        return cast(Mode, self.changes.get("mode", self.talk.mode))

    @property
    def epoch(self) -> int:
        return cast(int, self.changes.get("epoch", self.talk.epoch))

    @property
    def memory(self) -> Json:
        """The memory as this transaction leaves it."""
        return cast(Json, self.changes.get("memory", self.talk.memory))

    @property
    def customer_seq(self) -> int:
        return cast(int, self.changes.get("customer_seq", self.talk.customer_seq))

    @property
    def unanswered(self) -> bool:
        """Whether a customer's message has no answer yet."""
        return self.customer_seq > cast(int, self.changes.get("answered_seq", self.talk.answered_seq))

    @property
    def open_causes(self) -> int:
        return cast(int, self.changes.get("open_causes", self.talk.open_causes))

    def set(self, **changes: object) -> None:
        """Columns of the row to write at the commit."""
        self.changes.update(changes)

    def remember(self, **values: object) -> None:
        """Keys of the memory to write at the commit; the other keys stay."""
        self.set(memory={**self.memory, **values})

    def event(self, kind: EventKind, data: Json) -> int:
        """Adds an event to the conversation's stream and returns its number."""
        self.seq += 1
        row = {"conversation_id": self.talk.id, "seq": self.seq, "kind": kind, "data": data}
        self.events.append({**row, "at": self.uow.now, "desk_seq": None})
        return self.seq

    def say(
        self,
        role: Role,
        text: str,
        *,
        name: str | None = None,
        sources: list[Source] | None = None,
        quick_replies: list[str] | None = None,
        form: Form | None = None,
        internal: bool = False,
        turn_id: TurnId | None = None,
        person_id: PersonId | None = None,
        client_key: str | None = None,
    ) -> Message:
        """Stores one message with its event; a customer's also becomes work for the AI."""
        said = Message(
            id=MessageId(new_id("msg")),
            role=role,
            name=name,
            text=text,
            at=self.uow.now,
            sources=sources or [],
            quick_replies=quick_replies or [],
            form=form,
            internal=internal,
        )
        kind: EventKind = "note" if internal else "accepted" if role is Role.CUSTOMER else "message"
        seq = self.event(kind, {"message": said.id})
        row = said.model_dump(mode="json", exclude={"attachments", "at"})
        extra = {"conversation_id": self.talk.id, "seq": seq, "at": said.at}
        extra |= {"turn_id": turn_id, "person_id": person_id, "client_key": client_key}
        self.messages.append(row | extra)
        if role is Role.CUSTOMER:
            self.set(customer_seq=seq)
        return said

    def write_back(self) -> None:
        """Run once, just before the commit."""
        execute = self.uow.connection.execute
        if self.seq != self.talk.seq:
            self.changes["seq"] = self.seq
        if self.changes:
            execute(_CHANGE, {"this": self.talk.id, **self.changes})
        if self.messages:
            execute(_ADD_MESSAGE, self.messages)
        if self.events:
            self._number_for_desk()
            execute(_ADD_EVENT, self.events)
        if self.events or self.changes:
            self.uow.touched.add(self.talk.id)
        if self._gives_work():
            self.uow.work.add(self.talk.id)

    def _gives_work(self) -> bool:
        """Whether a worker has something to do, or to know, once this is committed."""
        if not NEWS.isdisjoint(self.changes) or self.open_causes > self.talk.open_causes:
            return True
        freed = "mode" in self.changes or "lease_until" in self.changes
        unheard = self.customer_seq > cast(int, self.changes.get("listened_seq", self.talk.listened_seq))
        return freed and (self.unanswered or unheard or self.open_causes > 0)

    def _number_for_desk(self) -> None:
        told = [row for row in self.events if row["kind"] not in NOT_FOR_DESK]
        if not told:
            return
        last = self.uow.connection.execute(_COUNT, {"more": len(told)}).scalar_one()
        for number, row in enumerate(told, start=last - len(told) + 1):
            row["desk_seq"] = number


def hold(uow: UnitOfWork, id: ConversationId, epoch: int | None = None) -> Held:
    """Locks the conversation for this transaction. With `epoch`: only while that floor stands.

    FloorLost when the epoch has moved on; NotFound when there is no such conversation.
    """
    which: dict[str, object] = {"this": id}
    lock = _LOCK if epoch is None else _LOCK_UNDER
    row = uow.connection.execute(lock, which if epoch is None else {**which, "floor": epoch}).one_or_none()
    if row is None:
        raise FloorLost if epoch is not None else NotFound("There is no such conversation.")
    return held_as(uow, cast(AnyRow, row))


def held_as(uow: UnitOfWork, row: AnyRow) -> Held:
    """A conversation that this transaction has locked by a statement that returned `TALK`."""
    held = Held(uow, talk_of(row), row.seq)
    uow.before_commit.append(held.write_back)
    return held


def create(
    uow: UnitOfWork,
    *,
    channel: str = "web",
    locale: str = "en",
    customer_id: CustomerId | None = None,
    metadata: Json | None = None,
    token: str | None = None,
) -> ConversationId:
    """A new conversation. Of `token`, which opens it, only the hash is kept; None: no token does."""
    id = ConversationId(new_id("conv"))
    uow.connection.execute(
        insert(conversation).values(
            id=id,
            token_hash=hash_secret(token or new_secret()),
            created_at=uow.now,
            channel=channel,
            locale=locale,
            metadata=metadata or {},
            level=Level.ACCOUNT if customer_id else Level.ANONYMOUS,
            customer_id=customer_id,
            mode=Mode.AI,
            epoch=0,
            seq=0,
            customer_seq=0,
            answered_seq=0,
            listened_seq=0,
            open_causes=0,
            memory={},
        )
    )
    return id


def load(uow: UnitOfWork, id: ConversationId) -> Talk:
    """The conversation as it stands. NotFound when there is none."""
    row = uow.connection.execute(_LOAD, {"this": id}).one_or_none()
    if row is None:
        raise NotFound("There is no such conversation.")
    return talk_of(cast(AnyRow, row))


def by_token(uow: UnitOfWork, token: str) -> ConversationId | None:
    """The conversation that this customer's token opens."""
    found = uow.connection.execute(_BY_TOKEN, {"hash": hash_secret(token)})
    return cast(ConversationId | None, found.scalar_one_or_none())


def hash_secret(secret: str) -> str:
    """SHA-256 in hex: tokens and keys are random 256-bit values, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def talk_of(row: AnyRow) -> Talk:
    """A row of `TALK`."""
    return Talk(
        id=row.id,
        channel=row.channel,
        locale=row.locale,
        level=Level(row.level),
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        verified_order=row.verified_order,
        mode=Mode(row.mode),
        epoch=row.epoch,
        seq=row.seq,
        customer_seq=row.customer_seq,
        answered_seq=row.answered_seq,
        listened_seq=row.listened_seq,
        open_causes=row.open_causes,
        memory=row.memory,
    )
