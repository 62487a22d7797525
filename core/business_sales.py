"""What a business asks of enquirers and of leads: the details of each topic, and the score card."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from core.business_parts import Part, Slug

DetailKind = Literal[
    "name", "email", "phone", "product", "order_number", "date", "link", "text", "choice", "number"
]
STANDARD: dict[str, DetailKind] = {
    "name": "name",
    "email": "email",
    "phone": "phone",
    "product": "product",
    "order_number": "order_number",
    "date": "date",
    "photo_link": "link",
    "message": "text",
}
"""Details that every tool call may name; a business's own ones go by their id."""
REACHED_BY: tuple[DetailKind, ...] = ("email", "phone")
"""Kinds of detail by which an enquirer can be answered."""


class Detail(Part):
    """One thing that an enquirer may be asked for."""

    id: Slug
    kind: DetailKind
    noun: str
    """`your name`: where two are asked for at once."""
    label: str
    """`name`: where it is read back."""
    ask: str
    """The question."""
    again: str | None = None
    """The question after an answer that could not be read; `{options}` lists what may be chosen."""
    words: tuple[str, ...] = ()
    """How customers speak of it: `rather not give my phone`."""
    options: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For `choice`: value → words that mean it."""
    least: float | None = None
    """Of a number the least value, of a text the fewest characters."""
    most: float | None = None
    holds: str | None = None
    """Of a text a pattern that must occur in it."""
    future: bool = True
    """A date lies ahead."""


class EnquiryTopic(Part):
    """Something that customers write to us about, and what a person needs to act on it."""

    id: Slug
    name: str
    about: str
    """A verb phrase: `have somebody call you back`."""
    words: tuple[str, ...] = ()
    """Words by which a message is known to be about it."""
    department: str | None = None
    """Who acts on it; null: who owns `collect_details`."""
    required: Annotated[tuple[str, ...], Field(min_length=1)]
    """Details without which nobody can act, in the order of asking."""
    asked: tuple[str, ...] = ()
    """Details that are asked for once and may stay away."""
    reach: tuple[str, ...] = ("email", "phone")
    """Of these one must be known: who declines one is asked for the next."""
    answer_hours: Annotated[int, Field(gt=0)] | None = None
    """An answer is promised within so many hours; null: nothing is promised."""
    confirm: bool = True
    """The customer confirms what was noted before it is sent."""

    @property
    def details(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.required, *self.asked, *self.reach)))


class Enquiries(Part):
    """What may be left with us, and what is asked for each."""

    details: Annotated[tuple[Detail, ...], Field(min_length=1)]
    topics: Annotated[tuple[EnquiryTopic, ...], Field(min_length=1)]
    otherwise: str | None = None
    """The topic of what fits none; null: it is asked which one is meant."""
    ask_two: str
    """The question for two details at once, with `{first}` and `{second}`, their nouns."""

    def detail(self, detail_id: str) -> Detail | None:
        return next((one for one in self.details if one.id == detail_id), None)

    def topic(self, topic_id: str) -> EnquiryTopic | None:
        return next((one for one in self.topics if one.id == topic_id), None)


class LeadTopic(StrEnum):
    """What a score card judges a lead by."""

    NEED = "need"
    BUDGET = "budget"
    TIMELINE = "timeline"
    AUTHORITY = "authority"
    FIT = "fit"


NextStep = Literal["book_call", "nurture", "decline"]


class LeadAnswer(Part):
    """What an answer may come to, and what it is worth. The first that fits counts."""

    id: Slug
    means: str
    """In plain words, for the model and for the person: `decides alone`."""
    points: int
    words: tuple[str, ...] = ()
    """Words of a customer that mean it; of several answers the one with the longest words."""
    from_cents: Annotated[int, Field(ge=0)] | None = None
    """Of an amount: from here on."""
    within_days: Annotated[int, Field(ge=0)] | None = None
    """Of a time: at most so far ahead."""
    ends: bool = False
    """Whatever else is said, this lead is declined."""


class LeadQuestion(Part):
    """One question of the score card."""

    id: LeadTopic
    kind: Literal["choice", "amount", "time"]
    ask: str
    again: str | None = None
    """The question after an answer that could not be read."""
    words: tuple[str, ...] = ()
    """How customers speak of it: `rather not tell my budget`."""
    volunteered: bool = True
    """Words of its answers count also where they were said unasked."""
    answers: Annotated[tuple[LeadAnswer, ...], Field(min_length=1)]
    otherwise: LeadAnswer | None = None
    """What any other answer comes to; null: it is asked once more."""

    def answer(self, answer_id: str) -> LeadAnswer | None:
        known = (*self.answers, *([self.otherwise] if self.otherwise else []))
        return next((one for one in known if one.id == answer_id), None)


class LeadBand(Part):
    """What follows from a score."""

    id: Slug
    name: str
    from_score: int
    next_step: NextStep
    say: str
    """What the customer is told; `{department}` and, with `answer_hours`, `{due}` are filled in."""
    service: str | None = None
    """For `book_call`: the service that is booked."""
    answer_hours: Annotated[int, Field(gt=0)] | None = None
    """For `nurture`: somebody writes within so many hours; null: nothing is promised."""


class LeadCard(Part):
    """The score card."""

    version: Annotated[int, Field(ge=1)]
    department: str | None = None
    """Who follows leads up; null: who owns `qualify_lead`."""
    questions: Annotated[tuple[LeadQuestion, ...], Field(min_length=1)]
    bands: Annotated[tuple[LeadBand, ...], Field(min_length=1)]
    """Highest first; the last is for whatever is below."""
    ask_contact: str
    """Asks how a lead is reached, where nothing is known."""

    def question(self, topic: str) -> LeadQuestion | None:
        return next((one for one in self.questions if one.id == topic), None)

    def band(self, score: int, *, ended: bool = False) -> LeadBand:
        """The band of a score; with `ended` the lowest."""
        if ended:
            return self.bands[-1]
        return next((one for one in self.bands if score >= one.from_score), self.bands[-1])
