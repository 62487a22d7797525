"""The packet: what a person reads in ten seconds before they take a case over.

Built anew whenever it is read, from the store: every fact names the record or message that it comes from, and
what is unknown is said to be unknown. Only what the turn alone knew (its prose) was kept in the case's brief.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from core.business import Business
from core.shapes import Json, Mood, Origin, Packet, PolicyRef, Tried, Turn
from core.vocabulary import Level, Trigger
from handover import words
from handover.collecting import collected_facts
from handover.known import known
from store import journal, promises, turns
from store.cases import CaseRow
from store.database import UnitOfWork

Tell = Callable[[str, Json, Json], str | None]
"""(tool, arguments, result) → one line that says what was tried; None: the tool has no words for it."""


def build(
    uow: UnitOfWork,
    case: CaseRow,
    business: Business,
    *,
    memory: Json | None = None,
    tell: Tell = lambda tool, arguments, result: None,
) -> Packet:
    """The packet of a case as it stands now. `memory`: the conversation's, for what the AI collected."""
    docs = turns.docs(uow, case.conversation_id)
    customer = known(uow, case, business)
    return Packet(
        customer=customer.customer,
        asked=case.asked,
        facts=[*customer.facts, *collected_facts(case)],
        tried=[*_tried_in_turns(case, docs, tell), *_tried_besides(uow, case, docs, tell)],
        missing=list(_missing(case, customer.customer, memory or {})),
        promised=[one.shape for one in promises.of_conversation(uow, case.conversation_id)],
        mood=[
            Mood(turn=doc.id, score=doc.triggers[Trigger.ANGER])
            for doc in docs
            if Trigger.ANGER in doc.triggers
        ],
        policy=_policies(case, docs, business),
        next_step=case.brief.get("next_step", ""),
        draft=case.brief.get("draft", ""),
    )


def _tried_in_turns(case: CaseRow, docs: Sequence[Turn], tell: Tell) -> Iterator[Tried]:
    """Tool runs of ended turns; the opening turn's own lines are used where the case kept them."""
    kept = [Tried.model_validate(one) for one in case.brief.get("tried", ())]
    opening = case.brief.get("turn") if kept else None
    for doc in docs:
        if doc.id == opening:
            continue
        for run in doc.tools:
            result = run.result if isinstance(run.result, dict) else {}
            yield _line(tell, run.name, run.arguments, result, Origin(kind="turn", id=doc.id))
    yield from kept


def _tried_besides(uow: UnitOfWork, case: CaseRow, docs: Sequence[Turn], tell: Tell) -> Iterator[Tried]:
    """Effects of turns that never ended: done, though the answer that told of them was voided."""
    ended = {doc.id for doc in docs} | {case.brief.get("turn")}
    for effect in journal.effects_in(uow, case.conversation_id):
        if effect.turn_id not in ended:
            origin = Origin(kind="effect", id=effect.business_key)
            yield _line(tell, effect.tool, effect.arguments, effect.result, origin)


def _line(tell: Tell, tool: str, arguments: Json, result: Json, origin: Origin) -> Tried:
    given = ", ".join(f"{key}: {value}" for key, value in arguments.items() if value is not None)
    action = tell(tool, arguments, result) or f"{tool.replace('_', ' ')} ({given})"
    ok = bool(result.get("ok"))
    outcome = words.desk("tried", "ok" if ok else "failed", error=result.get("error", ""))
    return Tried(action=action, result=outcome, from_=origin)


def _missing(case: CaseRow, customer: Json, memory: Json) -> Iterator[str]:
    yield from case.brief.get("missing", ())
    if customer["level"] == Level.ANONYMOUS:
        yield words.desk("missing", "identity")
    elif customer["level"] == Level.ORDER:
        yield words.desk("missing", "verified")
    if not (case.brief.get("contact") or customer.get("email") or memory.get("contact")):
        yield words.desk("missing", "contact")
    if not case.asked:
        yield words.desk("missing", "asked")


def _policies(case: CaseRow, docs: Sequence[Turn], business: Business) -> list[PolicyRef]:
    """Policies that the turn cited or that a tool's result named; each once."""
    named = {one["id"]: one["title"] for one in case.brief.get("policy", ())}
    for doc in docs:
        for run in doc.tools:
            policy = run.result.get("policy") if isinstance(run.result, dict) else None
            if isinstance(policy, dict) and "id" in policy:
                named.setdefault(policy["id"], _title(cast(Json, policy), business))
    return [PolicyRef(id=id, title=title) for id, title in named.items()]


def _title(policy: Json, business: Business) -> str:
    document = business.policy(policy["id"])
    return document.title if document else str(policy.get("title", policy["id"]))
