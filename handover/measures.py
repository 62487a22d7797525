"""Measures of the service: each a pure function over the facts of a span, with its formula beside it.

The formulas stand in docs/measures.md too, for who reads the figures. `counted` is the `measures.yaml` beside
this file.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from core.business_parts import Part
from core.ids import CustomerId
from core.vocabulary import CaseStatus, Decision, Judged, Outcome, Trigger
from core.yaml_lines import read_yaml
from handover.asks import CONFIRM, Places, asked_in
from handover.measure_shapes import (
    Approvals,
    ByTrigger,
    Csat,
    Endings,
    Hour,
    Judgements,
    Share,
    Sla,
    Spread,
    Transfers,
    Turns,
)
from store.measure_facts import CaseFact, PromiseFact, RatingFact, RequestFact, TalkFact, TurnCount

FILE = Path(__file__).with_name("measures.yaml")


class Counting(Part):
    """What the measures count by."""

    days: int
    gone_after_s: int
    recontact_days: int
    satisfied_from: float
    unhappy_to: float
    most_read: int


@cache
def counted() -> Counting:
    return read_yaml(FILE).parse(Counting)


def share(count: int, of: int) -> Share:
    return Share(count=count, of=of, share=round(count / of, 4) if of else None)


def spread(seconds: Iterable[float]) -> Spread:
    """Median (mean of the middle two), the 90th percentile by nearest rank, and the mean."""
    known = sorted(seconds)
    if not known:
        return Spread(count=0, median_s=None, p90_s=None, mean_s=None)
    middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
    p90 = known[math.ceil(0.9 * len(known)) - 1]
    return Spread(
        count=len(known), median_s=round(middle, 1), p90_s=p90, mean_s=round(sum(known) / len(known), 1)
    )


def time_to_first_reply(cases: Sequence[CaseFact]) -> Spread:
    """From a handover to a person's first message: first_reply_at - opened_at; takeovers wait for none."""
    return spread(
        _seconds(one.opened_at, one.first_reply_at) for one in _handovers(cases) if one.first_reply_at
    )


def time_to_resolve(cases: Sequence[CaseFact]) -> Spread:
    """From opening to the end by a person: closed_at - opened_at of resolved and returned cases, those that
    the customer took back left out."""
    return spread(_seconds(one.opened_at, one.closed_at) for one in cases if _ended_by_person(one))


def endings(talks: Sequence[TalkFact], now: datetime, places: Places = ()) -> Endings:
    """How conversations came out: each is contained, silent or handed over, or still running and not counted.

    *Handed over*: it had a case. *Contained*: no case, and settled: an effect was carried out, the customer
    closed the chat with all answered or rated it well, or the last answer came from knowledge or from a tool
    and left nothing open. *Silent*, the silent middle: neither, and nobody has written for an hour: the
    customer is simply gone. *Running*: neither, so far.
    """
    handed = [one for one in talks if one.departments]
    contained = [one for one in talks if not one.departments and is_settled(one, places)]
    open_ones = [one for one in talks if not one.departments and not is_settled(one, places)]
    silent = [one for one in open_ones if _is_gone(one, now)]
    judged = len(handed) + len(contained) + len(silent)
    return Endings(
        conversations=len(talks),
        running=len(open_ones) - len(silent),
        contained=share(len(contained), judged),
        silent=share(len(silent), judged),
        handed_over=share(len(handed), judged),
    )


def is_settled(talk: TalkFact, places: Places = ()) -> bool:
    """Whether a conversation without a case came to a good end, as far as it can be seen."""
    if talk.unanswered or (talk.rating is not None and talk.rating <= counted().unhappy_to):
        return False
    if talk.rating is not None and talk.rating >= counted().satisfied_from:
        return True
    if talk.failed_turns or talk.offer_open or talk.confirmation_open:
        return False
    asks = [one for one in asked_in(talk.last_words, places) if one != CONFIRM]
    return talk.effects > 0 or talk.closed or (talk.last_from_source and not talk.last_form and not asks)


def handovers(cases: Sequence[CaseFact], conversations: int) -> list[ByTrigger]:
    """By trigger: cases opened for it / conversations of the span, and what people judged of them."""
    by_trigger = {trigger: [one for one in cases if one.reason is trigger] for trigger in Trigger}
    return [
        ByTrigger(
            trigger=trigger,
            handovers=share(len({one.conversation_id for one in found}), conversations),
            **{name: judged[name] for name in Judged},
        )
        for trigger, found in by_trigger.items()
        if (judged := Counter(one.judged for one in found)) is not None
    ]


def judgements(cases: Sequence[CaseFact]) -> Judgements:
    """Right, late, not needed: handovers so judged on resolving / handovers judged at all."""
    judged = Counter(one.judged for one in _handovers(cases) if one.judged is not None)
    return Judgements(**{name: share(judged[name], judged.total()) for name in Judged})


def abandoned(cases: Sequence[CaseFact]) -> Share:
    """Live waits that the customer left before a person replied (taken back, or the chat closed for good) /
    all live waits that have an end or a reply."""
    waits = [one for one in _handovers(cases) if one.live]
    left = [one for one in waits if _gave_up(one)]
    over = [one for one in waits if one.first_reply_at or one.closed_at or one in left]
    return share(len(left), len(over))


def wait_by_hour(cases: Sequence[CaseFact], timezone: str) -> list[Hour]:
    """From opening to the first claim, by the hour of the shop's day in which it was opened; live waits."""
    waits: dict[int, list[float]] = {}
    for one in _handovers(cases):
        if one.live and one.claims:
            hour = one.opened_at.astimezone(ZoneInfo(timezone)).hour
            waits.setdefault(hour, []).append(_seconds(one.opened_at, one.claims[0]))
    return [Hour(hour=hour, wait=spread(found)) for hour, found in sorted(waits.items())]


def sla(cases: Sequence[CaseFact], now: datetime) -> Sla:
    """Deadlines kept / deadlines that were kept or have passed; cases taken back count for neither."""
    mine = [one for one in cases if one.outcome is not Outcome.WITHDRAWN]
    first = [(one.first_reply_due, one.first_reply_at) for one in mine if one.reason is not None]
    resolve = [(one.due_at, one.closed_at if _ended_by_person(one) else None) for one in mine]
    return Sla(first_reply=_kept(first, now), resolve=_kept(resolve, now))


def transfers(cases: Sequence[CaseFact]) -> Transfers:
    """How often cases were passed on to another department; cases that ever were / cases."""
    moved = [one for one in cases if one.transfers]
    return Transfers(transfers=sum(one.transfers for one in moved), cases=share(len(moved), len(cases)))


def approvals(requests: Sequence[RequestFact]) -> Approvals:
    """From asking a person to their answer; answered in time / ended; approved / answered."""
    answered = [one for one in requests if one.status == "answered"]
    ended = [one for one in requests if one.status in ("answered", "expired")]
    return Approvals(
        time=spread(_seconds(one.asked_at, one.closed_at) for one in answered if one.closed_at),
        answered=share(len(answered), len(ended)),
        approved=share(sum(bool(one.approved) for one in answered), len(answered)),
    )


def promises_kept(promises: Sequence[PromiseFact], now: datetime) -> Share:
    """Promises kept / promises of the span that were kept, broken, or are open past their time."""
    over = [one for one in promises if one.status != "open" or one.due_at <= now]
    return share(sum(one.status == "kept" for one in over), len(over))


def recontact(
    cases: Sequence[CaseFact],
    talks: Sequence[TalkFact],
    began: Mapping[CustomerId, Sequence[datetime]],
    places: Places = (),
) -> Share:
    """Known customers' contacts with an end (resolved or returned by a person, or contained) after which the
    same customer began another conversation, or got another case, within seven days / all such contacts."""
    ends = [(one.customer_id, one.closed_at) for one in cases if _ended_by_person(one)]
    ends += [
        (one.customer_id, one.last_at) for one in talks if not one.departments and is_settled(one, places)
    ]
    known = [(customer, at) for customer, at in ends if customer is not None and at is not None]
    week = timedelta(days=counted().recontact_days)
    back = [at for customer, at in known if any(at < one <= at + week for one in began.get(customer, ()))]
    return share(len(back), len(known))


def csat(ratings: Sequence[RatingFact]) -> list[Csat]:
    """Mean rating, and ratings of 4 or 5 / ratings, of each who spoke last before it was given: the AI first,
    then people by name."""
    by_holder: dict[tuple[str | None, str | None], list[float]] = {}
    for one in ratings:
        by_holder.setdefault((one.person_id, one.person_name), []).append(one.score)
    found = sorted(by_holder.items(), key=lambda item: (item[0][0] is not None, item[0][1] or ""))
    good = counted().satisfied_from
    return [
        Csat(
            person=None if id is None else name or id,
            mean=round(sum(scores) / len(scores), 2),
            satisfied=share(sum(score >= good for score in scores), len(scores)),
        )
        for (id, name), scores in found
    ]


def turns(counts: Sequence[TurnCount]) -> Turns:
    """Ended turns by decision, with the LLM calls and tokens that they cost."""
    by_decision = {name: sum(one.turns for one in counts if one.decision is name) for name in Decision}
    return Turns(
        turns=sum(by_decision.values()),
        **by_decision,
        llm_calls=sum(one.calls for one in counts),
        prompt_tokens=sum(one.prompt_tokens for one in counts),
        completion_tokens=sum(one.completion_tokens for one in counts),
    )


def _handovers(cases: Iterable[CaseFact]) -> list[CaseFact]:
    """Cases that the AI or the customer opened; who is taken over by a person waits for nobody."""
    return [one for one in cases if one.reason is not None]


def _ended_by_person(case: CaseFact) -> bool:
    ended = case.status in (CaseStatus.RESOLVED, CaseStatus.RETURNED)
    return ended and case.outcome is not Outcome.WITHDRAWN and case.closed_at is not None


def _gave_up(case: CaseFact) -> bool:
    if case.outcome is Outcome.WITHDRAWN:
        return case.first_reply_at is None
    return case.left_before_reply


def _is_gone(talk: TalkFact, now: datetime) -> bool:
    return talk.closed or (now - talk.last_at).total_seconds() >= counted().gone_after_s


def _kept(deadlines: Iterable[tuple[datetime | None, datetime | None]], now: datetime) -> Share:
    over = [(due, at) for due, at in deadlines if due is not None and (at is not None or due <= now)]
    return share(sum(at is not None and at <= due for due, at in over), len(over))


def _seconds(start: datetime, end: datetime | None) -> float:
    assert end is not None
    return (end - start).total_seconds()
