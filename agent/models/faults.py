"""What can go wrong in one request to a model, before it becomes `ModelUnavailable`."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import BatonError
from core.shapes import Json


class Fault(BatonError):
    """One attempt at a step gave no usable answer. `again`: a second attempt may help."""

    def __init__(self, detail: str, again: bool = True, wait_s: float = 0.0) -> None:
        super().__init__(detail)
        self.detail, self.again, self.wait_s = detail, again, wait_s


class Refused(Fault):
    """The server refuses a parameter of the request (400 or 422). `complaint` is what it said."""

    def __init__(self, complaint: str) -> None:
        super().__init__("the server refused the request", again=False)
        self.complaint = complaint


class Ill(StrEnum):
    """How an answer that arrived whole cannot be used; the values name sections of `strategy_again.md`."""

    ARGUMENTS = "invalid_arguments"
    UNKNOWN_TOOL = "unknown_tool"
    EMPTY = "empty"


@dataclass(frozen=True)
class BadCall:
    """The call at fault, as it can be shown to the model again."""

    id: str
    name: str
    arguments: Json = field(default_factory=dict)


class Malformed(Fault):
    """The answer arrived and cannot be used. `call` is None where no single call is at fault."""

    def __init__(self, ill: Ill, call: BadCall | None = None) -> None:
        super().__init__(f"the model's answer was not usable ({ill})")
        self.ill, self.call = ill, call
