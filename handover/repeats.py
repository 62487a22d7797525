"""Nothing repeated: questions for what the customer had said already. Pure functions over a conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.shapes import Turn
from core.vocabulary import Role
from handover.asks import CONFIRM, Places, answered_in, asked_in, asks, said_in, taken_from


@dataclass(frozen=True)
class Line:
    """One message, as far as repeats are concerned."""

    by: Role
    tells: frozenset[str] = frozenset()
    """The kinds whose value the customer gives."""
    asks: frozenset[str] = frozenset()
    """The kinds that the customer is asked for."""
    excused: bool = False
    """What had been said was just found wrong, or not to fit: asking again is right."""
    place: int = 0
    """Whatever finds the message again."""


@dataclass(frozen=True)
class Repeat:
    """One question for what was said before."""

    by: Role
    kind: str
    place: int


@dataclass(frozen=True)
class Spoken:
    """One public message of a conversation; `turn` is the AI's that said it."""

    seq: int
    id: str
    by: Role
    text: str
    at: datetime
    turn: Turn | None = None


def repeats(lines: Iterable[Line]) -> list[Repeat]:
    """Every kind that is asked for after the customer has given it, each time that it is."""
    known: set[str] = set()
    found: list[Repeat] = []
    for line in lines:
        known |= line.tells
        if not line.excused:
            again = sorted((known & line.asks) - {CONFIRM})
            found += [Repeat(line.by, kind, line.place) for kind in again]
    return found


def lines_of(spoken: Sequence[Spoken], places: Places) -> list[Line]:
    """A conversation's messages, oldest first, with what they ask and tell.

    A customer tells what the patterns see, what the tools took from their words, and what answers the
    question before it.
    """
    lines: list[Line] = []
    asked: list[str] = []
    taken = _taken(spoken)
    for one in spoken:
        if one.by is Role.CUSTOMER:
            tells = {*said_in(one.text, places), *answered_in(one.text, asked), *taken.get(one.id, ())}
            lines.append(Line(one.by, tells=frozenset(tells), place=one.seq))
            asked = []
        else:
            asked = asked_in(one.text, places)
            rejected = one.turn is not None and is_rejected(one.turn)
            lines.append(Line(one.by, asks=frozenset(asked), excused=rejected, place=one.seq))
    return lines


def is_rejected(turn: Turn) -> bool:
    """Whether a tool of the turn found wrong what it was given."""
    results = (run.result for run in turn.tools if isinstance(run.result, dict))
    return any(result.get("error") in asks().rejected for result in results)


def _taken(spoken: Sequence[Spoken]) -> dict[str, list[str]]:
    """By the customer's message: the kinds that the turn which answered it took from the words so far."""
    taken: dict[str, list[str]] = {}
    said = {one.id: one.text for one in spoken if one.by is Role.CUSTOMER}
    for turn in (one.turn for one in spoken if one.turn is not None):
        words = "\n".join(said.get(id, "") for id in turn.answers)
        kinds = [kind for run in turn.tools if run.ok for kind in taken_from(run.arguments, words)]
        for id in turn.answers:
            taken.setdefault(id, []).extend(kinds)
    return taken
