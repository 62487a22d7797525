"""What can be found: an entry with a question, an answer, and the texts by which it is found."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from core.business import FaqEntry, PolicyDoc

Kind = Literal["faq", "policy", "place"]
"""`faq`: a question and its answer; `policy`: a section of a policy document; `place`: hours, addresses."""

Role = Literal["question", "gist", "passage"]
"""What a facet is: one wording of the question, all of them together (if several), a part of the answer."""

LAYOUT = "2"
"""Raise when `facets` changes: every stored entry is then embedded anew."""

FACET_CHARS = 240
"""Longer answers are cut at sentence ends: a mean over many words says little."""

FACETS_OF_TEXT = 8

_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")


@dataclass(frozen=True)
class Entry:
    """A question and its answer. `also`: the question in other words, never shown."""

    id: str
    kind: Kind
    title: str
    text: str
    also: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class Facet:
    """One text by which an entry is found."""

    role: Role
    text: str


def faq_entry(faq: FaqEntry) -> Entry:
    """The entry of one question of the FAQ."""
    return Entry(faq.id, "faq", faq.title, faq.text, tuple(faq.also), faq.url)


def policy_entries(policy: PolicyDoc) -> Iterator[Entry]:
    """One entry per section that says something, with the id `policy#section`.

    Its other wording names the heading above it: `1.2 Parcels` below `1 What it costs`.
    """
    titles = {section.id: section.title for section in policy.sections}
    for section in policy.sections:
        if section.text.strip():
            above = titles.get(section.id.rpartition(".")[0])
            also = (f"{above}: {section.title}",) if above else ()
            title = f"{policy.title}: {section.title}"
            yield Entry(f"{policy.id}#{section.id}", "policy", title, section.text, also, policy.url)


def facets(entry: Entry) -> tuple[Facet, ...]:
    """The texts by which an entry is found, each with a vector of its own."""
    questions = _once((entry.title, *entry.also))
    gist = (" ".join(questions),) if len(questions) > 1 else ()
    return (
        *(Facet("question", text) for text in questions),
        *(Facet("gist", text) for text in gist),
        *(Facet("passage", text) for text in _once(_passages(entry.text))),
    )


def _once(texts: Iterable[str]) -> list[str]:
    """The texts that say anything, each once."""
    return [text for text in dict.fromkeys(texts) if text.strip()]


def _passages(text: str) -> list[str]:
    """The text in whole sentences of up to FACET_CHARS characters."""
    passages: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        if passages and len(passages[-1]) + len(sentence) < FACET_CHARS:
            passages[-1] = f"{passages[-1]} {sentence}"
        elif len(passages) < FACETS_OF_TEXT:
            passages.append(sentence)
    return [passage.strip() for passage in passages]


def digest(entry: Entry, embedding: str) -> str:
    """A hash of the content and of the embedding's name: another one means embedding it anew."""
    parts = (LAYOUT, embedding, entry.kind, entry.title, entry.text, entry.url or "", *entry.also)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
