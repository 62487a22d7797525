"""All tools: what each belongs to, what it changes, under which key it happens once, how it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from langchain_core.tools import BaseTool

from core.business import Business
from core.errors import OperatorError
from core.shapes import Json
from tools import (
    addresses,
    asking,
    booking,
    codes,
    contacts,
    enquiries,
    faq,
    leads,
    locations,
    orders,
    products,
    refunds,
    slots,
    tickets,
)
from tools.spec import Effect, ToolSpec

__all__ = ["ALL", "OWN", "Effect", "ToolSpec", "Toolbox", "tool_named"]

ALL: tuple[ToolSpec, ...] = (
    *orders.SPECS,
    *refunds.SPECS,
    *slots.SPECS,
    *booking.SPECS,
    *codes.SPECS,
    *contacts.SPECS,
    *addresses.SPECS,
    *faq.SPECS,
    *locations.SPECS,
    *products.SPECS,
    *tickets.SPECS,
    *enquiries.SPECS,
    *leads.SPECS,
    *asking.SPECS,
)


@dataclass(frozen=True)
class Toolbox:
    """The tools that a Baton serves: Baton's own, and what a business adds."""

    specs: tuple[ToolSpec, ...] = ALL

    @cached_property
    def tools(self) -> list[BaseTool]:
        """What the model is given."""
        return [spec.tool for spec in self.specs]

    def named(self, name: str) -> ToolSpec | None:
        """The tool of this name; None when there is none."""
        return self._by_name.get(name)

    def tell(self, tool: str, arguments: Json, result: Json) -> str | None:
        """What a call tried, in the tool's own words; None when it has none."""
        spec = self.named(tool)
        return spec.tried(arguments, result) if spec and spec.tried else None

    def offered_by(self, business: Business) -> "Toolbox":
        """Those that this business has a use for."""
        return Toolbox(tuple(spec for spec in self.specs if spec.offered(business)))

    def with_more(self, more: Iterable[ToolSpec], source: str) -> "Toolbox":
        """These and more. OperatorError when two have one name; `source`: where the new ones stand."""
        added = tuple(more)
        taken = {spec.name for spec in self.specs}
        for spec in added:
            if spec.name in taken:
                raise OperatorError(
                    f"{source}: found the tool `{spec.name}`; expected a name that no other tool has. "
                    "Give it another name there."
                )
            taken.add(spec.name)
        return Toolbox((*self.specs, *added))

    @cached_property
    def _by_name(self) -> dict[str, ToolSpec]:
        return {spec.name: spec for spec in self.specs}


OWN = Toolbox()
"""Baton's own tools alone."""


def tool_named(name: str) -> ToolSpec | None:
    """Baton's own tool of this name; None when there is none."""
    return OWN.named(name)
