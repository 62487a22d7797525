"""`Idempotency-Key`: the same key and body give the first call's answer, in the form that this call asks."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from api.auth import Anyone, Running
from core.errors import OutOfState
from core.shapes import Json
from runtime.wiring import Baton
from store import idempotency
from store.conversations import hash_secret
from store.database import UnitOfWork


@dataclass(frozen=True)
class Once:
    """One call that may have been made before."""

    baton: Baton
    scope: str
    key: str | None
    body: bytes

    def secret(self, salt: str) -> str:
        """A secret that only whoever sent this key is told again: the store keeps the salt and no key."""
        return hmac.new(salt.encode(), (self.key or "").encode(), hashlib.sha256).hexdigest()

    async def write(self, work: Callable[[UnitOfWork], Json]) -> Json:
        """What `work` made, in its transaction; a repeated key runs nothing and gives what was made then."""
        if self.key is None:
            return await self.baton.database.awrite(work)
        return await self.baton.database.awrite(lambda uow: self._once(uow, work))

    def _once(self, uow: UnitOfWork, work: Callable[[UnitOfWork], Json]) -> Json:
        assert self.key is not None
        first, answer = idempotency.begin(uow, self.scope, self.key, self.body)
        if first:
            answer = work(uow)
            idempotency.keep(uow, self.scope, self.key, answer)
        if answer is None:
            raise OutOfState("The first call with this Idempotency-Key has no answer yet. Send it again.")
        return answer


async def once_of(
    request: Request,
    baton: Running,
    caller: Anyone,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Once:
    """Who calls what, with which key and body."""
    # Whoever has no bearer is known by their address: a key that is easy to guess opens nobody else's answer.
    address = request.client.host if request.client else ""
    who = hash_secret(caller.bearer) if caller.bearer else f"anyone {address}"
    # A blank key is none: whoever shares an address would share its answers.
    key = (idempotency_key or "").strip() or None
    return Once(baton, f"{request.method} {request.url.path} {who}", key, await request.body())


OnceOnly = Annotated[Once, Depends(once_of)]
