"""What a tool declares about itself, beside the schema that the model sees."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from langchain_core.tools import BaseTool

from core.business import Business
from core.shapes import Json
from core.vocabulary import Capability
from tools.context import ToolContext

BusinessKey = Callable[[Json, ToolContext], str]
Tried = Callable[[Json, Json], str]


class Effect(StrEnum):
    """What a call may write."""

    NONE = "none"
    """Nothing: it runs in a transaction that reads."""
    IDENTITY = "identity"
    """Tries at the identity challenge, and the level that one gives: each try is counted once."""
    CHANGE = "change"
    """The business database: journaled, guarded by the floor, once for each business key."""


@dataclass(frozen=True)
class ToolSpec:
    """One tool with what the graph needs to run it safely."""

    tool: BaseTool
    capability: Capability
    effect: Effect = Effect.NONE
    business_key: BusinessKey | None = None
    """Changing tools: what this call would change, in ids and numbers, read from the database. Never raises
    for arguments that are wrong."""
    tried: Tried | None = None
    """One line for the packet, from arguments and result."""
    offered: Callable[[Business], bool] = lambda business: True
    """Whether the model of this business is shown the tool."""
    tries: tuple[str, ...] = ()
    """Tools of effect IDENTITY: a call with none of these arguments tries nothing, it only reads. Empty: each
    call is a try."""
    subject: int = 2
    """Changing tools: how many parts of the business key, from its start, say what the call is about."""

    @property
    def name(self) -> str:
        return self.tool.name

    def same_subject(self, key: str, other: str) -> bool:
        """Whether the calls of two business keys are about the same thing: one order, one field."""
        return key.split(":")[: self.subject] == other.split(":")[: self.subject]

    def effect_of(self, arguments: Json) -> Effect:
        """What this call may write: of a tool that takes the challenge, only a try at it does."""
        only_reads = bool(self.tries) and not any(arguments.get(name) for name in self.tries)
        return Effect.NONE if self.effect is Effect.IDENTITY and only_reads else self.effect
