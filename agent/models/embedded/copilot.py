"""A person's question to the embedded model: a lookup as the customer's own, or a draft for them."""

import re
from dataclasses import replace

from agent.data import for_language
from agent.models.embedded.talk import Talk, Turn

CAUSE = "copilot"


def wants_draft(talk: Talk) -> bool:
    """Whether the person asks for words to send."""
    return re.search(for_language("copilot", "en")["wants_draft"], talk.said[-1], re.IGNORECASE) is not None


def as_asked(talk: Talk) -> Talk:
    """The person's question in the place of the customer's: what the customer wrote is known."""
    unanswered = (Turn(talk.said[:-1]),) if talk.said[:-1] else ()
    return replace(talk, past=(*talk.past, *unanswered), said=talk.said[-1:], context=_as_message(talk))


def as_written(talk: Talk) -> Talk:
    """The customer's last words as the question: the answer to them is what a draft can be."""
    if talk.said[:-1]:
        return replace(talk, said=talk.said[:-1], context=_as_message(talk))
    last = max((place for place, turn in enumerate(talk.past) if turn.customer), default=None)
    if last is None:
        return replace(talk, said=(), context=_as_message(talk))
    return replace(talk, past=talk.past[:last], said=talk.past[last].customer, context=_as_message(talk))


def drafted(answer: str | None, talk: Talk) -> str:
    """The answer as a draft, or the draft of the case's brief where there is none."""
    brief = talk.context.get("packet") or {}
    return f"<draft>{answer or brief.get('draft') or ''}</draft>"


def _as_message(talk: Talk) -> dict[str, object]:
    return {**talk.context, "cause": "message"}
