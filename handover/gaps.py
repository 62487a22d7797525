"""Knowledge gaps: what customers ask without a good answer, how often, and what people answered."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from core.business import Business
from core.shapes import Moment, Shape
from handover.gap_questions import Answer, Question, questions_of
from handover.private import learning
from knowledge import Found, Knowledge
from knowledge.clusters import Vectors, clusters, likeness, middle, vectors_of
from store import learning as learned
from store.database import UnitOfWork
from store.questions import talks_with_questions

Status = Literal["open", "added", "dismissed"]
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


class GapExample(Shape):
    text: str
    at: Moment
    conversation_id: str
    message_id: str


class GapAnswer(Shape):
    """What people answered, once for each thing that was said."""

    text: str
    people: list[str]
    count: int
    at: Moment
    """When it was said last."""
    case_id: str | None


class Proposal(Shape):
    """An entry that may be added as it is."""

    question: str
    text: str
    by: Literal["person", "model"]
    """In whose words: the person's own, or the model's summary of them."""


class NearestEntry(Shape):
    """The entry of the knowledge store that comes nearest."""

    id: str
    title: str
    score: float


class Gap(Shape):
    """A question that the knowledge store does not answer."""

    id: str
    status: Status = "open"
    question: str
    count: int
    customers: int
    """Known ones; whoever is not signed in counts by conversation."""
    first_at: Moment
    last_at: Moment
    reasons: dict[str, int]
    examples: list[GapExample]
    answers: list[GapAnswer]
    conflict: bool
    """People answered differently: nothing is proposed until somebody chooses."""
    proposal: Proposal | None
    nearest: NearestEntry | None
    entry_id: str | None = None
    """The entry that was made of it."""


@dataclass(frozen=True)
class FoundGap:
    """A gap with the questions that it consists of."""

    gap: Gap
    questions: tuple[Question, ...]
    said: tuple[tuple[Answer, ...], ...] = field(default=())
    """People's answers, those together that say one thing."""


@dataclass(frozen=True)
class Material:
    """What gaps are made of, as read in one transaction."""

    questions: list[Question]
    dismissed: list[str]
    """Texts of questions that are no gap, as people decided."""


def gather(uow: UnitOfWork, business: Business) -> Material:
    """Questions without a good answer about which nothing was decided."""
    since = uow.now - timedelta(days=learning().days)
    decided, statuses = learned.asked_before(uow), learned.statuses(uow)
    known = learned.decided_messages(uow)
    questions = [
        question
        for talk in talks_with_questions(uow, since, learning().most)
        for question in questions_of(talk, business)
        if question.message_id not in known
    ]
    no_gap = [one.text for one in decided.values() if statuses[one.gap_id] == "dismissed"]
    return Material(questions, no_gap)


def find(material: Material, knowledge: Knowledge) -> list[FoundGap]:
    """The gaps, those asked most often first. Takes tenths of a second: call it in a thread, outside of a
    transaction."""
    open_ones = [one for one in material.questions if not _is_answered_now(one, knowledge)]
    vectors = vectors_of([one.text for one in open_ones])
    no_gap = vectors_of(material.dismissed)
    found = [
        _gap([open_ones[at] for at in places], vectors[places], knowledge)
        for places in clusters(vectors, learning().together)
        if not _is_dismissed(vectors[places], no_gap)
    ]
    return sorted(found, key=lambda one: (-one.gap.count, one.gap.first_at))


def _is_answered_now(question: Question, knowledge: Knowledge) -> bool:
    """Whether an entry answers it that was not there when it was asked."""
    line = knowledge.no_answer_line
    best = _best(question.text, knowledge)
    return best is not None and best.score >= line and (question.best_then or 0.0) < line


def _best(text: str, knowledge: Knowledge) -> Found | None:
    return next(iter(knowledge.search(text, 1)), None)


def _is_dismissed(mine: Vectors, no_gap: Vectors) -> bool:
    return len(no_gap) > 0 and bool((1 - likeness(mine, no_gap)).mean(axis=0).min() <= learning().together)


def _gap(questions: list[Question], vectors: Vectors, knowledge: Knowledge) -> FoundGap:
    asked = questions[middle(vectors)].text
    said = _by_meaning([one.answer for one in questions if one.answer is not None])
    first, last = questions[0], max(questions, key=lambda one: one.at)
    best = _best(asked, knowledge)
    gap = Gap(
        id=f"gap_{first.message_id.removeprefix('msg_')}",
        question=asked,
        count=len(questions),
        customers=len({one.customer_id or one.conversation_id for one in questions}),
        first_at=first.at,
        last_at=last.at,
        reasons=dict(Counter(str(one.reason) for one in questions if one.reason is not None)),
        examples=[_example(one) for one in questions[-learning().examples :]],
        answers=[_answer(same) for same in said],
        conflict=len(said) > 1,
        proposal=Proposal(question=asked, text=said[0][-1].text, by="person") if len(said) == 1 else None,
        nearest=NearestEntry(id=best.id, title=best.title, score=best.score) if best else None,
    )
    return FoundGap(gap, tuple(questions), tuple(tuple(same) for same in said))


def _by_meaning(answers: Sequence[Answer]) -> list[list[Answer]]:
    """Answers that say one thing together, oldest first. One person's words to two questions count once."""
    once = list({(one.case_id, one.text): one for one in answers}.values())
    vectors = vectors_of([one.text for one in once])
    groups: list[list[int]] = []
    for at in range(len(once)):
        like = [group for group in groups if all(_agree(once, vectors, at, other) for other in group)]
        if like:
            like[0].append(at)
        else:
            groups.append([at])
    return [[once[at] for at in group] for group in groups]


def _agree(answers: Sequence[Answer], vectors: Vectors, one: int, other: int) -> bool:
    """Whether two answers say one thing: alike, with the same numbers, and both yes or both no."""
    mine, theirs = answers[one].text, answers[other].text
    if Counter(_NUMBERS.findall(mine)) != Counter(_NUMBERS.findall(theirs)):
        return False
    if _denies(mine) != _denies(theirs):
        return False
    return float(vectors[one] @ vectors[other]) >= learning().agree


def _denies(text: str) -> bool:
    return re.search(learning().negative, text, re.IGNORECASE) is not None


def _example(one: Question) -> GapExample:
    return GapExample(
        text=one.text, at=one.at, conversation_id=one.conversation_id, message_id=one.message_id
    )


def _answer(same: Sequence[Answer]) -> GapAnswer:
    last = max(same, key=lambda one: one.at)
    people = list(dict.fromkeys(one.person for one in same if one.person))
    return GapAnswer(text=last.text, people=people, count=len(same), at=last.at, case_id=last.case_id)
