"""Reading one streamed answer chunk by chunk: what the strategies' readers share."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata

from agent.models import repair
from agent.models.faults import BadCall, Fault, Ill, Malformed
from agent.models.parts import Part, ReplyHead, ReplyText, ToolCall, ToolCalls
from agent.models.reply import REPLY, read_head, read_text
from core.shapes import Json

_CUT_SHORT = (None, "length", "incomplete", "max_tokens")


@dataclass(frozen=True)
class Finished:
    """The last parts of a step before its end, the message that the model sees later, what was dropped."""

    parts: Sequence[Part]
    message: AIMessage
    dropped: int = 0


class ChunkReader(ABC):
    """Reads the chunks of one answer. `names`: the tools that may be called, without `reply`."""

    def __init__(self, names: frozenset[str], tells_the_end: bool) -> None:
        self.names = names
        self.usage: UsageMetadata | None = None
        self.about: tuple[str, ...] = ()
        """The capabilities that the model names beside its answer."""
        self._finish: str | None = None if tells_the_end else "stop"
        self._content: list[str] = []
        self._kept: list[Json] = []

    @abstractmethod
    def feed(self, chunk: AIMessageChunk) -> Sequence[Part]:
        """The parts that are certain after this chunk."""

    @abstractmethod
    def finish(self) -> Finished:
        """The rest, when all chunks are read. Malformed, or Fault when the answer was cut off."""

    @abstractmethod
    def written(self) -> str:
        """All that the model wrote, for counting."""

    def note(self, chunk: AIMessageChunk) -> str:
        """Takes from a chunk what every reader needs; its plain words are returned."""
        if chunk.usage_metadata:
            self.usage = chunk.usage_metadata
        if chunk.response_metadata:
            told = chunk.response_metadata
            self._finish = told.get("finish_reason") or told.get("status") or self._finish
            self.about = tuple(told.get("capabilities") or self.about)
        if isinstance(chunk.content, str):
            words = chunk.content
        else:
            words = "".join(self._block(block) for block in chunk.content)
        if words:
            self._content.append(words)
        return words

    def _block(self, block: str | Json) -> str:
        if isinstance(block, str):
            return block
        if block.get("type") == "reasoning" and block.get("encrypted_content"):
            # The Responses API wants its encrypted thoughts back with the tool's result.
            self._kept.append({key: value for key, value in block.items() if key != "index"})
        return str(block.get("text") or "") if block.get("type") == "text" else ""

    @property
    def cut_short(self) -> bool:
        """Whether the stream ended before the model had."""
        return self._finish in _CUT_SHORT

    def refuse_if_cut(self) -> None:
        """Fault when the answer stopped in the middle."""
        if self.cut_short:
            raise Fault("the answer was cut off")

    def plain(self) -> Finished:
        """The answer in plain content: a call in other clothes, or words without a self-report."""
        self.refuse_if_cut()
        content = repair.without_thinking("".join(self._content))
        if not content:
            raise Malformed(Ill.EMPTY)
        found = repair.call_in_content(content, self.names | {REPLY}, REPLY)
        if found is None:
            if repair.looks_like_a_call(content):
                raise Malformed(Ill.ARGUMENTS)
            return spoken(ReplyHead(None, None, None, ()), content)
        name, arguments = found
        if name == REPLY:
            return spoken(read_head(arguments), read_text(arguments))
        return called((ToolCall(new_call_id(), name, arguments),))


def spoken(head: ReplyHead, text: str, dropped: int = 0) -> Finished:
    """A whole reply. Malformed when it neither says something nor hands over."""
    if not text and head.handover is None:
        raise Malformed(Ill.EMPTY)
    return Finished((head, ReplyText(text)) if text else (head,), AIMessage(content=text), dropped)


def called(calls: tuple[ToolCall, ...], dropped: int = 0, kept: Sequence[Json] = ()) -> Finished:
    """Tool calls. `kept`: content blocks that the server wants to see again."""
    asked = [
        {"id": call.id, "name": call.name, "args": call.arguments, "type": "tool_call"} for call in calls
    ]
    return Finished((ToolCalls(calls),), AIMessage(content=list(kept) or "", tool_calls=asked), dropped)


def new_call_id() -> str:
    """An id for a call that came without one."""
    return f"call_{uuid4().hex[:20]}"


def checked(call_id: str, name: str, raw: str, names: frozenset[str]) -> ToolCall:
    """A call that names a known tool and carries an object. Malformed else."""
    arguments = repair.read_object(raw)
    if name not in names:
        raise Malformed(Ill.UNKNOWN_TOOL, BadCall(call_id, name, arguments or {}))
    if arguments is None:
        raise Malformed(Ill.ARGUMENTS, BadCall(call_id, name))
    return ToolCall(call_id, name, arguments)
