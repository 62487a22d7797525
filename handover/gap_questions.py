"""Questions without a good answer, and what a person answered: read from a conversation. Pure functions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from core.business import Business
from core.ids import CaseId, ConversationId, CustomerId, MessageId, PersonId
from core.shapes import Turn
from core.vocabulary import CaseStatus, Decision, Role, Trigger
from handover.private import holds_personal, learning, without_personal
from store.cases import CaseRow
from store.messages import Said
from store.questions import Asked, TalkOfQuestions

_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_FEWEST_WORDS = 3
ASK_PERSON = "ask_person"
OF_KNOWLEDGE = frozenset({"search_faq", ASK_PERSON})
"""Tools that a question of knowledge leads to."""
ENDED = (CaseStatus.RESOLVED, CaseStatus.RETURNED)


@dataclass(frozen=True)
class Answer:
    """What a person answered, without what is personal in it."""

    text: str
    person_id: PersonId | None
    person: str | None
    case_id: CaseId | None
    at: datetime


@dataclass(frozen=True)
class Question:
    """One question of a customer, without what is personal in it."""

    text: str
    message_id: MessageId
    conversation_id: ConversationId
    customer_id: CustomerId | None
    at: datetime
    reason: Trigger | None
    best_then: float | None
    """The best score that the knowledge store gave then; None: it was a person who was asked."""
    answer: Answer | None


def questions_of(talk: TalkOfQuestions, business: Business) -> list[Question]:
    """A conversation's questions without a good answer, each once, oldest first."""
    found = {one.message_id: one for one in (*_of_turns(talk, business), *_of_people(talk, business))}
    return sorted(found.values(), key=lambda one: one.at)


def _of_turns(talk: TalkOfQuestions, business: Business) -> Iterator[Question]:
    """What the AI did not answer; a complaint of a missed answer counts for the question before it."""
    for before, asked in pairwise([None, *talk.turns]):
        assert asked is not None
        if before is not None and _blames(asked.turn, before.turn):
            found = _question(talk, before, business)
            yield from (one for one in found if one.answer is not None or _says_missed(asked.turn))
        if not _says_missed(asked.turn) and _is_unanswered(asked.turn):
            yield from _question(talk, asked, business)


def _blames(turn: Turn, before: Turn) -> bool:
    """Whether the turn shows that the answer before was none: the customer says so, or wants a person now."""
    wants_person = turn.decision is Decision.HANDOVER and turn.reason is Trigger.WANTS_PERSON
    return (_says_missed(turn) or wants_person) and not _says_missed(before) and not _acted(before)


def _acted(turn: Turn) -> bool:
    """Whether a tool did or found something: then it was no question of knowledge."""
    return any(run.ok and run.name not in OF_KNOWLEDGE for run in turn.tools)


def _says_missed(turn: Turn) -> bool:
    score, line = turn.triggers.get(Trigger.NOT_UNDERSTOOD, 0), turn.thresholds.get(Trigger.NOT_UNDERSTOOD, 1)
    return score >= line


def _is_unanswered(turn: Turn) -> bool:
    if _acted(turn):
        return False
    left = turn.decision is not Decision.ANSWER and turn.reason in learning().reasons
    return turn.failed or left or any(run.name == ASK_PERSON for run in turn.tools)


def _question(talk: TalkOfQuestions, asked: Asked, business: Business) -> Iterator[Question]:
    turn = asked.turn
    mine = [one for one in talk.said if one.message.id in turn.answers]
    if not mine:
        return
    text = " ".join(one.message.text for one in mine)
    yield from _worth_asking(
        talk,
        business,
        mine[-1],
        text,
        turn.reason,
        max((one.score for one in turn.retrieved), default=0.0),
        _asked_a_person(talk, asked, business) or _answer_after(talk, mine[-1].seq, business),
    )


def _of_people(talk: TalkOfQuestions, business: Business) -> Iterator[Question]:
    """What a customer asked a person, who answered it."""
    for said in talk.said:
        if said.message.role is not Role.CUSTOMER or "?" not in said.message.text:
            continue
        if not any(_is_held(one, said.message.at) for one in talk.cases):
            continue
        answer = _answer_after(talk, said.seq, business)
        if answer is not None:
            yield from _worth_asking(talk, business, said, said.message.text, None, None, answer)


def _worth_asking(
    talk: TalkOfQuestions,
    business: Business,
    said: Said,
    text: str,
    reason: Trigger | None,
    best_then: float | None,
    answer: Answer | None,
) -> Iterator[Question]:
    bare = " ".join(without_personal(_told(text), talk.names, business).split())
    if len(bare.split()) >= _FEWEST_WORDS:
        id, at = MessageId(said.message.id), said.message.at
        yield Question(bare, id, talk.id, talk.customer_id, at, reason, best_then, answer)


def _is_held(case: CaseRow, at: datetime) -> bool:
    """Whether a person had the case at that moment."""
    since, until = case.claimed_at, case.closed_at
    return since is not None and since <= at and until is not None and at <= until


def _asked_a_person(talk: TalkOfQuestions, asked: Asked, business: Business) -> Answer | None:
    """The answer to what the AI asked a colleague in this turn."""
    if not any(run.name == ASK_PERSON for run in asked.turn.tools):
        return None
    after = [one for one in talk.questions if one.asked_at >= asked.at]
    first = min(after, key=lambda one: one.asked_at, default=None)
    if first is None or first.answer is None:
        return None
    text = answer_in(first.answer, {*talk.names, first.person_name or ""}, business)
    return Answer(text, first.person_id, first.person_name, first.case_id, first.asked_at) if text else None


def _answer_after(talk: TalkOfQuestions, seq: int, business: Business) -> Answer | None:
    """The first words of a person after a message that state something, in a case that has ended well."""
    block: list[Said] = []
    for said in (one for one in talk.said if one.seq > seq):
        if said.message.role is Role.PERSON:
            block.append(said)
            continue
        if block and (found := _stated(talk, block, business)) is not None:
            return found
        if said.message.role is Role.AI and block:
            return None
        block = []
    return _stated(talk, block, business) if block else None


def _stated(talk: TalkOfQuestions, block: Sequence[Said], business: Business) -> Answer | None:
    first = block[0].message
    case = next((one for one in talk.cases if _is_in(one, first.at)), None)
    if case is None:
        return None
    names = {*talk.names, *(one.message.name or "" for one in block)}
    text = answer_in("\n".join(one.message.text for one in block), names, business)
    return Answer(text, talk.by.get(first.id), first.name, case.id, first.at) if text else None


def _is_in(case: CaseRow, at: datetime) -> bool:
    return (
        case.status in ENDED and case.opened_at <= at and case.closed_at is not None and at <= case.closed_at
    )


def answer_in(text: str, names: set[str], business: Business) -> str:
    """What of a person's words answers: no greeting or farewell, no promise to look, no question, no name."""
    said = [one for one in map(str.strip, _SENTENCE.split(_told(text))) if one and not _is_talk(one)]
    bare = [" ".join(without_personal(one, names, business).split()) for one in said]
    for_all = [one for one in bare if not holds_personal(one)]
    return " ".join(for_all or bare)


def _told(text: str) -> str:
    """The text without a greeting before it: "Hi Ann, we do." becomes "we do"."""
    head, comma, rest = text.strip().partition(",")
    return (
        rest.strip()
        if comma and rest.strip() and re.search(learning().greeting, head, re.I)
        else text.strip()
    )


def _is_talk(sentence: str) -> bool:
    how = learning()
    said = (how.greeting, how.signoff, how.holding)
    return sentence.endswith("?") or any(re.search(one, sentence, re.IGNORECASE) for one in said)
