"""Chat completions as plain JSON, put in the place of the SDK's typed ones.

langchain-openai gives and takes dicts. The SDK walks the types of each request and builds models of each
answer, which langchain-openai turns into dicts again: that is half of a call's own time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from openai import AsyncOpenAI, AsyncStream

_PATH = "/chat/completions"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class _Answer:
    """An answer as langchain-openai expects it of `with_raw_response`."""

    body: object

    def parse(self) -> object:
        return self.body


@dataclass(frozen=True)
class _Whole:
    client: AsyncOpenAI

    async def create(self, *, extra_body: Mapping[str, object] | None = None, **body: object) -> _Answer:
        content = _written(body, extra_body)
        return _Answer(
            await self.client.post(_PATH, content=content, options={"headers": _JSON}, cast_to=object)
        )


@dataclass(frozen=True)
class PlainCompletions:
    """What langchain-openai uses of `client.chat.completions`: `create` streams, that of `with_raw_response`
    does not.

    Errors are the SDK's own. A body that is no JSON comes as text.
    """

    client: AsyncOpenAI

    @property
    def with_raw_response(self) -> _Whole:
        return _Whole(self.client)

    async def create(
        self, *, extra_body: Mapping[str, object] | None = None, **body: object
    ) -> AsyncStream[object]:
        """The chunks of an answer, each a dict as the server sent it."""
        return await self.client.post(
            _PATH,
            content=_written(body, extra_body),
            options={"headers": _JSON},
            cast_to=object,
            stream=True,
            stream_cls=AsyncStream[object],
        )


def _written(body: Mapping[str, object], extra: Mapping[str, object] | None) -> bytes:
    """The request's body: tens of kilobytes, most of it the tools' schemas."""
    return orjson.dumps({**body, **(extra or {})})
