"""The customer's place in the queue while they wait in the chat, told when it changes."""

from core.ids import ConversationId
from core.shapes import Json, ShortCase
from core.vocabulary import Mode
from handover import queue
from runtime.wiring import Baton
from store import cases
from store.database import UnitOfWork


class Places:
    """What one stream has told of the conversation's place."""

    def __init__(self, baton: Baton, conversation_id: ConversationId, mode: Mode) -> None:
        self._baton, self._id = baton, conversation_id
        self._waits = mode is Mode.WAITING
        self._told: tuple[int, int] | None = None

    def follow(self, kind: str, data: Json) -> None:
        """Notes a stored event that begins or ends the wait."""
        if kind == "mode":
            self._waits = data["mode"] == Mode.WAITING
            self._told = None

    async def moved(self) -> Json | None:
        """`{position, expected_wait_s}` when the place or the minutes have changed since they were told."""
        if not self._waits:
            return None
        at = await self._baton.database.aread(self._read)
        if at is None or at.position is None or at.expected_wait_s is None:
            return None
        now = (at.position, round(at.expected_wait_s / 60))
        if now == self._told:
            return None
        self._told = now
        return {"position": at.position, "expected_wait_s": at.expected_wait_s}

    def _read(self, uow: UnitOfWork) -> ShortCase | None:
        case = cases.open_of(uow, self._id)
        return queue.short_case(uow, case, self._baton.business) if case else None
