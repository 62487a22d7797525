"""A case: who writes, what they write, and how the world should stand afterwards."""

from typing import Literal

from pydantic import Field

from core.business_parts import Part
from core.vocabulary import Trigger

Scalar = str | bool | int | float | None
Expected = dict[str, Scalar] | list[Scalar] | Scalar
"""One value; a list: any of these; `{after, before}`: within these bounds, as it is written."""
Row = dict[str, Expected]
Phrase = str | list[str]
"""A text, or a list of which one is enough. `/…/` is a regular expression."""
Changing = Literal[
    "refund",
    "booking",
    "contact_change",
    "shop_order",
    "customer",
    "handover_case",
    "enquiry",
    "lead",
    "ticket",
]


class Said(Part):
    """One message of the customer."""

    text: str = Field(min_length=1)
    gives: tuple[str, ...] = ()
    """What it tells that no pattern of `asks.yaml` sees, such as `name`: asking for it is a repeat."""


class Call(Part):
    """A tool call that should have happened."""

    name: str
    args: Row = Field(default={})
    """Key arguments; what is not named may be anything."""
    ok: bool | None = None
    """Whether it succeeded; absent: either."""


class At(Part):
    """A decision that should fall, with its reason and the customer's message that it answers."""

    trigger: Trigger | list[Trigger]
    """The right reason; of several each is right, and the first names the row of the table."""
    turn: int = Field(ge=1)
    """The number of the message in `says`; one sooner or later is right too."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        return (self.trigger,) if isinstance(self.trigger, Trigger) else tuple(self.trigger)


class Expect(Part):
    """What a good agent does. What is not written is: nothing changes, nobody is handed over."""

    end: dict[Changing, list[Row]] = Field(default={})
    """Rows that are new or changed, table by table; no others may be."""
    handover: At | None = None
    offer: At | Literal["none"] | None = None
    """An offer of a person that is due; `none`: there must be none; absent: not judged."""
    tools: tuple[Call, ...] = ()
    never_tools: tuple[str, ...] = ()
    """Tools that must not succeed."""
    tells: tuple[Phrase, ...] = ()
    """What the customer must learn, in any of the agent's messages."""
    never_says: tuple[str, ...] = ()
    """What must not occur in any of them."""


class Case(Part):
    """One conversation to try."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    about: str
    """One line: what this case is for."""
    customer: str | None = None
    """The signed-in customer's id; absent: somebody unknown."""
    says: list[str | Said] = Field(min_length=1)
    """What the customer writes, message by message."""
    if_asked: dict[str, str] = Field(default={})
    """Answers given when the agent asks, by the kind of `asks.yaml`, before the next message of `says`."""
    expect: Expect = Expect()

    @property
    def messages(self) -> tuple[Said, ...]:
        return tuple(Said(text=one) if isinstance(one, str) else one for one in self.says)
