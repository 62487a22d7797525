"""The co-pilot: a person who holds a case asks the agent for a draft, an answer or a lookup.

The same model with tools that only read. Nothing of it reaches the customer, the conversation or its memory.
"""

import asyncio
import json
import re
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.context import Means, TurnContext, TurnInput
from agent.data import note, template
from agent.memory import Memory
from agent.models.parts import ReplyHead, ReplyText, StepEnd, ToolCall, ToolCalls
from agent.output_check import Backing, kept, split_sentences
from agent.prompt import context_of, history
from agent.tool_runs import read, tool_context
from agent.triggers.heard import CustomerFacts
from core.business import Business
from core.errors import ModelUnavailable
from core.ids import PersonId
from core.shapes import Json, Packet, Source
from store import conversations, journal, messages, promises
from store.cases import CaseRow
from store.database import UnitOfWork
from tools.registry import Effect, ToolSpec
from tools.run import run_tool

CAUSE = "copilot"
LOOKUP = "find_order"
"""It may write at the customer's identity check alone: for a person it is called without that."""
CHALLENGE = frozenset({"email", "postcode"})
MOST_MESSAGES = 80
_DRAFT = re.compile(r"<draft>(.*?)(?:</draft>|$)", re.DOTALL)


@dataclass(frozen=True)
class Assisted:
    """What the person is told."""

    text: str
    sources: tuple[Source, ...] = ()
    draft: str | None = None
    left_out: tuple[str, ...] = ()
    """Sentences of the draft with nothing behind them: they claimed an act, a promise or a policy."""
    tools: tuple[str, ...] = ()


@dataclass
class _Asking:
    """One question on its way."""

    context: TurnContext
    person: PersonId
    known: dict[str, Source] = field(default_factory=dict)
    """Entries that were found, by id."""
    ran: list[tuple[str, Json]] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)
    """Orders that were looked up and that this customer has not shown to be theirs."""
    text: str = ""
    head: ReplyHead | None = None
    calls: tuple[ToolCall, ...] = ()
    message: AIMessage | None = None


async def assist(means: Means, case: CaseRow, packet: Packet, ask: str, person: PersonId) -> Assisted:
    """The answer to what the holder of a case asks. An honest word when the model gives none."""
    given = await means.database.aread(lambda uow: _given(uow, case))
    asking = _Asking(TurnContext(means, given, given.talk.epoch), person)
    found = await asyncio.to_thread(means.knowledge.search, ask)
    near = [one for one in found if one.score >= means.knowledge.no_answer_line]
    asking.known |= {one.id: Source(id=one.id, title=one.title, url=one.url) for one in near}
    about = context_of(asking.context, near, refused_offer=False)
    about |= {"cause": CAUSE, "packet": packet.model_dump(mode="json", by_alias=True)}
    asked: list[BaseMessage] = [
        SystemMessage(_system(means.business)),
        *history(given.messages, means.business.budget.history_tokens),
        SystemMessage(template("context").substitute(context=json.dumps(about, ensure_ascii=False))),
        HumanMessage(ask),
    ]
    try:
        async with asyncio.timeout(means.business.budget.seconds):
            await _answer(asking, asked)
    except (ModelUnavailable, TimeoutError):
        return Assisted(note("copilot_down"))
    return await _assisted(asking)


async def _answer(asking: _Asking, asked: list[BaseMessage]) -> None:
    means = asking.context.means
    specs = [spec for spec in means.toolbox.specs if spec.effect is Effect.NONE or spec.name == LOOKUP]
    for _ in range(means.business.budget.steps):
        await _step(asking, asked, specs)
        if not asking.calls or asking.message is None:
            return
        asked.append(asking.message)
        for call in asking.calls:
            result = await _look(asking, call, specs)
            asked.append(ToolMessage(json.dumps(result, ensure_ascii=False), tool_call_id=call.id))
    raise ModelUnavailable("the steps are used up")


async def _step(asking: _Asking, asked: list[BaseMessage], specs: list[ToolSpec]) -> None:
    asking.text, asking.calls, asking.head, asking.message = "", (), None, None
    model = asking.context.means.model
    async with aclosing(model.stream(asked, [spec.tool for spec in specs], whole=True)) as parts:
        async for part in parts:
            match part:
                case ToolCalls(calls):
                    asking.calls = calls
                case ReplyHead():
                    asking.head = part
                case ReplyText(delta):
                    asking.text += delta
                case StepEnd(message, _):
                    asking.message = message


async def _look(asking: _Asking, call: ToolCall, specs: list[ToolSpec]) -> Json:
    """A lookup; an order is found by its number for whoever works here."""
    spec = next((one for one in specs if one.name == call.name), None)
    if spec is None:
        return {"ok": False, "error": "unknown_tool", "say": note("unknown_tool", name=call.name)}
    arguments = call.arguments
    if spec.name == LOOKUP:
        arguments = {name: value for name, value in arguments.items() if name not in CHALLENGE}

    def work(uow: UnitOfWork) -> Json:
        tools = tool_context(asking.context, uow)
        own = run_tool(spec, arguments, tools, call.id).result
        if spec.name != LOOKUP or own.get("ok"):
            return own
        as_person = replace(tools, person_id=asking.person, limit_cents=0)
        return {**run_tool(spec, arguments, as_person, call.id).result, "shown_to_be_theirs": False}

    result = await read(asking.context, work)
    if result.get("ok") and result.get("shown_to_be_theirs") is False:
        asking.unproved.append(result["order"]["number"])
    asking.ran.append((call.name, result))
    for entry in result.get("entries") or ():
        asking.known[entry["id"]] = Source(id=entry["id"], title=entry["title"], url=entry["url"])
    return result


async def _assisted(asking: _Asking) -> Assisted:
    cited = asking.head.sources if asking.head else ()
    sources = tuple(asking.known[id] for id in dict.fromkeys(cited) if id in asking.known)
    draft: str | None = None
    left_out: tuple[str, ...] = ()
    if (match := _DRAFT.search(asking.text)) is not None:
        locale = asking.context.input.talk.locale
        backing = await asking.context.means.database.aread(lambda uow: _backing(uow, asking, bool(sources)))
        written = match.group(1).strip()
        draft = kept(written, backing, locale)
        whole, rest = split_sentences(written)
        left_out = tuple(one.strip() for one in (*whole, rest) if one.strip() and one.strip() not in draft)
    text = _DRAFT.sub("", asking.text).strip()
    said = [text or note("copilot_draft")]
    if asking.unproved:
        said.append(note("copilot_unproved", orders=", ".join(dict.fromkeys(asking.unproved))))
    tools = tuple(name for name, _ in asking.ran)
    return Assisted("\n\n".join(said), sources, draft, left_out, tools)


def _backing(uow: UnitOfWork, asking: _Asking, cited: bool) -> Backing:
    """What a draft may say: what was done here, and what an entry or a lookup holds."""
    talk = asking.context.conversation_id
    return Backing(
        effects=frozenset(effect.tool for effect in journal.effects_in(uow, talk)),
        cited=cited or any(result.get("ok") for _, result in asking.ran),
        promises=promises.open_in(uow, talk),
        asked=bool(asking.context.input.asked),
    )


def _given(uow: UnitOfWork, case: CaseRow) -> TurnInput:
    """The conversation as it stands; no turn runs."""
    talk = conversations.load(uow, case.conversation_id)
    return TurnInput(
        talk=talk,
        memory=Memory.model_validate(talk.memory),
        turn=None,
        messages=messages.last_said(uow, talk.id, MOST_MESSAGES),
        facts=CustomerFacts(),
        case=case,
        confirmation=None,
    )


def _system(business: Business) -> str:
    shop = business.shop
    return template(CAUSE).substitute(assistant=shop.assistant_name, shop=shop.name, about=shop.about)
