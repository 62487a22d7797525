"""What a model's step yields, whichever model and strategy: one reply, or tool calls, and its end."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool

from core.shapes import Json
from core.vocabulary import Trigger


@dataclass(frozen=True)
class ToolCall:
    """One call the model asks for. `arguments` is a JSON object, not yet validated against the tool."""

    id: str
    name: str
    arguments: Json


@dataclass(frozen=True)
class ReplyHead:
    """The decision fields of an answer, complete before its first word.

    `understood` and `confidence` are None where the model made no self-report (plain content).
    """

    understood: bool | None
    handover: Trigger | None
    confidence: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ReplyText:
    """The next piece of the answer's text; only ever after a `ReplyHead` of the same step."""

    delta: str


@dataclass(frozen=True)
class ToolCalls:
    """All calls of a step, in the model's order; never beside a reply."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True)
class StepUsage:
    """Tokens of one step, retries included. `counted`: by us with tiktoken, the model told none.

    `calls` is the number of requests that the step took, 1 unless something was asked for again.
    """

    prompt_tokens: int
    completion_tokens: int
    counted: bool
    calls: int = 1


@dataclass(frozen=True)
class StepEnd:
    """The end of a step, always last.

    `message` is what goes back to the model as its own turn: the tool calls, or the answer's text.
    `dropped` counts calls and replies that the first-call rule left out. `about`: the capabilities
    that the model names beside its answer; only the embedded one does.
    """

    message: AIMessage
    usage: StepUsage
    dropped: int = 0
    about: tuple[str, ...] = ()


Part = ReplyHead | ReplyText | ToolCalls | StepEnd


class Answering(Protocol):
    """One strategy bound to one model."""

    @property
    def name(self) -> str:
        """The model's name, for the trace."""
        ...

    def stream(
        self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], *, whole: bool = False
    ) -> AsyncGenerator[Part, None]:
        """One step: the parts of an answer or the tool calls, then `StepEnd`.

        `tools` are the business tools, without `reply`. `whole`: nobody waits for the first words, so the
        text may come in one piece, at about half the work. ModelUnavailable when no usable answer came.
        """
        ...
