"""What the scripted server may be told to answer: replies, calls, content and every fault."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One tool call. `arguments` as text is sent as it stands, so that it may be broken JSON."""

    name: str
    arguments: Mapping[str, object] | str = field(default_factory=dict)
    id: str = ""

    @property
    def raw(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True, eq=False)
class Answer:
    """What the server does with one request: content and calls, or a fault.

    `delay_s` passes before the first byte, `chunk_delay_s` before each piece of `chunk_chars` characters.
    `cut_after` pieces the stream breaks off; `cut_clean`: the socket closes as if all were said.
    """

    content: str = ""
    calls: tuple[Call, ...] = ()
    reasoning: str = ""
    delay_s: float = 0.0
    chunk_delay_s: float = 0.0
    chunk_chars: int = 6
    cut_after: int | None = None
    cut_clean: bool = False
    finish: str | None = None
    status: int = 200
    error: Body | None = None
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    hang: bool = False
    usage: bool = True

    def slowly(self, chunk_delay_s: float, chunk_chars: int = 1) -> "Answer":
        """The same answer, streamed in pieces with a pause before each."""
        return replace(self, chunk_delay_s=chunk_delay_s, chunk_chars=chunk_chars)

    def after(self, delay_s: float) -> "Answer":
        """The same answer after a pause before its first byte."""
        return replace(self, delay_s=delay_s)

    def cut(self, pieces: int, clean: bool = False) -> "Answer":
        """The same answer, broken off after some pieces."""
        return replace(self, cut_after=pieces, cut_clean=clean)

    def without_usage(self) -> "Answer":
        return replace(self, usage=False)

    @cached_property
    def wire_cache(self) -> dict[tuple[str, bool, bool], bytes]:
        """The finished bytes per endpoint, for answers sent without any pause."""
        return {}


REPLY_ORDER = ("understood", "handover", "confidence", "sources", "text")


def reply_call(
    text: str,
    *,
    understood: bool = True,
    handover: str | None = None,
    confidence: float = 0.95,
    sources: Sequence[str] = (),
    order: Sequence[str] = REPLY_ORDER,
) -> Call:
    """A `reply` call whose fields stand in `order`; a field left out of `order` is not sent."""
    fields = {
        "understood": understood,
        "handover": handover,
        "confidence": confidence,
        "sources": list(sources),
        "text": text,
    }
    return Call("reply", {name: fields[name] for name in order})


def reply(
    text: str,
    *,
    understood: bool = True,
    handover: str | None = None,
    confidence: float = 0.95,
    sources: Sequence[str] = (),
    order: Sequence[str] = REPLY_ORDER,
    then: Sequence[Call] = (),
) -> Answer:
    """An answer by the `reply` tool; `then` are calls that follow it in the same step."""
    call = reply_call(
        text, understood=understood, handover=handover, confidence=confidence, sources=sources, order=order
    )
    return Answer(calls=(call, *then))


def calls(*wanted: Call | tuple[str, Mapping[str, object] | str], content: str = "") -> Answer:
    """An answer that calls tools, in order: `Call`s or (name, arguments)."""
    return Answer(content=content, calls=tuple(c if isinstance(c, Call) else Call(*c) for c in wanted))


def content(text: str) -> Answer:
    """An answer in plain content."""
    return Answer(content=text)


def json_step(name: str, arguments: Mapping[str, object]) -> Answer:
    """What a grammar-constrained server writes for the `json` strategy: one object, keyed by the call."""
    return Answer(content=json.dumps({name: arguments}))


def json_reply(
    text: str,
    *,
    understood: bool = True,
    handover: str | None = None,
    confidence: float = 0.95,
    sources: Sequence[str] = (),
    order: Sequence[str] = REPLY_ORDER,
) -> Answer:
    """A reply for the `json` strategy; fields as for `reply`."""
    call = reply_call(
        text, understood=understood, handover=handover, confidence=confidence, sources=sources, order=order
    )
    return Answer(content=f'{{"reply": {call.raw}}}')


def error(status: int, message: str = "scripted", param: str | None = None, retry_after: str = "") -> Answer:
    """An HTTP error in OpenAI's shape."""
    headers = (("retry-after", retry_after),) if retry_after else ()
    found = {"message": message, "type": "scripted_error", "param": param, "code": None}
    return Answer(status=status, error={"error": found}, headers=headers)


def empty() -> Answer:
    """An answer that says nothing and calls nothing."""
    return Answer()


def nonsense(raw: bytes = b"\x00\xff{]]not even wrong\n\n") -> Answer:
    """Status 200 and bytes that mean nothing."""
    return Answer(raw=raw)


def hang() -> Answer:
    """Never a byte, until the client leaves."""
    return Answer(hang=True)
