"""All tools: what each belongs to, what it changes, under which key it happens once, how it is told."""

from tools import addresses, booking, contacts, faq, orders, refunds, slots
from tools.spec import Effect, ToolSpec

__all__ = ["ALL", "Effect", "ToolSpec", "tool_named"]

ALL: tuple[ToolSpec, ...] = (
    *orders.SPECS,
    *refunds.SPECS,
    *slots.SPECS,
    *booking.SPECS,
    *contacts.SPECS,
    *addresses.SPECS,
    *faq.SPECS,
)

_BY_NAME = {spec.name: spec for spec in ALL}


def tool_named(name: str) -> ToolSpec | None:
    """The tool of this name; None when there is none."""
    return _BY_NAME.get(name)
