"""Money: an exact amount in a currency, as `{amount: "189.00", currency: "EUR"}` outside and cents inside."""

from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, field_serializer


class Money(BaseModel):
    """An exact amount. All sample currencies have two decimals, so `cents` of a price is exact."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    currency: str

    @classmethod
    def from_cents(cls, cents: int, currency: str) -> Self:
        return cls(amount=Decimal(cents) / 100, currency=currency)

    @property
    def cents(self) -> int:
        return int((self.amount * 100).to_integral_value())

    @field_serializer("amount")
    def _written(self, amount: Decimal) -> str:
        """At least two decimals; more where it has them, as what a turn costs does."""
        return f"{amount:.{max(2, -int(amount.as_tuple().exponent))}f}"
