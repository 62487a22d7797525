"""Node `settle`: commits all of a turn but its effects, in one transaction, under the floor's epoch."""

from dataclasses import dataclass

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from agent.context import TurnContext
from agent.decide import Verdict, fired
from agent.handover import capabilities_of
from agent.memory import Memory, OfferMade
from agent.node import on_path
from agent.prompt import new_messages, words_of
from agent.report import report_of
from agent.state import TurnState
from core.ids import DepartmentId
from core.shapes import Form, Message, Turn
from core.vocabulary import Decision, Mode, Role
from handover.floor import is_closed, set_mode
from handover.listening import hear as overhear
from handover.opening import open_case
from handover.plan import lead
from store import journal, turns
from store.conversations import Held, hold
from store.database import UnitOfWork
from store.turns import Begun
from tools.confirming import puts_question


@dataclass(frozen=True)
class _Words:
    """What the turn says, and what it opened."""

    text: str
    case_id: str | None = None


@on_path
async def settle(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    context = runtime.context
    context.on_release()
    if context.input.turn is None:
        await context.means.database.awrite(lambda uow: _overheard(uow, context, state))
        return {}
    verdict = state["verdict"]
    context.emit(
        "decision", {"decision": verdict.decision, "reason": verdict.reason, "evidence": _words(verdict)}
    )
    message = await context.means.database.awrite(lambda uow: _commit(uow, context, state))
    return {"messages": [AIMessage(message.text, id=message.id)]}


def _commit(uow: UnitOfWork, context: TurnContext, state: TurnState) -> Message:
    """Case, answer, memory, turn and events: all of it, or nothing when the floor has moved on."""
    turn = context.input.turn
    assert turn is not None
    held = hold(uow, context.conversation_id, context.epoch)
    words = _say(held, context, state)
    verdict, wordings = state["verdict"], context.means.business.wordings
    offers = verdict.decision is Decision.OFFER
    language = held.talk.locale
    message = held.say(
        Role.AI,
        words.text,
        name=context.means.business.shop.assistant_name,
        sources=state.get("sources", []) if state.get("said") else [],
        quick_replies=[wordings.say("quick.yes", language), wordings.say("quick.no", language)]
        if offers
        else [],
        form=_form(context, verdict),
        turn_id=turn.id,
    )
    _settle_confirmation(held, context, state)
    answered = max(turn.read_seq, held.talk.answered_seq)
    memory = _memory(context, state, verdict)
    held.set(answered_seq=answered, listened_seq=answered)
    held.remember(**memory.model_dump(mode="json"))
    turns.finish(held, turn, _document(context, state, turn, words.case_id))
    if held.mode is Mode.AI and not held.open_causes and is_closed(held):
        set_mode(held, Mode.CLOSED)  # the customer left while the turn ran
    held.event("done", {"turn": turn.id, "mode": held.mode})
    return message


def _say(held: Held, context: TurnContext, state: TurnState) -> _Words:
    """The words to the customer, rendered from what is being committed with them."""
    business, verdict = context.means.business, state["verdict"]
    said, language = state.get("said", ""), held.talk.locale
    if verdict.decision is Decision.HANDOVER:
        plan = state["plan"]
        assert plan is not None
        opened = open_case(held, plan, context.turn_id, business)
        return _Words(_joined(said, opened.notice), opened.case.id)
    text = said or business.wordings.say("failed", language)
    if verdict.decision is Decision.OFFER:
        leading = business.department(_leading(context, state, verdict))
        assert leading is not None
        keys = f"offer.{verdict.reason}", "offer.default"
        offer = business.wordings.first_of(*keys, language=language, department=leading.name)
        text = _joined(text, offer)
    return _Words(_with_question(held, context, text))


def _leading(context: TurnContext, state: TurnState, verdict: Verdict) -> DepartmentId:
    """The department that an offer names."""
    about = capabilities_of(context, state)
    return lead(verdict.reason, about[0] if about else None, (), context.means.business)


def _with_question(held: Held, context: TurnContext, text: str) -> str:
    """The text; with the question that a yes will answer, where the model has not put it itself."""
    asked = journal.open_confirmation(held.uow, held.talk.id) if context.trace.tools else None
    if asked is None or asked == context.input.confirmation or puts_question(text, asked.summary):
        return text
    question = context.means.business.wordings.say("confirm", held.talk.locale, summary=asked.summary)
    return _joined(text, question)


def _form(context: TurnContext, verdict: Verdict) -> Form | None:
    """What the last tool asks for, as a hint of what the answer is."""
    runs = context.trace.tools
    last = runs[-1].result if runs and verdict.decision is Decision.ANSWER else None
    asked = last.get("form") if isinstance(last, dict) else None
    return Form.model_validate(asked) if asked else None


def _settle_confirmation(held: Held, context: TurnContext, state: TurnState) -> None:
    """What was asked before this turn and got no yes is over: a yes counts for the last question only."""
    asked = context.input.confirmation
    if state["verdict"].decision is Decision.HANDOVER:
        journal.close_confirmations(held.uow, held.talk.id, "void")
    elif asked is not None:
        still = journal.open_confirmation(held.uow, held.talk.id)
        if still is not None and still.id == asked.id:
            status = "refused" if state.get("refused_offer") else "void"
            journal.close_confirmations(held.uow, held.talk.id, status)


def _memory(context: TurnContext, state: TurnState, verdict: Verdict) -> Memory:
    before = context.input.memory
    refused = report_of(context, state.get("head"), []).refusal is not None
    changes: dict[str, object] = {
        "turns": before.turns + 1,
        "failed_turns": 0 if verdict.decision is Decision.HANDOVER else verdict.failed_turns,
        "offer": None,
        "refused": before.refused + refused,
    }
    if verdict.decision is Decision.OFFER and verdict.reason is not None:
        evidence = [one.model_dump(mode="json") for one in verdict.evidence]
        department = _leading(context, state, verdict)
        changes["offer"] = OfferMade(trigger=verdict.reason, evidence=evidence, department=department)
        changes["offers"] = {**before.offers, verdict.reason: before.turns + 1}
    return before.model_copy(update=changes)


def _document(context: TurnContext, state: TurnState, turn: Begun, case_id: str | None) -> Turn:
    trace, verdict, business = context.trace, state["verdict"], context.means.business
    return Turn(
        id=turn.id,
        attempt=turn.attempt,
        cause=turn.cause,
        answers=new_messages(context.input),
        decision=verdict.decision,
        reason=verdict.reason,
        rule=verdict.rule,
        capabilities=list(capabilities_of(context, state)),
        failed=verdict.failed_turns > context.input.memory.failed_turns,
        evidence=list(verdict.evidence),
        confidence=verdict.confidence,
        triggers={trigger: round(one.score, 4) for trigger, one in state["readings"].items()},
        thresholds={trigger: one.threshold for trigger, one in business.triggers.items()},
        tools=trace.tools,
        retrieved=trace.retrieved,
        path=trace.path,
        steps=trace.steps,
        case_id=case_id,
        model=context.means.model.name,
        usage=trace.usage(business.models.for_model(context.means.model.name).price),
        ms=trace.timing,
    )


def _overheard(uow: UnitOfWork, context: TurnContext, state: TurnState) -> None:
    """Under a person or in the queue: what was heard becomes evidence of the case, and nothing is said."""
    held = hold(uow, context.conversation_id, context.epoch)
    given, business = context.input, context.means.business
    evidence = fired(state["readings"], business.triggers)
    overhear(held, evidence, business, words_of(given), "".join(new_messages(given)[-1:]))
    held.set(listened_seq=context.input.read_to, lease_until=None)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _words(verdict: Verdict) -> list[dict[str, object]]:
    return [one.model_dump(mode="json") for one in verdict.evidence]
