"""The words to a customer about their case, rendered from what is written already."""

from datetime import datetime

from core.business import Business
from core.vocabulary import Trigger
from handover import collecting, words
from handover.follow_up import promised
from handover.queue import Place
from handover.routing import Chance, department_of
from store.cases import CaseRow
from store.conversations import Held


def opening(held: Held, case: CaseRow, business: Business, wording: str, chance: Chance) -> str:
    """What is said when a case opens: who and by when or what place; where life may be at risk, the crisis
    text before it."""
    locale, name = held.talk.locale, department_of(case, business).name
    passing = business.wordings.first_of(wording, "handover.default", language=locale, department=name)
    then = waiting(held, business, chance.place) if case.live else follow_up(held, case, business, chance)
    asked = collecting.ask_first(held, case, business) if case.live else ""
    text = " ".join(part for part in (passing, then, asked) if part)
    help_now = crisis(held, case, business)
    return f"{help_now}\n\n{text}" if help_now else text


def crisis(held: Held, case: CaseRow, business: Business) -> str:
    """The crisis text where life may be at risk, once for each case; else empty."""
    if not _life_at_risk(case, business) or held.memory.get("crisis_told") == case.id:
        return ""
    held.remember(crisis_told=case.id)
    return business.crisis_text(business.shop.country, held.talk.locale)


def _life_at_risk(case: CaseRow, business: Business) -> bool:
    """Only danger to life takes distress over its `strong` line. A business without that line draws none
    between need and danger: then every distress counts, for a needless helpline hurts less than none."""
    line = business.triggers[Trigger.DISTRESS].strong
    scores = [one.score for one in case.evidence if one.trigger is Trigger.DISTRESS]
    if line is None:
        return case.reason is Trigger.DISTRESS
    return max(scores, default=0.0) >= line


def waiting(held: Held, business: Business, at: Place) -> str:
    """Place and wait."""
    place, minutes = words.place(at.position, held.talk.locale), max(1, round(at.wait_s / 60))
    return business.wordings.say("waiting", held.talk.locale, place=place, minutes=minutes)


def follow_up(held: Held, case: CaseRow, business: Business, chance: Chance) -> str:
    """By when they are answered, and where; asks for a contact where none is known."""
    promise = promised(held, case)
    assert promise is not None
    contact = case.brief.get("contact")
    key = "follow_up" if chance.opens_at is None else "nobody_there"
    return business.wordings.say(
        key if contact else f"{key}_ask",
        held.talk.locale,
        department=department_of(case, business).name,
        opens=_moment(held, business, chance.opens_at),
        by=_moment(held, business, promise.due_at),
        contact=contact,
    )


def _moment(held: Held, business: Business, when: datetime | None) -> str:
    if when is None:
        return ""
    return words.moment(when, held.uow.now, business.shop.timezone, held.talk.locale)
