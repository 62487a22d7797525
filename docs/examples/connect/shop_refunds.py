"""Refunds that a payment provider makes: an external port of a shop whose orders lie in Baton's database."""

import os
from datetime import datetime

import httpx

from core.ids import ConversationId, OrderNumber
from store.database import UnitOfWork
from store.refunds import RefundImpossible, SqlRefunds
from store.shop_records import NewRefund, RefundRecord
from tools.outside import Done, NotReached, Outside, OutsideCall


class ShopRefunds:
    """`make` calls the provider; the books that the policy reads stay Baton's own."""

    outside = Outside(changes=("make",), settle_s=3)

    def __init__(self) -> None:
        # Shorter than `settle_s`: a call that is not back by then counts as cut off.
        self._provider = httpx.Client(base_url=os.environ["SHOP_PROVIDER_URL"], timeout=2)
        self._books = SqlRefunds()

    def make(self, call: OutsideCall, new: NewRefund, conversation_id: ConversationId | None) -> RefundRecord:
        """The change. It carries the key, so that it can be found again."""
        wanted = {"order": new.order_number, "cents": new.amount_cents, "currency": new.currency}
        try:
            answer = self._provider.put(f"/refunds/{call.key}", json={**wanted, "reference": new.reference})
        except httpx.ConnectError as error:
            raise NotReached(str(error)) from error
        if answer.status_code == httpx.codes.CONFLICT:
            raise RefundImpossible(answer.text)
        return _record(answer.raise_for_status())

    def find(self, call: OutsideCall, method: str) -> Done | None:
        """What became of a call that was cut off."""
        answer = self._provider.get(f"/refunds/{call.key}")
        return (
            None if answer.status_code == httpx.codes.NOT_FOUND else Done(_record(answer.raise_for_status()))
        )

    def keep(self, uow: UnitOfWork, method: str, arguments: tuple[object, ...], made: RefundRecord) -> None:
        """Brings Baton's books up to date, in the transaction that records the outcome."""
        new, conversation_id = arguments
        self._books.make(uow, new, conversation_id)  # type: ignore[arg-type]

    def of_order(self, uow: UnitOfWork, number: OrderNumber) -> tuple[RefundRecord, ...]:
        return self._books.of_order(uow, number)

    def given_on(self, uow: UnitOfWork, day: str) -> int:
        return self._books.given_on(uow, day)


class ShopRefundsUnseen(ShopRefunds):
    """The same for a provider that cannot be asked afterwards: a call that is cut off goes to a person."""

    find = None  # type: ignore[assignment]


def _record(answer: httpx.Response) -> RefundRecord:
    made = answer.json()
    return RefundRecord(
        reference=made["reference"],
        order_number=OrderNumber(made["order"]),
        amount_cents=made["cents"],
        currency=made["currency"],
        at=datetime.fromisoformat(made["at"]),
    )
