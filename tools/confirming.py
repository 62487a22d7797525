"""Whether a text puts the question that a customer's yes will answer: a pure function."""

import re

_FACT = re.compile(r"\S*[\d@]\S*")


def puts_question(text: str, summary: str) -> bool:
    """Whether the text names what would be done: every amount, number, date and address of the summary.

    A summary without any has to stand in the text as it is.
    """
    said = _plain(text)
    facts = [fact.strip("().,;:") for fact in _FACT.findall(_plain(summary))]
    return all(fact in said for fact in facts) if facts else _plain(summary) in said


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
