"""Few words in the middle of a talk tell little by themselves: their probabilities are weighed down."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agent.triggers.features import Scored
from agent.triggers.scales import scales
from agent.triggers.tokens import Token, tokenize

_NEVER = 1e-6
"""Keeps the logarithm of the odds finite."""


def weighed(scored: Scored, after: str | None) -> Scored:
    """`scored` as the customer's words `after` the AI's last ones; None where the AI has said nothing yet.

    An answer to the AI's own question (`together with my colleague`) names people and feelings that it was
    asked for, so it needs the most evidence: the logarithm of the odds falls by `brevity` of scales.yaml.
    """
    doubt = _doubt(scored, after) if after is not None else 0.0
    if doubt <= 0:
        return scored
    chances = np.clip(scored.probabilities, _NEVER, 1 - _NEVER)
    lower = 1 / (1 + (1 - chances) / chances * np.exp(doubt))
    kept = np.array([label in scales().brevity.spares for label in scored.labels])
    probabilities = np.where(kept, scored.probabilities, lower).astype(np.float32)
    return replace(scored, probabilities=probabilities)


def is_brief(text: str) -> bool:
    """Whether a text is so short that a no in it answers what was asked, and blames no answer before it."""
    return _words(tokenize(text)) <= scales().brevity.full_to


def _words(tokens: Sequence[Token]) -> int:
    return sum(token.form[0].isalnum() for token in tokens)


def _doubt(scored: Scored, after: str) -> float:
    scale = scales().brevity
    brief = (scale.none_from - _words(scored.tokens)) / (scale.none_from - scale.full_to)
    whole = scale.answer if after.rstrip().endswith("?") else scale.remark
    return whole * min(1.0, max(0.0, brief))
