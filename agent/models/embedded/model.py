"""The embedded model: a LangChain chat model that needs no key, no server and no network."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from agent.models.embedded.compose import Dialogue, Reply, Step
from agent.models.embedded.router import Routing, load_router
from agent.models.embedded.talk import read_talk
from core.business import Business
from core.flows import Flows, load_flows
from core.settings import EMBEDDED
from core.shapes import Json
from knowledge.embedding import Embedding, WordLlamaEmbedding
from knowledge.encoder import load_encoder

REPLY = "reply"
PIECE_WORDS = 3
"""Words in one streamed piece of the text."""


class EmbeddedModel(BaseChatModel):
    """Answers with tool calls: the business's tools, or `reply` with its decision fields before its text.

    Stateless: each answer follows from the messages, the names of the bound tools and the business's flows.
    """

    _dialogue: Dialogue = PrivateAttr()

    def __init__(self, dialogue: Dialogue) -> None:
        super().__init__()
        self._dialogue = dialogue

    @property
    def _llm_type(self) -> str:
        return EMBEDDED

    def bind_tools(
        self,
        tools: Sequence[object],
        *,
        tool_choice: str | None = None,
        **kwargs: object,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with these tools. `tool_choice` is accepted: it always answers with a call."""
        return cast(
            "Runnable[LanguageModelInput, AIMessage]",
            self.bind(tools=[convert_to_openai_tool(cast("BaseTool", tool)) for tool in tools]),
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        step = self._step(messages, kwargs)
        calls = [
            {"name": name, "args": args, "id": call_id} for name, args, call_id in _calls(step, messages)
        ]
        message = AIMessage(content="", tool_calls=calls, response_metadata=_metadata(step))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> Iterator[ChatGenerationChunk]:
        yield from _chunks(self._step(messages, kwargs), messages)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> AsyncIterator[ChatGenerationChunk]:
        step = await asyncio.to_thread(self._step, messages, kwargs)
        for chunk in _chunks(step, messages):
            yield chunk

    def _step(self, messages: Sequence[BaseMessage], bound: Mapping[str, object]) -> Step:
        tools = cast("Sequence[Json]", bound.get("tools") or ())
        names = {tool["function"]["name"] for tool in tools}
        return self._dialogue.step(read_talk(messages), frozenset(names - {REPLY}))


def open_embedded(
    business: Business, flows: Flows | None = None, embedding: Embedding | None = None
) -> EmbeddedModel:
    """The embedded model of a business, with its flows and utterances (the sample's where it has none).

    BusinessFileError when a flow or utterance file is wrong.
    """
    routing = Routing(load_encoder(), load_router())
    flows = flows or load_flows(business.directory)
    return EmbeddedModel(Dialogue(business, flows, embedding or WordLlamaEmbedding(), routing))


def _calls(step: Step, messages: Sequence[BaseMessage]) -> list[tuple[str, Json, str]]:
    """Name, arguments and id of each call of a step; ids are unique within the conversation."""
    if step.reply is not None:
        return [(REPLY, _reply_args(step.reply), f"call_{len(messages)}_0")]
    return [(call.tool, call.args, f"call_{len(messages)}_{index}") for index, call in enumerate(step.calls)]


def _reply_args(reply: Reply) -> Json:
    return {
        "understood": reply.understood,
        "handover": reply.handover.value if reply.handover else None,
        "confidence": reply.confidence,
        "sources": list(reply.sources),
        "text": reply.text,
    }


def _chunks(step: Step, messages: Sequence[BaseMessage]) -> Iterator[ChatGenerationChunk]:
    """The step as a stream: each call's arguments as JSON, a reply's text in pieces."""
    for index, (name, args, call_id) in enumerate(_calls(step, messages)):
        pieces = _reply_pieces(args) if name == REPLY else [json.dumps(args, ensure_ascii=False)]
        for place, piece in enumerate(pieces):
            first = place == 0
            yield _chunk(
                tool_call_chunk(
                    name=name if first else None, args=piece, id=call_id if first else None, index=index
                )
            )
    yield ChatGenerationChunk(
        message=AIMessageChunk(content="", chunk_position="last", response_metadata=_metadata(step))
    )


def _chunk(call: ToolCallChunk) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[call]))


def _reply_pieces(args: Json) -> list[str]:
    """The reply's JSON cut inside its text, after every few words."""
    head = json.dumps({**args, "text": ""}, ensure_ascii=False)[:-2]
    words = args["text"].split(" ")
    texts = [
        " ".join(words[start : start + PIECE_WORDS]) + (" " if start + PIECE_WORDS < len(words) else "")
        for start in range(0, len(words), PIECE_WORDS)
    ]
    return [head, *(json.dumps(text, ensure_ascii=False)[1:-1] for text in texts), '"}']


def _metadata(step: Step) -> Json:
    return {"model_name": EMBEDDED, "capabilities": [str(one) for one in step.capabilities]}
