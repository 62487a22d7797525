"""Reading what a model wrote: JSON that is fenced, quoted twice or not quite JSON, calls in plain content."""

import json
import re

import jiter

from core.shapes import Json

_FENCE = re.compile(r"^```[\w-]*\s*\n?(.*?)\n?```$", re.DOTALL)
_TAGGED = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|$)", re.DOTALL)
_THINKING = re.compile(r"^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|$)\s*", re.DOTALL)


def read_object(raw: str) -> Json | None:
    """The JSON object in `raw`; nothing at all is an empty one. None when there is no object to be read."""
    text = raw.strip()
    if not text:
        return {}
    found = _read(_FENCE.sub(r"\1", text).strip())
    if isinstance(found, str):
        found = _read(found)
    return found if isinstance(found, dict) else None


def _read(text: str) -> object:
    try:
        return jiter.from_json(text.encode(errors="replace"))
    except ValueError:
        try:
            return json.loads(text, strict=False)
        except ValueError:
            return None


def without_thinking(content: str) -> str:
    """Plain content without the thoughts that some servers leave in front of it."""
    return _THINKING.sub("", content).strip()


def looks_like_a_call(content: str) -> bool:
    """Whether plain content is machine talk, which no customer may see."""
    return "<tool_call>" in content or _FENCE.sub(r"\1", content).lstrip().startswith(("{", "[{"))


def call_in_content(content: str, names: frozenset[str], reply: str) -> tuple[str, Json] | None:
    """The call that plain content spells out, in any form that models use; None when there is none.

    `{"name": N, "arguments": {}}` (or `parameters`), `{N: {}}`, the bare fields of a reply, each of them
    fenced or in `<tool_call>` tags or not.
    """
    tagged = _TAGGED.search(content)
    found = read_object(tagged[1] if tagged else content)
    if not found:
        return None
    name = found.get("name")
    if isinstance(name, str) and name in names:
        arguments = found.get("arguments", found.get("parameters", {}))
        arguments = read_object(arguments) if isinstance(arguments, str) else arguments
        return (name, arguments) if isinstance(arguments, dict) else None
    if len(found) == 1:
        key, value = next(iter(found.items()))
        if key in names and isinstance(value, dict):
            return key, value
    if isinstance(found.get("text"), str) and found.keys() & {"understood", "confidence", "handover"}:
        return reply, found
    return None
