"""What a search in the knowledge store gives for a question: the answer, narrowed to what was asked."""

from collections.abc import Sequence

from agent.models.embedded.segments import is_request, leans, sentences
from agent.models.embedded.talk import Entry, shares_a_word
from core.flows import Reading
from core.shapes import Json

_NEAR = 0.05
"""An entry that scores less than the best by no more than this may answer as well."""
_TELLING = 40
"""So many letters of an entry tell whether it has been said."""


def queries(text: str, rest: str, mends: bool) -> tuple[str, ...]:
    """What to search for: the question; a follow-up's own words, too, where they may stand by themselves."""
    alone = bool(rest) and (mends or is_request(rest)) and not leans(rest)
    return (text, rest) if alone else (text,)


def ranked(
    found: Sequence[Sequence[Entry]], rest: str, said: str, reading: Reading, mends: bool
) -> tuple[Entry, ...]:
    """The entries of all searches, the best first.

    What was `said` just now is no answer to a follow-up that asks something (`and how long does it take?`) or
    `mends` what was meant; one that only names something (`and to Cork?`) may be answered by the same entry
    where that speaks of it.
    """
    best: dict[str, Entry] = {}
    for entry in (one for entries in found for one in entries):
        if entry.id not in best or entry.score > best[entry.id].score:
            best[entry.id] = entry
    entries = sorted(best.values(), key=lambda one: -one.score)
    if _stale(entries, rest, said):
        return tuple(one for one in entries if shares_a_word(rest, one))
    if entries and (mends or is_request(rest)):
        least = max(reading.knowledge_first, 0.0 if mends else entries[0].score - _NEAR)
        new = [
            one
            for one in entries
            if one.text[:_TELLING] not in said
            and (one.score >= least or (one.score >= reading.knowledge_first and shares_a_word(rest, one)))
        ]
        entries = [*new, *(one for one in entries if one not in new)]
    return tuple(entries)


def _stale(entries: Sequence[Entry], rest: str, said: str) -> bool:
    """Whether the best entry has just been said and does not speak of what the follow-up only names."""
    if not entries or not rest or is_request(rest):
        return False
    return entries[0].text[:_TELLING] in said and not shares_a_word(rest, entries[0])


def answer_of(entries: Sequence[Entry], asked: str, towns: frozenset[str], reading: Reading) -> Json:
    """A search's result for the rules: `ok`, the best entry's `answer`, `id`, `title`, `best_score`.

    `close`: the entry is surely about the question.
    """
    if not entries:
        return {"ok": False, "error": "no_answer"}
    best = entries[0]
    return {
        "ok": True,
        "answer": narrowed(best.text, asked, towns),
        "id": best.id,
        "title": best.title,
        "best_score": best.score,
        "close": best.score >= reading.knowledge_sure and shares_a_word(asked, best),
    }


def narrowed(answer: str, asked: str, towns: frozenset[str]) -> str:
    """The answer without lines or sentences about other locations than those asked about."""
    wanted = {town for town in towns if town.lower() in asked.lower()}
    others = towns - wanted
    joint, parts = ("\n", answer.splitlines()) if "\n" in answer else (" ", sentences(answer))
    kept = [
        part
        for part in parts
        if any(town in part for town in wanted) or not any(town in part for town in others)
    ]
    return joint.join(kept) if wanted and any(town in joint.join(kept) for town in wanted) else answer
