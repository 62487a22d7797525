"""The conversation as the embedded model reads it from its messages."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from rapidfuzz import fuzz, process

from agent.data import table
from core.shapes import Json

_WORD = re.compile(r"[^\W_]+")
_SHORT, _ALIKE = 3, 80
_CONTEXT = re.compile(r"<context>\s*(\{.*\})\s*</context>", re.DOTALL)
_MARKS = re.compile(r"([^\w\s])\1{3,}")
LONGEST_WORD = 300
"""Characters; links may be long."""
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True)
class Turn:
    """What the customer wrote, and what was answered."""

    customer: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True)
class Ran:
    """A tool call of this turn with its result."""

    tool: str
    args: Json
    result: Json


@dataclass(frozen=True)
class Entry:
    """A knowledge entry of the context."""

    id: str
    title: str
    text: str
    score: float


@dataclass(frozen=True)
class Talk:
    """One request to the model."""

    past: tuple[Turn, ...]
    said: tuple[str, ...]
    """What the customer wrote and nobody has answered yet."""
    ran: tuple[Ran, ...] = ()
    context: Json = field(default_factory=dict)

    @property
    def message(self) -> str:
        return "\n".join(self.said)

    @property
    def cause(self) -> str:
        return str(self.context.get("cause") or "message")

    @property
    def level(self) -> str:
        customer = self.context.get("customer") or {}
        return str(customer.get("level") or "anonymous")

    @property
    def knowledge(self) -> tuple[Entry, ...]:
        """The entries found for the message that score above the no-answer line, the best first."""
        line = float(self.context.get("no_answer_line") or 0.0)
        found = read_entries(self.context.get("knowledge"))
        return tuple(entry for entry in found if entry.score >= line)


def read_entries(listed: object) -> tuple[Entry, ...]:
    """Knowledge entries from JSON, the best first; what is no entry is left out."""
    entries = [
        Entry(str(one["id"]), str(one.get("title", "")), str(one["text"]), float(one.get("score", 0.0)))
        for one in cast(list[object], listed or [])
        if isinstance(one, dict) and "id" in one and "text" in one
    ]
    return tuple(sorted(entries, key=lambda entry: -entry.score))


def shares_a_word(text: str, entry: Entry) -> bool:
    """Whether a longer word of a text occurs in an entry, a slip or an ending forgiven."""
    words = [word for word in _WORD.findall(text.lower()) if len(word) > _SHORT]
    known = set(_WORD.findall(f"{entry.title} {entry.text}".lower()))
    return any(process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=_ALIKE) for word in words)


def read_talk(messages: Sequence[BaseMessage]) -> Talk:
    """The conversation in a list of messages; the human messages after the last answer are the question."""
    context: Json = {}
    turns: list[Turn] = []
    waiting: list[str] = []
    calls: dict[str, tuple[str, Json]] = {}
    ran: list[Ran] = []
    for message in messages:
        if isinstance(message, SystemMessage):
            context = _context(message) or context
        elif isinstance(message, HumanMessage):
            waiting.append(tidied(text_of(message)))
            ran = []
        elif isinstance(message, AIMessage) and message.tool_calls:
            calls |= {str(call["id"]): (call["name"], call["args"]) for call in message.tool_calls}
        elif isinstance(message, AIMessage):
            turns.append(Turn(tuple(waiting), text_of(message)))
            waiting, ran = [], []
        elif isinstance(message, ToolMessage):
            name, args = calls.get(message.tool_call_id, (message.name or "", {}))
            ran.append(Ran(name, args, _result(message)))
    return Talk(tuple(turns), tuple(waiting), tuple(ran), context)


def tidied(text: str) -> str:
    """A customer's text without what only fills it: blanks, marks in a row, words that are none.

    The parsers look back and forth in it, so that a text of nothing but blanks would take them minutes.
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    kept = _MARKS.sub(r"\1\1\1", "\n".join(line for line in lines if line))
    return _ENDLESS.sub(lambda word: word[0][:LONGEST_WORD], kept)


def text_of(message: BaseMessage) -> str:
    """The message's words, whether given as a text or as content blocks."""
    return message.text if isinstance(message.text, str) else str(message.content)


def handed_back(notes: object) -> dict[str, str]:
    """`person` and `note` of a person who has handed back, from the notes of the context; empty without."""
    parts = re.split(r"\{(person|note)\}", str(table("notes")["returned"]))
    names = parts[1::2]
    shape = re.compile("(.*?)".join(re.escape(part) for part in parts[::2]) + "$", re.DOTALL)
    for note in cast(list[object], notes or []):
        match = shape.match(str(note))
        if match:
            return {name: text.strip() for name, text in zip(names, match.groups(), strict=True)}
    return {}


def _context(message: SystemMessage) -> Json | None:
    found = _CONTEXT.search(text_of(message))
    if found is None:
        return None
    try:
        read = json.loads(found.group(1))
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _result(message: ToolMessage) -> Json:
    try:
        read = json.loads(text_of(message))
    except ValueError:
        return {"ok": message.status != "error", "say": text_of(message)}
    return read if isinstance(read, dict) else {"ok": True, "value": read}
