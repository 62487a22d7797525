"""The reply: its schema for the model, and reading its fields from what the model sent."""

import math
import re

from agent.models import prompt_texts
from agent.models.parts import ReplyHead
from core.shapes import Json
from core.vocabulary import Trigger

REPLY = "reply"
DECISIONS = ("understood", "handover", "confidence", "sources")
TEXT = "text"

_PROMPT = "strategy_reply"
_TRIGGERS = frozenset(trigger.value for trigger in Trigger)
_NO_HANDOVER = {"", "none", "null", "no", "false", "n/a"}


def reply_definition() -> Json:
    """`reply` as `{name, description, parameters}`; the decision fields stand before the text."""
    shapes: dict[str, Json] = {
        "understood": {"type": "boolean"},
        "handover": {"anyOf": [{"type": "string", "enum": [t.value for t in Trigger]}, {"type": "null"}]},
        "confidence": {"type": "number"},
        "sources": {"type": "array", "items": {"type": "string"}},
        TEXT: {"type": "string"},
    }
    return {
        "name": REPLY,
        "description": prompt_texts.section(_PROMPT, REPLY),
        "parameters": {
            "type": "object",
            "properties": {
                name: shape | {"description": prompt_texts.section(_PROMPT, name)}
                for name, shape in shapes.items()
            },
            "required": list(shapes),
            "additionalProperties": False,
        },
    }


def read_head(fields: Json) -> ReplyHead:
    """The decision fields, whatever types the model gave them; what cannot be read is None."""
    return ReplyHead(
        understood=_read_bool(fields.get("understood")),
        handover=_read_trigger(fields.get("handover")),
        confidence=_read_share(fields.get("confidence")),
        sources=_read_sources(fields.get("sources")),
    )


def read_text(fields: Json) -> str:
    """The answer's words, or nothing."""
    found = fields.get(TEXT)
    return found.strip() if isinstance(found, str) else ""


def _read_bool(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _read_trigger(value: object) -> Trigger | None:
    if value is None or value is False:
        return None
    name = re.sub(r"[\s-]+", "_", str(value).strip().lower())
    if name in _NO_HANDOVER:
        return None
    # A wish to hand over under a name of the model's own still is one.
    return Trigger(name) if name in _TRIGGERS else Trigger.LOW_CONFIDENCE


def _read_share(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        percent = value.strip().endswith("%")
        try:
            value = float(value.strip().rstrip("%")) / (100 if percent else 1)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if 1 < value <= 100:  # a percentage without its sign
        value = value / 100
    return min(1.0, max(0.0, float(value)))


def _read_sources(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(str(item) for item in value if isinstance(item, str | int) and item != ""))
