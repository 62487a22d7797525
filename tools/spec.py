"""What a tool declares about itself, beside the schema that the model sees."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from langchain_core.tools import BaseTool

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
    """Attempts and the level in the conversation's row: a transaction that writes, no journal."""
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

    @property
    def name(self) -> str:
        return self.tool.name
