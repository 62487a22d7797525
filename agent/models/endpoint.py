"""The wire to an OpenAI-protocol server: langchain-openai's client, deadlines, faults in our words."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol, cast
from weakref import WeakKeyDictionary

import aiohttp
import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent.models.faults import Fault, Refused
from agent.models.plain_completions import PlainCompletions
from core.business_policy import ModelProfile

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
_BODY_FIELDS = ("tools", "tool_choice", "parallel_tool_calls", "response_format")
_REFUSALS = (400, 422)
_WORTH_ANOTHER = (408, 409, 425, 429)
_LONGEST_WAIT_S = 2.0
_NO_KEY = SecretStr("none")


class Wire(Protocol):
    """Sends messages to a model and streams what it says."""

    tells_the_end: bool
    """Whether a whole answer ends with a finish reason, so that one without was cut off."""

    def pack(self, options: Options) -> Options:
        """The same options in the form in which this wire sends them fastest; done once for many requests."""
        ...

    def stream(self, messages: Sequence[BaseMessage], options: Options, whole: bool = False) -> Chunks:
        """The chunks of one request's answer. Fault when it fails.

        `whole`: nobody waits for the first words, so the answer may come as one chunk, at half the work.
        """
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

    def pack(self, options: Options) -> Options:
        """What the SDK would rebuild field by field in each request goes along as it stands.

        langchain-openai also takes another, slower way for a `response_format` that it sees.
        """
        if self._profile.endpoint == "responses":
            return options
        body = {key: value for key, value in options.items() if key in _BODY_FIELDS}
        others = {key: value for key, value in options.items() if key not in _BODY_FIELDS}
        return others | ({"extra_body": body} if body else {})

    async def stream(self, messages: Sequence[BaseMessage], options: Options, whole: bool = False) -> Chunks:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        if whole:
            yield await self._whole(loop, deadline, messages, options)
            return
        # Not `astream`: its callbacks, of which there are none, cost as much as reading the chunk.
        answer = self._chat(loop)._astream(list(messages), **options)
        async with aclosing(cast(AsyncGenerator[ChatGenerationChunk, None], answer)) as parts:
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        part = await anext(parts)
                except StopAsyncIteration:
                    return
                except _WIRE_FAULTS as error:
                    raise _as_fault(error) from error
                yield _told(part)

    async def _whole(
        self,
        loop: asyncio.AbstractEventLoop,
        deadline: float,
        messages: Sequence[BaseMessage],
        options: Options,
    ) -> AIMessageChunk:
        asked = {key: value for key, value in options.items() if key != "stream_usage"}
        try:
            async with asyncio.timeout_at(deadline):
                answer = await self._chat(loop)._agenerate(list(messages), **asked)  # type: ignore[arg-type]
                return _as_chunk(answer.generations[0])
        except _WIRE_FAULTS as error:
            raise _as_fault(error) from error

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
        chat = ChatOpenAI(
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
        chat.async_client = PlainCompletions(chat.root_async_client)
        return chat


class LangChainWire:
    """A LangChain chat model in this process, such as the embedded one. Its errors are bugs, and stay so."""

    tells_the_end = False

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model

    def pack(self, options: Options) -> Options:
        return options

    async def stream(self, messages: Sequence[BaseMessage], options: Options, whole: bool = False) -> Chunks:
        answer = self._model.astream(list(messages), **options)  # type: ignore[arg-type]
        async with aclosing(cast(Chunks, answer)):
            async for chunk in answer:
                yield chunk

    async def aclose(self) -> None:
        """Nothing to close."""


def _told(part: ChatGenerationChunk) -> AIMessageChunk:
    """A chunk with what is told beside it, its finish reason."""
    chunk = cast(AIMessageChunk, part.message)
    chunk.response_metadata |= part.generation_info or {}
    return chunk


def _as_chunk(made: ChatGeneration) -> AIMessageChunk:
    """A whole answer as the only chunk of a stream. Broken calls stand first, so that they are noticed."""
    answer = cast(AIMessage, made.message)
    written = [(call["name"], call["args"], call["id"]) for call in answer.invalid_tool_calls]
    written += [(call["name"], json.dumps(call["args"]), call["id"]) for call in answer.tool_calls]
    pieces = [
        tool_call_chunk(name=name, args=args, id=call_id, index=index)
        for index, (name, args, call_id) in enumerate(written)
    ]
    return AIMessageChunk(
        content=answer.content,
        tool_call_chunks=pieces,
        usage_metadata=answer.usage_metadata,
        response_metadata=answer.response_metadata | (made.generation_info or {}),
    )


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
