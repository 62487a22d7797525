"""The wire to an OpenAI-protocol server: langchain-openai's client, deadlines, faults in our words."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol, cast
from weakref import WeakKeyDictionary

import aiohttp
import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent.models.faults import Fault, Refused
from core.business_policy import ModelProfile

log = logging.getLogger(__name__)

Chunks = AsyncGenerator[AIMessageChunk, None]
Options = Mapping[str, object]
"""Keyword arguments of one request."""

# What the client libraries raise for what a server sends, nonsense included.
_WIRE_FAULTS = (
    openai.OpenAIError,
    aiohttp.ClientError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)
_REFUSALS = (400, 422)
_WORTH_ANOTHER = (408, 409, 425, 429)
_LONGEST_WAIT_S = 2.0
_NO_KEY = SecretStr("none")


class Wire(Protocol):
    """Sends messages to a model and streams what it says."""

    tells_the_end: bool
    """Whether a whole answer ends with a finish reason, so that one without was cut off."""

    def stream(self, messages: Sequence[BaseMessage], options: Options) -> Chunks:
        """The chunks of one request's answer. Fault when it fails."""
        ...

    async def aclose(self) -> None:
        """Closes connections."""
        ...


class OpenAIWire:
    """One model behind an OpenAI-protocol endpoint.

    `seconds` bounds one request, from its start to its last byte. A client belongs to the event loop that
    first used it; another loop gets its own.
    """

    tells_the_end = True

    def __init__(
        self, model: str, profile: ModelProfile, key: SecretStr | None, base_url: str | None, seconds: float
    ) -> None:
        self._model, self._profile, self._key, self._base_url = model, profile, key, base_url
        self._seconds = seconds
        # Made now, since reading certificates blocks.
        self._unused: ChatOpenAI | None = self._client()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, ChatOpenAI] = WeakKeyDictionary()

    async def stream(self, messages: Sequence[BaseMessage], options: Options) -> Chunks:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        answer = self._chat(loop).astream(list(messages), **options)  # type: ignore[arg-type]
        async with aclosing(cast(Chunks, answer)):
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        chunk = await anext(answer)
                except StopAsyncIteration:
                    return
                except _WIRE_FAULTS as error:
                    raise _as_fault(error) from error
                yield chunk

    async def aclose(self) -> None:
        """Closes this event loop's connections."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.root_async_client.close()

    def _chat(self, loop: asyncio.AbstractEventLoop) -> ChatOpenAI:
        client = self._clients.get(loop)
        if client is None:
            client, self._unused = self._unused or self._client(), None
            self._clients[loop] = client
        return client

    def _client(self) -> ChatOpenAI:
        responses = self._profile.endpoint == "responses"
        return ChatOpenAI(
            model=self._model,
            api_key=self._key or _NO_KEY,
            base_url=self._base_url,
            max_retries=0,
            timeout=self._seconds,
            stream_chunk_timeout=None,
            http_async_client=openai.DefaultAioHttpClient(timeout=self._seconds),
            use_responses_api=responses,
            store=False if responses else None,
            include=["reasoning.encrypted_content"] if responses and self._profile.reasoning else None,
            stream_usage=not responses,
        )


class LangChainWire:
    """A LangChain chat model in this process, such as the embedded one. Its errors are bugs, and stay so."""

    tells_the_end = False

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model

    async def stream(self, messages: Sequence[BaseMessage], options: Options) -> Chunks:
        answer = self._model.astream(list(messages), **options)  # type: ignore[arg-type]
        async with aclosing(cast(Chunks, answer)):
            async for chunk in answer:
                yield chunk

    async def aclose(self) -> None:
        """Nothing to close."""


def _as_fault(error: Exception) -> Fault:
    if isinstance(error, openai.APIStatusError):
        return _status_fault(error)
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return Fault("the model did not answer in time", again=False)
    return Fault(f"the answer could not be received ({type(error).__name__})")


def _status_fault(error: openai.APIStatusError) -> Fault:
    status = error.status_code
    if status in _REFUSALS:
        return Refused(str(error))
    again = status >= 500 or status in _WORTH_ANOTHER
    return Fault(
        f"the model's server answered {status}", again, _wait(error.response.headers) if again else 0
    )


def _wait(headers: Mapping[str, str]) -> float:
    try:
        return min(_LONGEST_WAIT_S, max(0.0, float(headers.get("retry-after", 0))))
    except ValueError:
        return 0.0
