"""Reading native tool calls, `reply` among them. The first call of a step decides."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import ToolCallChunk

from agent.models.chunk_reader import ChunkReader, Finished, called, checked, new_call_id
from agent.models.faults import BadCall, Fault, Ill, Malformed
from agent.models.parts import Part, ReplyHead
from agent.models.reply import REPLY
from agent.models.reply_stream import ReplyReader


@dataclass
class _Draft:
    """A call while it is being written."""

    id: str
    name: str
    pieces: list[str] = field(default_factory=list)


class CallsReader(ChunkReader):
    """Reads answers whose tool calls are native. Plain content counts only where nothing is called."""

    def __init__(self, names: frozenset[str], tells_the_end: bool) -> None:
        super().__init__(names, tells_the_end)
        self._drafts: list[_Draft] = []
        self._at: dict[object, _Draft] = {}
        self._reply = ReplyReader()

    def feed(self, chunk: AIMessageChunk) -> Sequence[Part]:
        self.note(chunk)
        parts: list[Part] = []
        for piece in chunk.tool_call_chunks:
            parts += self._piece(piece)
        return parts

    def _piece(self, piece: ToolCallChunk) -> Sequence[Part]:
        draft = self._draft(piece)
        written = piece.get("args") or ""
        draft.pieces.append(written)
        if draft is self._drafts[0] and draft.name == REPLY:
            return self._reply.feed(written)
        return ()

    def _draft(self, piece: ToolCallChunk) -> _Draft:
        index, call_id, name = piece.get("index"), piece.get("id") or "", piece.get("name") or ""
        known = self._at.get(index)
        # Some servers number all their calls 0: another id with a name is another call.
        if known is None or (name and call_id and call_id != known.id):
            known = _Draft(call_id, name)
            self._drafts.append(known)
            self._at[index] = known
        known.id = known.id or call_id
        known.name = known.name or name
        return known

    def written(self) -> str:
        calls = (piece for draft in self._drafts for piece in (draft.name, *draft.pieces))
        return "".join([*self._content, *calls])

    def finish(self) -> Finished:
        if not self._drafts:
            return self.plain()
        if self._drafts[0].name == REPLY:
            return self._answer(dropped=len(self._drafts) - 1)
        self.refuse_if_cut()
        taken: set[str] = set()
        wanted = [draft for draft in self._drafts if draft.name != REPLY]
        for draft in wanted:
            if not draft.id or draft.id in taken:
                draft.id = new_call_id()
            taken.add(draft.id)
        calls = tuple(checked(draft.id, draft.name, "".join(draft.pieces), self.names) for draft in wanted)
        return called(calls, len(self._drafts) - len(wanted), self._kept)

    def _answer(self, dropped: int) -> Finished:
        if not self._reply.complete:
            self._refuse_if_reply_was_cut()
        parts = self._reply.finish()
        if parts is None:
            raise Malformed(Ill.ARGUMENTS, BadCall(self._drafts[0].id or new_call_id(), REPLY))
        if not self._reply.text and not _hands_over(parts):
            raise Malformed(Ill.EMPTY)
        return Finished(parts, AIMessage(content=self._reply.text), dropped)

    def _refuse_if_reply_was_cut(self) -> None:
        if self.cut_short and (self._reply.spoken or self._finish is None):
            raise Fault("the answer was cut off")


def _hands_over(parts: Sequence[Part]) -> bool:
    return any(isinstance(part, ReplyHead) and part.handover is not None for part in parts)
