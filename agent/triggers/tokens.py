"""A message as tokens that remember where they stand: what is read, and what is cut out as evidence."""

import re
import unicodedata
from dataclasses import dataclass

_TOKEN = re.compile(
    r"https?://\S+|www\.\S+"  # links
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w|@\w+"  # addresses, names of accounts
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d.,:]*|[!?]+|[^\w\s]|_+"
)
_STRETCHED = re.compile(r"(\w)\1{2,}")
_SENTENCE_END = re.compile(r"[.!?…\n;]")
_UNSEEN = {"Mn", "Cf", "Sk"}
"""Categories of characters that only change how another one looks: joiners, tints of skin."""
_OF_EMOJI = {"sign", "face", "with", "heavy", "emoji"}
"""Words of an emoji's name that say nothing."""
_EDGE_WORDS = (
    "the a an to of and or in on at is it for with that this so i i'm im you your u ur we are am was be my"
    " our as by but"
)
_EDGES = frozenset(_EDGE_WORDS.split())
"""Small words that say nothing at the edge of a stretch."""

_WEIGHTY = 0.55
"""A token belongs to the evidence from this share of the weightiest one's weight."""
_REACH = 2
"""Weighty tokens so near to each other are one stretch."""
_LONG_NUMBER = 3
MAX_TOKENS = 600
"""A longer message is read by its head and its tail; what stands between seldom changes what is meant."""


@dataclass(frozen=True)
class Token:
    """One word or mark: the form by which it is read, and where it stands in the message."""

    form: str
    start: int
    end: int


def plain(word: str) -> str:
    """The form by which a word is read. Whose account, which order, how many exclamation marks means
    nothing; an emoji is read by its name, `sooooo` as `soo`."""
    first = word[0]
    if "@" in word:
        return "@us" if first == "@" and len(word) > 1 else "email"
    if word.startswith(("http", "www.")) and len(word) > len("https://"):
        return "link"
    if first.isdigit():
        return "1000" if word.isdigit() and len(word) > _LONG_NUMBER else word
    if first in "!?":
        return word[:2]
    if unicodedata.category(first) == "So":
        name = unicodedata.name(first, "symbol").lower().split()
        return " ".join(part for part in name if part not in _OF_EMOJI) or first
    return _STRETCHED.sub(r"\1\1", word.replace("’", "'"))


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` in order, at most `MAX_TOKENS`; a row of the same emoji counts once."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if unicodedata.category(word[0]) in _UNSEEN:
            continue
        token = Token(plain(word), match.start(), match.end())
        if not (tokens and token.form == tokens[-1].form and not word[0].isalnum()):
            tokens.append(token)
    if len(tokens) <= MAX_TOKENS:
        return tokens
    return tokens[: MAX_TOKENS // 2] + tokens[-MAX_TOKENS // 2 :]


def sentences(text: str, tokens: list[Token], longest: int) -> list[range]:
    """The sentences of `text` as ranges of `tokens`; one of more than `longest` tokens is cut."""
    edges = [0]
    for i, token in enumerate(tokens[1:], start=1):
        # From the last character on: a number takes the full stop behind it into its token.
        ended = _SENTENCE_END.search(text, tokens[i - 1].end - 1, token.start)
        if (ended and not _SENTENCE_END.match(token.form)) or i - edges[-1] >= longest:
            edges.append(i)
    return [range(a, b) for a, b in zip(edges, [*edges[1:], len(tokens)], strict=True)]


def spans(text: str, tokens: list[Token], weights: list[float], most: int = 3) -> tuple[str, ...]:
    """The stretches of `text` with the most weight: neighbours join, edges lose their small words.

    `weights` has one number per token; the result has at most `most` substrings of `text`, and one at
    least where a token says anything.
    """
    telling = [
        i for i, token in enumerate(tokens) if token.form[0].isalnum() and token.form.lower() not in _EDGES
    ]
    if not telling:
        return (text[tokens[0].start : tokens[-1].end],) if tokens else ()
    top = max(weights[i] for i in telling)
    runs: list[tuple[float, int, int]] = []
    for i in telling:
        if weights[i] < top - abs(top) * (1 - _WEIGHTY):
            continue
        if runs and i - runs[-1][2] <= _REACH:
            runs[-1] = (max(runs[-1][0], weights[i]), runs[-1][1], i)
        else:
            runs.append((weights[i], i, i))
    ranked = sorted(runs, key=lambda run: -run[0])[:most]
    return tuple(dict.fromkeys(text[tokens[a].start : tokens[b].end] for _, a, b in ranked))
