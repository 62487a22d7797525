"""The output check: what a sentence says must have something behind it. Pure functions over data."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from agent.data import for_language


class Problem(StrEnum):
    """Why a sentence may not be shown."""

    TRANSFER = "transfer"
    ACT = "act"
    PROMISE = "promise"
    POLICY = "policy"


@dataclass(frozen=True)
class Backing:
    """What stands behind an answer."""

    effects: frozenset[str] = frozenset()
    """Names of tools that have changed something in this conversation."""
    cited: bool = False
    """The answer names a source, or rests on a tool's result."""
    promises: bool = False
    """The conversation has an open promise in the ledger."""
    asked: bool = False
    """A colleague was asked in this conversation, and answers or has answered."""


@dataclass(frozen=True)
class _Patterns:
    transfer: re.Pattern[str]
    colleague: re.Pattern[str]
    asked: re.Pattern[str]
    acts: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    commitments: re.Pattern[str]
    promises: re.Pattern[str]
    policy: re.Pattern[str]


def problem_of(sentence: str, backing: Backing, language: str = "en") -> Problem | None:
    """What is wrong with a sentence; None when it may be shown. A question claims nothing."""
    if sentence.rstrip().endswith("?"):
        return None
    patterns = _patterns(language)
    plain = sentence.replace("’", "'")
    answered_for = backing.promises or backing.asked
    if patterns.transfer.search(plain) or (not answered_for and patterns.colleague.search(plain)):
        return Problem.TRANSFER
    if not backing.asked and patterns.asked.search(plain):
        return Problem.ACT
    if any(says.search(plain) and not (tools & backing.effects) for tools, says in patterns.acts):
        return Problem.ACT
    if patterns.commitments.search(plain) or (not answered_for and patterns.promises.search(plain)):
        return Problem.PROMISE
    if not backing.cited and patterns.policy.search(plain):
        return Problem.POLICY
    return None


def kept(text: str, backing: Backing, language: str = "en") -> str:
    """The text without the sentences that have nothing behind them: what may be proposed as a draft."""
    whole, rest = split_sentences(text)
    return "".join(one for one in [*whole, rest] if problem_of(one, backing, language) is None).strip()


_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=\S)|\n+")


def split_sentences(text: str) -> tuple[list[str], str]:
    """Whole sentences with the white space behind them, and what is not yet a sentence."""
    whole, start = [], 0
    for end in _END.finditer(text):
        if _is_abbreviation(text[start : end.start()]):
            continue
        whole.append(text[start : end.end()])
        start = end.end()
    return whole, text[start:]


_SHORT = re.compile(
    r"(?:^|[\s(])(?:\d{1,2}|[A-Za-z]|e\.g|i\.e|approx|no|nr|st|mr|mrs|ms|dr|co)\.$", re.IGNORECASE
)


def _is_abbreviation(text: str) -> bool:
    return _SHORT.search(text) is not None


@cache
def _patterns(language: str) -> _Patterns:
    data = for_language("output_check", language)
    return _Patterns(
        _any(data["transfer"]),
        _any(data["colleague"]),
        _any(data["asked"]),
        tuple((frozenset(act["tools"]), _any([act["says"]])) for act in data["acts"]),
        _any(data["commitments"]),
        _any(data["promises"]),
        _any(data["policy"]),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
