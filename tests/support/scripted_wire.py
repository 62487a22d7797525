"""OpenAI's two wire formats as the scripted server writes them: whole bodies and stream events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.scripted_answers import Answer

Body = dict[str, Any]
STREAM_TYPE = "text/event-stream; charset=utf-8"
_ids = count(1)


def dump(body: Body) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def start(status: int, kind: str, headers: tuple[tuple[str, str], ...]) -> Body:
    """The ASGI event that opens a response."""
    listed = [(b"content-type", kind.encode()), *((n.encode(), v.encode()) for n, v in headers)]
    return {"type": "http.response.start", "status": status, "headers": listed}


def model_entry(name: str) -> Body:
    return {"id": name, "object": "model", "created": 0, "owned_by": "scripted"}


def text_of(message: Body) -> str:
    """A message's words, whether its content is text or a list of blocks."""
    found = message.get("content") or ""
    return found if isinstance(found, str) else "".join(block.get("text", "") for block in found)


def read_json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def has_strict(body: Body) -> bool:
    return any(
        tool.get("strict") or tool.get("function", {}).get("strict") for tool in body.get("tools") or []
    )


def as_chat_message(item: Body) -> Body:
    """An input item of the Responses API in the shape of a chat message."""
    kind = item.get("type", "message")
    if kind == "function_call_output":
        return {"role": "tool", "tool_call_id": item["call_id"], "content": item["output"]}
    if kind == "function_call":
        called = {"name": item["name"], "arguments": item["arguments"]}
        return {"role": "assistant", "tool_calls": [{"id": item["call_id"], "function": called}]}
    return {"role": item.get("role", kind), "content": item.get("content", "")}


def _pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _call_ids(answer: Answer) -> list[str]:
    return [call.id or f"call_{next(_ids)}" for call in answer.calls]


def _finish(answer: Answer) -> str:
    return answer.finish or ("tool_calls" if answer.calls else "stop")


def _tokens(answer: Answer) -> tuple[int, int]:
    return 100, max(1, (len(answer.content) + sum(len(call.raw) for call in answer.calls)) // 4)


def whole(answer: Answer, endpoint: str, model: str) -> Body:
    """The body of an answer that is not streamed."""
    return (
        _whole_chat(answer, model)
        if endpoint == "chat"
        else _whole_response(answer, model, _call_ids(answer))
    )


def events(answer: Answer, endpoint: str, model: str, usage: bool) -> Iterator[bytes]:
    """The server-sent events of a streamed answer, one for each piece."""
    return _chat_events(answer, model, usage) if endpoint == "chat" else _response_events(answer, model)


def _chat_usage(answer: Answer) -> Body:
    prompt, completion = _tokens(answer)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _whole_chat(answer: Answer, model: str) -> Body:
    message: Body = {"role": "assistant", "content": answer.content or None}
    if answer.calls:
        message["tool_calls"] = [
            {"id": id_, "type": "function", "function": {"name": call.name, "arguments": call.raw}}
            for id_, call in zip(_call_ids(answer), answer.calls, strict=True)
        ]
    choice = {"index": 0, "message": message, "finish_reason": _finish(answer)}
    body: Body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": model}
    usage = {"usage": _chat_usage(answer)} if answer.usage else {}
    return body | {"choices": [choice]} | usage


def _chat_events(answer: Answer, model: str, usage: bool) -> Iterator[bytes]:
    base: Body = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": model}

    def event(delta: Body, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + dump(base | {"choices": [choice]}) + b"\n\n"

    yield event({"role": "assistant", "content": ""})
    for piece in _pieces(answer.reasoning, answer.chunk_chars):
        yield event({"reasoning_content": piece})
    for piece in _pieces(answer.content, answer.chunk_chars):
        yield event({"content": piece})
    for index, (id_, call) in enumerate(zip(_call_ids(answer), answer.calls, strict=True)):
        opened = {"index": index, "id": id_, "type": "function"}
        yield event({"tool_calls": [opened | {"function": {"name": call.name, "arguments": ""}}]})
        for piece in _pieces(call.raw, answer.chunk_chars):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield event({}, _finish(answer))
    if usage and answer.usage:
        yield b"data: " + dump(base | {"choices": [], "usage": _chat_usage(answer)}) + b"\n\n"
    yield b"data: [DONE]\n\n"


def _response_items(answer: Answer, ids: list[str]) -> list[Body]:
    items: list[Body] = []
    if answer.reasoning:
        items.append(
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": answer.reasoning}
        )
    if answer.content:
        text = {"type": "output_text", "text": answer.content, "annotations": []}
        message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
        items.append(message | {"content": [text]})
    for id_, call in zip(ids, answer.calls, strict=True):
        called = {"call_id": id_, "name": call.name, "arguments": call.raw}
        items.append({"type": "function_call", "id": f"fc_{id_}", "status": "completed"} | called)
    return items


def _whole_response(answer: Answer, model: str, ids: list[str], status: str = "completed") -> Body:
    if answer.finish == "length" and status == "completed":
        status = "incomplete"
    prompt, completion = _tokens(answer)
    usage = {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": prompt + completion,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "model": model,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "instructions": None,
        "metadata": {},
        "output": _response_items(answer, ids) if status != "in_progress" else [],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": usage if answer.usage and status != "in_progress" else None,
    }


def _response_events(answer: Answer, model: str) -> Iterator[bytes]:
    numbers = count()
    ids = _call_ids(answer)

    def event(kind: str, **fields: object) -> bytes:
        body = {"type": kind, "sequence_number": next(numbers)} | fields
        return b"event: " + kind.encode() + b"\ndata: " + dump(body) + b"\n\n"

    yield event("response.created", response=_whole_response(answer, model, ids, "in_progress"))
    for index, item in enumerate(_response_items(answer, ids)):
        if item["type"] == "message":
            yield event("response.output_item.added", output_index=index, item=item | {"content": []})
            where = {"output_index": index, "content_index": 0, "item_id": item["id"]}
            for piece in _pieces(answer.content, answer.chunk_chars):
                yield event("response.output_text.delta", **where, delta=piece, logprobs=[])
            yield event("response.output_text.done", **where, text=answer.content, logprobs=[])
        elif item["type"] == "function_call":
            yield event("response.output_item.added", output_index=index, item=item | {"arguments": ""})
            where = {"output_index": index, "item_id": item["id"]}
            for piece in _pieces(item["arguments"], answer.chunk_chars):
                yield event("response.function_call_arguments.delta", **where, delta=piece)
            yield event("response.function_call_arguments.done", **where, arguments=item["arguments"])
        else:
            yield event("response.output_item.added", output_index=index, item=item)
        yield event("response.output_item.done", output_index=index, item=item)
    closing = _whole_response(answer, model, ids)
    yield event(f"response.{closing['status']}", response=closing)
