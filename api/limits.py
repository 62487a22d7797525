"""Rate limits by address, identity and conversation: counted in this process, over a sliding minute.

Off for loopback callers in demo mode, where nobody is to be kept out.
"""

import ipaddress
import time
from collections import defaultdict, deque

from fastapi import Request

from core.errors import TooMany
from core.ids import ConversationId
from runtime.wiring import Baton
from store import conversations

WINDOW_S = 60.0
A_MINUTE = {"conversations": 30, "messages": 60, "conversation": 20, "identity": 40}
MOST_KEYS = 50_000


class Limits:
    """Calls of the last minute, by who made them."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, kind: str, who: str, allowed: int) -> None:
        """Counts one call. TooMany when `who` has made all that are allowed in a minute."""
        now = time.monotonic()
        calls = self._calls[kind, who]
        while calls and calls[0] <= now - WINDOW_S:
            calls.popleft()
        if len(calls) >= allowed:
            wait = int(calls[0] + WINDOW_S - now) + 1
            raise TooMany(f"At most {allowed} a minute. Try again in {wait} s.", wait)
        calls.append(now)
        if len(self._calls) > MOST_KEYS:
            self._forget(now)

    def _forget(self, now: float) -> None:
        for key in [key for key, calls in self._calls.items() if not calls or calls[-1] <= now - WINDOW_S]:
            del self._calls[key]


def of_address(request: Request, baton: Baton, kind: str, *, channel: bool = False) -> None:
    """Counts a call of `kind` against its caller's address. TooMany when it has made all that are allowed.

    `channel`: a server with the API key. It speaks for many customers from one address; each of them is
    counted by conversation and identity.
    """
    if _applies(request, baton) and not channel:
        limits: Limits = request.app.state.limits
        limits.count(kind, _address(request), A_MINUTE[kind])


async def of_conversation(request: Request, baton: Baton, conversation_id: ConversationId) -> None:
    """Counts a message against its conversation, and against the customer who is signed in there. TooMany."""
    if not _applies(request, baton):
        return
    limits: Limits = request.app.state.limits
    limits.count("conversation", conversation_id, A_MINUTE["conversation"])
    talk = await baton.database.aread(lambda uow: conversations.load(uow, conversation_id))
    if talk.customer_id is not None:
        limits.count("identity", talk.customer_id, A_MINUTE["identity"])


def _applies(request: Request, baton: Baton) -> bool:
    in_demo = baton.settings.demo and is_on_loopback(request)
    return request.app.state.always_limit or not in_demo


def is_on_loopback(request: Request) -> bool:
    """Whether the caller is on this machine."""
    return _is_loopback(_address(request))


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
