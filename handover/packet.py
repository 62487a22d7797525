"""The packet: what a person reads in ten seconds before they take a case over.

Built anew whenever it is read, from the store: every fact names the record or message that it comes from, and
what is unknown is said to be unknown. Only what the model alone knew, its prose, is kept in the case's brief.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from core.business import Business
from core.shapes import Json, Mood, Origin, Packet, PolicyRef, ToolRun, Tried, Turn
from core.vocabulary import Level, Trigger
from handover import words
from handover.collecting import collected_facts
from handover.known import known
from store import journal, promises, requests, turns
from store.cases import CaseRow
from store.database import UnitOfWork
from store.journal import Effect

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
        tried=[
            *_tried_in_turns(docs, tell),
            *_tried_besides(uow, case, docs, tell),
            *_asked_of_people(uow, case),
        ],
        missing=list(_missing(case, customer.customer, memory or {})),
        promised=[one.shape for one in promises.of_conversation(uow, case.conversation_id)],
        mood=[
            Mood(turn=doc.id, score=doc.triggers[Trigger.ANGER])
            for doc in docs
            if Trigger.ANGER in doc.triggers
        ],
        policy=_policies(docs, business),
        next_step=case.brief.get("next_step", ""),
        draft=case.brief.get("draft", ""),
    )


def _tried_in_turns(docs: Sequence[Turn], tell: Tell) -> Iterator[Tried]:
    """Tool runs of ended turns."""
    for doc in docs:
        for run in doc.tools:
            yield _line(tell, run.name, run.arguments, _result(run), Origin(kind="turn", id=doc.id))


def _tried_besides(uow: UnitOfWork, case: CaseRow, docs: Sequence[Turn], tell: Tell) -> Iterator[Tried]:
    """Effects that no ended turn shows: its attempt failed, its answer was voided, or it was no turn's."""
    runs = [run for doc in docs for run in doc.tools]
    for effect in journal.effects_in(uow, case.conversation_id):
        if not any(_shows(run, effect) for run in runs):
            origin = Origin(kind="effect", id=effect.business_key)
            yield _line(tell, effect.tool, effect.arguments, effect.result, origin)


def _shows(run: ToolRun, effect: Effect) -> bool:
    """Whether a run's result is the effect's, as it was or with more said to it."""
    result = _result(run)
    return run.name == effect.tool and {**result, **effect.result} == result


def _result(run: ToolRun) -> Json:
    return run.result if isinstance(run.result, dict) else {}


def _asked_of_people(uow: UnitOfWork, case: CaseRow) -> Iterator[Tried]:
    """What colleagues were asked, and what they said."""
    for row in requests.of_conversation(uow, case.conversation_id):
        said = row.status if row.approved is None else "approved" if row.approved else "denied"
        outcome = words.desk("asked", said, person=row.person_name or "", answer=row.answer or "").strip()
        yield Tried(action=row.question, result=outcome, from_=Origin(kind="request", id=row.id))


def _line(tell: Tell, tool: str, arguments: Json, result: Json, origin: Origin) -> Tried:
    given = ", ".join(f"{key}: {value}" for key, value in arguments.items() if value is not None)
    action = tell(tool, arguments, result) or f"{tool.replace('_', ' ')} ({given})"
    ok = bool(result.get("ok"))
    outcome = words.desk("tried", "ok" if ok else "failed", error=result.get("error", ""))
    return Tried(action=action, result=outcome, from_=origin)


def _missing(case: CaseRow, customer: Json, memory: Json) -> Iterator[str]:
    if customer["level"] == Level.ANONYMOUS:
        yield words.desk("missing", "identity")
    elif customer["level"] == Level.ORDER:
        yield words.desk("missing", "verified")
    if not (case.brief.get("contact") or customer.get("email") or memory.get("contact")):
        yield words.desk("missing", "contact")
    if not case.asked:
        yield words.desk("missing", "asked")


def _policies(docs: Sequence[Turn], business: Business) -> list[PolicyRef]:
    """Policies that a tool's result named; each once."""
    named: dict[str, str] = {}
    for doc in docs:
        for run in doc.tools:
            policy = _result(run).get("policy")
            if isinstance(policy, dict) and "id" in policy:
                named.setdefault(policy["id"], _title(cast(Json, policy), business))
    return [PolicyRef(id=id, title=title) for id, title in named.items()]


def _title(policy: Json, business: Business) -> str:
    document = business.policy(policy["id"])
    return document.title if document else str(policy.get("title", policy["id"]))
