"""What all triggers read of a message, computed once: probabilities per label, words, embeddings."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agent.triggers.heads import load_heads
from agent.triggers.heard import Heard
from agent.triggers.tokens import Token, pieces, spans, tokenize
from agent.triggers.vectors import EMBEDDING, Floats, dense, embed, shares, sparse
from core.vocabulary import Role

REMEMBERED = 6
"""So many of the customer's earlier messages are read again; older moods no longer count."""

FAINT = 0.35
"""Below this probability no words are looked for: nobody will ask for them."""


@dataclass(frozen=True)
class Scored:
    """One message, scored for all labels."""

    text: str
    tokens: tuple[Token, ...]
    strongest: tuple[tuple[Token, ...], ...]
    """For each label the piece of the message that says it most."""
    probabilities: Floats
    embedding: Floats

    def probability(self, label: str) -> float:
        """The calibrated probability of `label`, 0..1."""
        return float(self.probabilities[load_heads().labels.index(label)])

    def words(self, label: str) -> tuple[str, ...]:
        """The customer's own words that spoke most for `label`, weightiest first."""
        heads = load_heads()
        piece = self.strongest[heads.labels.index(label)]
        if not piece or self.probability(label) < FAINT:
            return ()
        return spans(self.text, list(piece), shares(piece, *heads.weights(label)))


@dataclass(frozen=True)
class Features:
    """The message at hand and the customer's earlier ones, each scored once."""

    now: Scored
    before: tuple[Scored, ...] = ()
    """The customer's earlier messages, oldest first, at most `REMEMBERED`."""


def features_of(heard: Heard) -> Features:
    """All that the triggers share for one message."""
    earlier = [said.text for said in heard.history if said.role is Role.CUSTOMER and said.text.strip()]
    return Features(score(heard.text), tuple(score(text) for text in earlier[-REMEMBERED:]))


@lru_cache(maxsize=512)
def score(text: str) -> Scored:
    """Scores one message. Earlier messages come again each turn, hence the small memory."""
    tokens = tokenize(text)
    heads = load_heads()
    if not tokens:
        nothing = np.zeros(len(heads.labels), np.float32)
        return Scored(text, (), ((),) * len(heads.labels), nothing, np.zeros(EMBEDDING, np.float32))
    parts = pieces(text, tokens)
    texts = [text[part[0].start : part[-1].end] for part in parts]
    embeddings = embed(texts)
    denses = dense(texts, embeddings)
    logits = np.stack([heads.logits(*sparse(p), d) for p, d in zip(parts, denses, strict=True)])
    strongest = tuple(tuple(parts[i]) for i in logits.argmax(axis=0))
    return Scored(text, tuple(tokens), strongest, heads.probabilities(logits.max(axis=0)), embeddings[0])
