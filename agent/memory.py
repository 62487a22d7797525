"""What the AI keeps of a conversation between turns; written by `settle` and by a return."""

from pydantic import BaseModel, ConfigDict

from core.ids import DepartmentId
from core.shapes import Json
from core.vocabulary import Trigger


class OfferMade(BaseModel):
    """An offer of a person that the customer may still take up."""

    model_config = ConfigDict(frozen=True)

    trigger: Trigger
    evidence: list[Json] = []
    department: DepartmentId | None = None
    """Who was named in it: whoever says yes is passed to no other."""


class Memory(BaseModel):
    """One conversation's memory. Frozen: a turn settles a new one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    turns: int = 0
    """Turns of the AI so far; counts how long ago an offer was made."""
    failed_turns: int = 0
    """Failed turns in a row; a success and a return set it back."""
    offer: OfferMade | None = None
    """The open offer: made by the last turn, gone with the next."""
    offers: dict[Trigger, int] = {}
    """The turn in which each trigger was last offered."""
    refused: int = 0
    """How often policy refused something in this conversation; set back by a return."""
    heard_from: int = 0
    """Words up to this place in the stream are settled: no detector hears them again."""
    returned: Json | None = None
    """The newest return: `at_seq`, `person`, `note`, `case`."""
    transcript: list[Json] = []
    """What a client of OpenAI's protocol says was said before: `role`, `text`. It proves nothing."""
