"""How a business follows up on what was asked: categories, priorities, response times."""

from typing import Annotated

from pydantic import Field, model_validator

from core.business_parts import Part, Slug
from core.vocabulary import Priority

Hours = Annotated[int, Field(gt=0)]


class TicketCategory(Part):
    """What a ticket may be about."""

    id: Slug
    name: str
    """In a sentence: `a delivery`."""
    also: tuple[str, ...] = ()
    """Words by which customers mean it."""
    department: str | None = None
    """Who answers; absent: whoever owns following up on tickets."""
    priority: Priority = Priority.NORMAL


def _response_times() -> dict[Priority, int]:
    return {Priority.URGENT: 4, Priority.HIGH: 24, Priority.NORMAL: 48, Priority.LOW: 96}


class TicketPolicy(Part):
    """`rules/tickets.yaml`. All of it may be absent."""

    confirm: bool = False
    """Whether the customer says yes before a ticket is made or reopened."""
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")] = "T"
    """How the numbers of new tickets begin."""
    categories: Annotated[tuple[TicketCategory, ...], Field(min_length=1)] = (
        TicketCategory(id="other", name="a question"),
    )
    """The last one is for what fits none."""
    answer_hours: dict[Priority, Hours] = Field(default_factory=_response_times)
    """Within so many hours of each priority an answer is promised."""
    highest: Priority = Priority.HIGH
    """The most that a customer may ask for."""
    reopen_days: Annotated[int, Field(ge=0)] = 60
    """So long after it was solved a ticket can be reopened."""
    explain: str = "It was solved more than {days} days ago, so it cannot be reopened."
    """Said when that is over."""

    @model_validator(mode="after")
    def _each_priority(self) -> "TicketPolicy":
        if set(self.answer_hours) != set(Priority):
            raise ValueError(f"answer_hours of all of {', '.join(Priority)}")
        return self

    def category(self, category_id: str) -> TicketCategory | None:
        return next((one for one in self.categories if one.id == category_id), None)

    @property
    def rest(self) -> TicketCategory:
        """The category of what fits none."""
        return self.categories[-1]
