"""Node `listen`: reads the customer's words with local detectors; no model, a few milliseconds.

Alone it hands over only what is beyond doubt. It also reads the yes or no to what was asked last.
"""

import asyncio
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.answered import UNANSWERED, as_result, unanswered
from agent.consent import Consent, read_consent
from agent.context import TurnContext, TurnInput
from agent.decide import Verdict, beyond_doubt
from agent.finding import begin_search
from agent.models.parts import ToolCall
from agent.node import on_path
from agent.prompt import words_of
from agent.state import TurnState, fresh
from agent.triggers import Heard, hear
from agent.triggers.brevity import is_brief
from agent.triggers.heard import Reading, Said
from core.shapes import Evidence
from core.vocabulary import Cause, Decision, Mode, Role, Trigger
from store.journal import Confirmation
from store.requests import RequestRow


@on_path
async def listen(
    state: TurnState, runtime: Runtime[TurnContext]
) -> Command[Literal["think", "act", "handover", "settle"]]:
    context = runtime.context
    given, policies = context.input, context.means.business.triggers
    words = words_of(given)
    if given.talk.mode is Mode.AI and given.replay is None and not given.worn_out:
        begin_search(context)
    fresh_words = words_of(given, after=given.memory.heard_from)
    readings = {}
    if fresh_words:
        heard = heard_of(given, fresh_words)
        readings = await asyncio.to_thread(hear, heard, context.means.detectors)
    context.emit("signal", signal_of(readings))
    update: TurnState = {**fresh(), "readings": readings}
    if given.talk.mode is not Mode.AI:
        return Command(goto="settle", update=update)
    if given.worn_out:
        verdict = Verdict(Decision.HANDOVER, Trigger.LOW_CONFIDENCE)
        return Command(goto="handover", update={**update, "verdict": verdict, "exhausted": "model_down"})
    if given.replay is not None:
        return Command(goto="think", update=update)
    if given.answered is not None:
        return _tell(context, given.answered, update)
    sure = beyond_doubt(readings, policies)
    if sure is not None:
        return Command(goto="handover", update={**update, "verdict": sure})
    consent = _consent(given, words)
    if consent is Consent.YES and given.confirmation is not None:
        calls = (confirmed_call(given.confirmation),)
        return Command(goto="act", update={**update, "calls": calls, "confirmed": given.confirmation.id})
    if consent is Consent.YES and given.memory.offer is not None:
        return Command(goto="handover", update={**update, "verdict": _accepted(given)})
    refused = consent is Consent.NO
    update["readings"] = _but_missed(readings, refused, words)
    return Command(goto="think", update={**update, "refused_offer": refused})


def _but_missed(readings: dict[Trigger, Reading], refused: bool, words: str) -> dict[Trigger, Reading]:
    """A short no to what was asked says nothing against the answer."""
    if not (refused and is_brief(words)):
        return readings
    return {trigger: read for trigger, read in readings.items() if trigger is not Trigger.NOT_UNDERSTOOD}


def _tell(
    context: TurnContext, answered: RequestRow, update: TurnState
) -> Command[Literal["think", "act", "handover", "settle"]]:
    """A person has answered, or nobody in time."""
    verdict = unanswered(answered)
    if verdict is not None:
        return Command(goto="handover", update={**update, "verdict": verdict, "exhausted": UNANSWERED})
    return Command(goto="think", update={**update, "trail": as_result(context, answered)})


def heard_of(given: TurnInput, words: str) -> Heard:
    """What the detectors may read: old words, settled before a return, are no longer among it."""
    history = tuple(
        Said(said.message.role, said.message.text)
        for said in given.messages
        if said.seq > given.memory.heard_from
        and (said.seq <= given.read_from or said.message.role is not Role.CUSTOMER)
    )
    return Heard(words, history, given.facts, given.memory.failed_turns)


def signal_of(readings: dict[Trigger, Reading]) -> dict[str, object]:
    """The readings as an event shows them."""
    return {
        "triggers": {trigger: round(reading.score, 4) for trigger, reading in readings.items()},
        "evidence": {trigger: list(reading.words) for trigger, reading in readings.items() if reading.words},
    }


def _consent(given: TurnInput, words: str) -> Consent:
    asked = given.confirmation is not None or given.memory.offer is not None
    if not asked or given.turn is None or given.turn.cause is not Cause.MESSAGE:
        return Consent.UNCLEAR
    if not _said_since(given):
        return Consent.UNCLEAR
    about = given.confirmation.summary if given.confirmation else ""
    return read_consent(words, given.talk.locale, about)


def _said_since(given: TurnInput) -> bool:
    """Whether all that is unanswered was said after the AI's last words: a yes that came while the question
    was still being put is no answer to it."""
    spoken = max((said.seq for said in given.messages if said.message.role is Role.AI), default=0)
    return all(
        said.seq > spoken or said.seq <= given.read_from
        for said in given.messages
        if said.message.role is Role.CUSTOMER
    )


def confirmed_call(asked: Confirmation) -> ToolCall:
    """The call that the customer was asked about, as it stands in the store."""
    return ToolCall(id=f"confirmed-{asked.id}", name=asked.tool, arguments=asked.arguments)


def _accepted(given: TurnInput) -> Verdict:
    """The customer took up the offer: its trigger is the reason."""
    offer = given.memory.offer
    assert offer is not None
    evidence = tuple(Evidence.model_validate(one) for one in offer.evidence)
    return Verdict(Decision.HANDOVER, offer.trigger, evidence)
