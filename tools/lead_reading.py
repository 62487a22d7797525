"""What a customer's words come to on the score card: pure functions over the business's data."""

import re
from collections.abc import Sequence
from datetime import datetime

from core.business import LeadAnswer, LeadQuestion, Shop
from tools.horizon import read_amount, read_days_ahead

_TELLING = 3
"""Letters from which on words tell their answer also where they were not asked for."""


def read_answer(
    question: LeadQuestion, text: str, now: datetime, shop: Shop, *, asked: bool = True
) -> LeadAnswer | None:
    """The score card's answer that the words come to; None: they come to none.

    An amount or a time is read as such, all else by the words of the answers; an answer's id is itself.
    `now` stands on the shop's clock. `asked`: the words answer this question; else only what is plain counts.
    """
    exact = question.answer(text.strip().casefold())
    if exact is not None:
        return exact
    found = _by_measure(question, text, now, shop, asked=asked) or _by_words(question, text, asked=asked)
    if found is None and asked and re.search(r"\w", text):
        return question.otherwise
    return found


def _by_measure(
    question: LeadQuestion, text: str, now: datetime, shop: Shop, *, asked: bool
) -> LeadAnswer | None:
    if question.kind == "amount":
        cents = read_amount(text, shop.locale, marked=not asked)
        return None if cents is None else _of_amount(question.answers, cents)
    if question.kind == "time":
        days = read_days_ahead(text, now, shop.country, shop.locale)
        return None if days is None else _of_days(question.answers, days)
    return None


def _of_amount(answers: Sequence[LeadAnswer], cents: int) -> LeadAnswer | None:
    """The answer with the highest bound that the amount reaches."""
    reached = [one for one in answers if one.from_cents is not None and cents >= one.from_cents]
    return max(reached, key=lambda one: one.from_cents or 0, default=None)


def _of_days(answers: Sequence[LeadAnswer], days: int) -> LeadAnswer | None:
    """The answer with the nearest bound that the time still meets."""
    met = [one for one in answers if one.within_days is not None and days <= one.within_days]
    return min(met, key=lambda one: one.within_days or 0, default=None)


def _by_words(question: LeadQuestion, text: str, *, asked: bool) -> LeadAnswer | None:
    """The answer whose longest words occur: `not me` before `me`."""
    if not asked and (not question.volunteered or question.kind != "choice"):
        return None
    plain = " ".join(text.casefold().replace("’", "'").split())
    found = [
        (len(word), -place, answer)
        for place, answer in enumerate(question.answers)
        for word in answer.words
        if (asked or _tells(word)) and re.search(rf"(?<!\w){re.escape(word.casefold())}(?:e?s)?(?!\w)", plain)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def _tells(word: str) -> bool:
    return len(word) >= _TELLING
