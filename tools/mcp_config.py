"""How a business names an MCP server and the tools that it takes from there."""

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.business_parts import Part
from core.vocabulary import Capability, Level

Filled = Literal["customer_id", "order_number", "business_key"]
"""What the run brings in place of the model: who is signed in, the order that the talk has opened, the key
under which a change happens once."""


class McpTool(Part):
    """One tool of a server, and what Baton has to know of it before it lets a model call it."""

    name: str
    """As the server calls it; the model sees `server_name`."""
    effect: Literal["none", "change"]
    level: Level = Level.ANONYMOUS
    """The least that a customer has to have shown of who they are."""
    confirm: bool = False
    """The customer says yes first."""
    summary: str | None = None
    """What the customer is asked about, after "Shall I …?", with the arguments in braces."""
    fill: dict[str, Filled] = Field(default_factory=dict)
    """Argument → what the run brings; the model neither sees nor sets it."""
    capability: Capability = Capability.FAQ

    @model_validator(mode="after")
    def _summary_for_a_yes(self) -> "McpTool":
        if self.confirm and not self.summary:
            raise PydanticCustomError("no_summary", "`summary` beside `confirm: true`: what is asked about")
        if self.effect == "none" and self.confirm:
            raise PydanticCustomError("no_change", "`effect: change` beside `confirm: true`")
        return self


class McpServer(Part):
    """One server: started by Baton, or reached at an address."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    command: str | None = None
    args: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    """Names of Baton's own environment variables that it is given."""
    url: str | None = None
    """A streamable HTTP endpoint."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Header → the environment variable that holds its value."""
    seconds: float = Field(default=8.0, gt=0)
    """The longest that a call may take."""
    tools: tuple[McpTool, ...]

    @model_validator(mode="after")
    def _one_way(self) -> "McpServer":
        if (self.command is None) == (self.url is None):
            raise PydanticCustomError("one_way", "either `command` or `url`")
        return self
