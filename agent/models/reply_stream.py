"""A reply read while it is being written: decide first, then speak.

The gate's rule: the head is given out once the text has begun and every decision field stands before it,
since a half-written `0.9` of 0.95 parses as whole. A reply that sends its text first is held to its end.
"""

import json
import re
from collections.abc import Sequence

import jiter

from agent.models.parts import Part, ReplyHead, ReplyText
from agent.models.repair import read_object
from agent.models.reply import DECISIONS, TEXT, read_head, read_text

_TEXT_BEGINS = re.compile(rf'(?<!\\)"{TEXT}"\s*:\s*"')
_OVERLAP = 64
_SURROGATE_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_WHOLE = re.compile(
    rf'(?:[^"\\]|\\["\\/bfnrt]|{_SURROGATE_PAIR}|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{{4}})*', re.DOTALL
)
_UNFINISHED = re.compile(
    r"\\(?:u(?:[0-9a-fA-F]{0,3}|[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)?)?"
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class StringReader:
    """Decodes the inside of one JSON string from pieces that may break anywhere, in linear time."""

    def __init__(self) -> None:
        self.closed = False
        self._held = ""

    def feed(self, piece: str) -> str:
        """The characters that are now certain. Nothing after the closing quote is read."""
        if self.closed:
            return ""
        if not self._held and '"' not in piece and "\\" not in piece:
            return piece
        pending, said = self._held + piece, ""
        while True:
            end = _WHOLE.match(pending).end()  # type: ignore[union-attr]  # matches nothing at least
            said += _decode(pending[:end])
            pending = pending[end:]
            if not pending or pending[0] == '"':
                self.closed = bool(pending)
                self._held = ""
                return said
            if _UNFINISHED.fullmatch(pending):
                self._held = pending
                return said
            # An escape that JSON does not know, or half of a pair.
            broken_pair = len(pending) >= 6 and pending[1] == "u"
            said += _REPLACEMENT if broken_pair else ""
            pending = pending[6:] if broken_pair else pending[1:]


def _decode(inside: str) -> str:
    return str(json.loads(f'"{inside}"', strict=False)) if "\\" in inside else inside


class ReplyReader:
    """Turns the pieces of a reply's JSON into `ReplyHead` and `ReplyText`s.

    `within` is the key under which the reply stands, where it is not the whole object.
    """

    def __init__(self, within: str | None = None) -> None:
        self._within = within
        self._raw = ""
        self._pieces: list[str] = []
        self._string = StringReader()
        self._head: ReplyHead | None = None
        self._held_to_end = False
        self._said: list[str] = []

    @property
    def spoken(self) -> bool:
        """Whether words were given out."""
        return bool(self._said)

    @property
    def complete(self) -> bool:
        """Whether the text was written to its closing quote."""
        return self._string.closed

    @property
    def text(self) -> str:
        """All words given out so far."""
        return "".join(self._said)

    def feed(self, piece: str) -> Sequence[Part]:
        """The parts that are certain after this piece."""
        if not self._said:
            self._pieces.append(piece)
        if self._head is not None:
            return self._speak(self._head, self._string.feed(piece))
        if self._held_to_end:
            return ()
        looked_at = len(self._raw)
        self._raw += piece
        begun = _TEXT_BEGINS.search(self._raw, max(0, looked_at - _OVERLAP))
        return self._open(begun.end()) if begun else ()

    def finish(self) -> Sequence[Part] | None:
        """What was held to the end, parsed as a whole. None when it is no reply."""
        if self.spoken:
            return ()
        fields = self._fields(read_object("".join(self._pieces)))
        if fields is None:
            return None
        head, text = read_head(fields), read_text(fields)
        if text:
            self._said.append(text)
        return (head, ReplyText(text)) if text else (head,)

    def _open(self, start: int) -> Sequence[Part]:
        try:
            written = jiter.from_json(self._raw[:start].encode(), partial_mode="trailing-strings")
        except ValueError:
            written = None
        fields = self._fields(written)
        if fields is None or any(name not in fields for name in DECISIONS):
            self._held_to_end = True
            return ()
        self._head = read_head(fields)
        return self._speak(self._head, self._string.feed(self._raw[start:]))

    def _fields(self, written: object) -> dict[str, object] | None:
        if self._within is not None and isinstance(written, dict):
            written = written.get(self._within)
        return written if isinstance(written, dict) else None

    def _speak(self, head: ReplyHead, words: str) -> Sequence[Part]:
        first = not self._said
        words = words.lstrip() if first else words
        if not words:
            return ()
        self._said.append(words)
        return (head, ReplyText(words)) if first else (ReplyText(words),)
