"""OpenAI's chat completions as data: what of a request counts, and the shapes of an answer."""

import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.texts import storable
from core.errors import CallerError
from core.shapes import Json, Usage


class BadRequest(CallerError):
    """A request of the protocol that Baton does not serve."""

    status = 400
    title = "Not served"


class Part(BaseModel):
    """A piece of a message's content."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """A message of the client's history. Tool calls and names are the client's own and are not read."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""

    @property
    def has_other_than_text(self) -> bool:
        return isinstance(self.content, list) and any(part.type != "text" for part in self.content)


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class Completion(BaseModel):
    """What of a request counts; all else (system, tools, temperature …) is the client's and is ignored."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"model": "baton", "messages": [{"role": "user", "content": "Where is HL-10428?"}]}]
        },
    )

    model: str = "baton"
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str = ""
    n: int | None = None
    metadata: dict[str, str] | None = None

    _storable = field_validator("*", mode="before")(storable)

    def meta(self, key: str) -> str | None:
        return (self.metadata or {}).get(key)

    @property
    def said(self) -> list[tuple[str, str]]:
        """What was said: the user's and the assistant's texts."""
        return [(one.role, one.text) for one in self.messages if one.role in ("user", "assistant")]

    def checked(self) -> str:
        """The last user message. BadRequest for what is not served."""
        if (self.n or 1) > 1:
            raise BadRequest("Only one choice is given: leave `n` out, or send 1.", {"n": ["must be 1"]})
        if any(one.has_other_than_text for one in self.messages):
            raise BadRequest("Only text is read: leave images and files out.", {"messages": ["only text"]})
        users = [one for one in self.messages if one.role == "user"]
        if not users:
            raise BadRequest("Send a message of the user.", {"messages": ["needs one with the role user"]})
        return users[-1].text


def usage_of(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


def whole(id: str, model: str, content: str, usage: Usage, baton: Json) -> Json:
    """An answer in one piece."""
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": id,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": usage_of(usage),
        "baton": baton,
    }


def chunk(id: str, model: str, delta: Json, finish: str | None = None) -> Json:
    """A piece of a streamed answer."""
    return {
        "id": id,
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}],
    }
