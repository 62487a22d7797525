"""The score of a lead, with its reasons: a pure function of its answers and the business's score card."""

from dataclasses import dataclass

from core.business import LeadBand, LeadCard
from store.sales_records import LeadRecord

UNCLEAR = "unclear"
"""Stands for an answer that could not be read although it was asked for twice."""


@dataclass(frozen=True)
class Reason:
    """What one question adds to the score, and the customer's words behind it."""

    question: str
    means: str | None
    """The answer in plain words; null: declined, never answered, or not readable."""
    points: int
    words: str | None


@dataclass(frozen=True)
class Score:
    """Points with their reasons, and what follows."""

    points: int
    most: int
    """What the best answers would have come to."""
    reasons: tuple[Reason, ...]
    band: LeadBand


def score(card: LeadCard, lead: LeadRecord) -> Score:
    """Adds the points of the answers that the card knows; one that `ends` leads to the last band."""
    reasons, ended = [], False
    for question in card.questions:
        given = lead.answers.get(question.id)
        answer = question.answer(given.answer) if given else None
        ended = ended or (answer is not None and answer.ends)
        reasons.append(
            Reason(
                question.id,
                answer.means if answer else None,
                answer.points if answer else 0,
                given.words if given else None,
            )
        )
    points = sum(one.points for one in reasons)
    most = sum(max(answer.points for answer in question.answers) for question in card.questions)
    return Score(points, most, tuple(reasons), card.band(points, ended=ended))


def ended(card: LeadCard, lead: LeadRecord) -> bool:
    """Whether an answer declines this lead whatever else is said."""
    known = ((card.question(name), given.answer) for name, given in lead.answers.items())
    answers = (question.answer(answer) for question, answer in known if question is not None)
    return any(answer is not None and answer.ends for answer in answers)


def still_open(card: LeadCard, lead: LeadRecord) -> tuple[str, ...]:
    """Questions that are neither answered nor declined, in the card's order; none once one has ended it."""
    if ended(card, lead):
        return ()
    return tuple(
        one.id.value for one in card.questions if one.id not in lead.answers and one.id not in lead.declined
    )
