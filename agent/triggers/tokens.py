"""A message as tokens that remember where they stand, and as pieces that are read each on its own."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,:]*|[!?]+|[^\w\s]")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_SENTENCE_END = re.compile(r"[.!?…\n;]")
_EDGES = {
    *(
        "the",
        "a",
        "an",
        "to",
        "of",
        "and",
        "or",
        "in",
        "on",
        "at",
        "is",
        "it",
        "for",
        "with",
        "that",
        "this",
        "so",
    ),
    *(
        "i",
        "i'm",
        "im",
        "you",
        "your",
        "u",
        "ur",
        "we",
        "are",
        "am",
        "was",
        "be",
        "my",
        "our",
        "as",
        "by",
        "but",
    ),
}
"""Small words that say nothing at the edge of a stretch."""

_WEIGHTY = 0.4
"""A token belongs to the evidence from this share of the weightiest one's weight."""
_REACH = 2
"""Weighty tokens so near to each other are one stretch."""

MAX_TOKENS = 600
"""A longer message is read by its head and its tail; what stands between seldom changes what is meant."""
MAX_PIECES = 12
SHORTEST_PIECE = 3


@dataclass(frozen=True)
class Token:
    """One word or mark: its plain form, and where it stands in the message."""

    form: str
    start: int
    end: int


def plain(word: str) -> str:
    """The form by which a word counts: lower case, one apostrophe, `sooooo` as `soo`, any number as `0`."""
    if word[0].isdigit():
        return "0"
    if word[0] in "!?":
        return word[:2]
    return _STRETCHED.sub(r"\1\1", word.lower().replace("’", "'"))


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` in order, at most `MAX_TOKENS`."""
    tokens = [Token(plain(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    if len(tokens) <= MAX_TOKENS:
        return tokens
    return tokens[: MAX_TOKENS // 2] + tokens[-MAX_TOKENS // 2 :]


def pieces(text: str, tokens: list[Token]) -> list[list[Token]]:
    """The whole message first, then its sentences where it has several: a threat in one sentence
    must not drown in the five polite ones around it."""
    sentences = [s for s in _sentences(text, tokens) if len(s) >= SHORTEST_PIECE]
    if len(sentences) < 2:
        return [tokens]
    per_piece = -(-len(sentences) // MAX_PIECES)
    groups = [
        [token for sentence in sentences[i : i + per_piece] for token in sentence]
        for i in range(0, len(sentences), per_piece)
    ]
    return [tokens, *groups]


def _sentences(text: str, tokens: list[Token]) -> list[list[Token]]:
    found: list[list[Token]] = []
    current: list[Token] = []
    for token in tokens:
        # From the last character on: a number takes the full stop behind it into its token.
        if current and _SENTENCE_END.search(text, current[-1].end - 1, token.start):
            found.append(current)
            current = []
        current.append(token)
        if _SENTENCE_END.match(token.form):
            found.append(current)
            current = []
    return [*found, current] if current else found


def spans(text: str, tokens: list[Token], weights: list[float], most: int = 3) -> tuple[str, ...]:
    """The stretches of `text` with the most weight: neighbours join, edges lose their small words.

    `weights` has one number per token; the result has at most `most` substrings of `text`, and one at
    least where a token says anything.
    """
    telling = [i for i, token in enumerate(tokens) if token.form[0].isalnum() and token.form not in _EDGES]
    if not telling:
        return (text[tokens[0].start : tokens[-1].end],) if tokens else ()
    top = max(weights[i] for i in telling)
    runs: list[tuple[float, int, int]] = []
    for i in telling:
        if weights[i] < top - abs(top) * (1 - _WEIGHTY):
            continue
        if runs and i - runs[-1][2] <= _REACH:
            runs[-1] = (runs[-1][0] + weights[i], runs[-1][1], i)
        else:
            runs.append((weights[i], i, i))
    ranked = sorted(runs, key=lambda run: -run[0])[:most]
    return tuple(dict.fromkeys(text[tokens[a].start : tokens[b].end] for _, a, b in ranked))
