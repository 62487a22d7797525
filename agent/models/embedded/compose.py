"""One step of the model: tool calls, or a reply composed of what is to be said for each goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.models.embedded import copilot
from agent.models.embedded.goal import Goal, Understood, takes_number
from agent.models.embedded.goals import LEAVE, Understanding
from agent.models.embedded.intents import IntentReader
from agent.models.embedded.router import Routing
from agent.models.embedded.segments import is_request
from agent.models.embedded.show import show
from agent.models.embedded.slots import Catalogue, Heard
from agent.models.embedded.slots.numbers import booking_references, order_numbers
from agent.models.embedded.slots.spoken import spoken_offers, spoken_questions
from agent.models.embedded.state import Questions, State, slots_of
from agent.models.embedded.talk import Talk, handed_back, shares_a_word
from agent.models.embedded.walk import Call, Say, Walk
from core.business import Business, Location, Service
from core.clock import parse_rfc3339
from core.flows import DATED, MESSAGE, Basis, Flow, Flows
from core.vocabulary import Capability, Trigger
from knowledge.embedding import Embedding

_CLOSING = {"goodbye", "thanks"}
"""Intents after which an open question is not put again."""


@dataclass(frozen=True)
class Reply:
    """An answer in the reply's own fields."""

    understood: bool
    handover: Trigger | None
    confidence: float
    sources: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Step:
    """What the model answers: calls, or else a reply."""

    calls: tuple[Call, ...]
    reply: Reply | None
    capabilities: tuple[Capability, ...]
    """What the message was about, for the trace."""


class Dialogue:
    """The dialogue policy: stateless, all of a conversation is read from its messages."""

    def __init__(self, business: Business, flows: Flows, embedding: Embedding, routing: Routing) -> None:
        self._flows = flows
        self._business = business
        self._zone = ZoneInfo(business.shop.timezone)
        capabilities = {intent: flow.capability for flow in flows.flows for intent in flow.intents}
        reader = IntentReader(flows.utterances, embedding, capabilities, routing)
        self._understanding = Understanding(flows, reader, Catalogue.of(business))
        self._questions = Questions(flows, spoken_questions(business), spoken_offers(business))

    def step(self, talk: Talk, tools: frozenset[str]) -> Step:
        """The next step of a turn; `tools` are the names of the tools that may be called."""
        if not talk.said:
            return self._unasked(talk, tools)
        if talk.cause == copilot.CAUSE:
            return self._for_a_person(talk, tools)
        now = self._now(talk)
        state = self._past(talk, now)
        understood = self._understanding.read(talk.message, state, now)
        understood = self._with_results(understood, talk)
        if not understood.goals:
            understood = self._by_knowledge(understood, talk)
        elif state.asked is None and not talk.ran:
            understood = self._plainly_asked(understood, talk)
        moves = [self._walk(goal, understood.state, talk, tools).next() for goal in understood.goals]
        capabilities = tuple(
            dict.fromkeys(goal.flow.capability for goal in understood.goals if goal.flow.capability)
        )
        calls = [move for move in moves if isinstance(move, Call)]
        if calls:
            return Step(_together(calls), None, capabilities)
        said = [move for move in moves if isinstance(move, Say)]
        said += self._around(understood, state, talk, said)
        if understood.dropped and any(goal.intent != LEAVE for goal in understood.goals):
            said.insert(0, Say(show(self._flows.common.words["dropped"], self._facts(talk))))
        return Step((), _joined(said), capabilities)

    def _for_a_person(self, talk: Talk, tools: frozenset[str]) -> Step:
        """What a person asks who serves the customer: looked up, or drafted as the answer to the customer."""
        draft = copilot.wants_draft(talk)
        served = copilot.as_written(talk) if draft else copilot.as_asked(talk)
        every = frozenset(step.tool for flow in self._flows.flows for step in flow.steps if step.tool)
        step = self.step(served, every) if served.said else Step((), None, ())
        acts = any(call.tool not in tools for call in step.calls)
        if step.calls and not acts:
            return step
        if not draft:
            text = show(self._flows.common.words.get("only_reads", ""), self._facts(talk))
            return Step((), Reply(True, None, self._sure("words"), (), text), ()) if acts else step
        reply = step.reply
        usable = reply is not None and reply.understood and reply.handover is None and step.capabilities
        text = copilot.drafted(reply.text if reply and usable else None, talk)
        sources = reply.sources if reply and usable else ()
        return Step((), Reply(True, None, self._sure("words"), sources, text), step.capabilities)

    def _past(self, talk: Talk, now: datetime) -> State:
        """The state after every answered message."""
        state = State()
        for turn in talk.past:
            goals: tuple[Goal, ...] = ()
            if turn.customer:
                understood = self._understanding.read("\n".join(turn.customer), state, now)
                goals, state = understood.goals, understood.state
            state = self._plain_answer(self._answered(state, goals, turn.answer), goals)
        return state

    def _answered(self, state: State, goals: Sequence[Goal], answer: str) -> State:
        """The state after an answer: what it asks, and what it was about."""
        topics = [goal for goal in goals if goal.flow.kind in ("task", "question")]
        questions = [goal.text for goal in topics if _asks_store(goal.flow)]
        tasks = [goal.flow.id for goal in topics if goal.flow.kind == "task"]
        about = topics[0].flow.id if topics else state.flow
        candidates = [*tasks, *([state.task] if state.task else []), *(goal.flow.id for goal in topics)]
        candidates += [flow.id for flow in self._flows.flows if flow.kind == "task"]
        asked = self._questions.asked(answer, dict.fromkeys(candidates))
        if asked is None and goals and all("thanks" in goal.flow.intents for goal in goals):
            asked = state.asked  # still open, though it was not put again
        if about and asked is None:
            state = state.with_values(spoken_of(answer, takes_number(self._flows.flow(about))))
        again = asked is not None and asked == state.asked
        return replace(
            state,
            flow=asked.flow if asked else about,
            task=asked.flow if asked else (tasks[0] if tasks else state.task),
            asked=asked,
            asks=state.asks + 1 if again else int(asked is not None),
            question=" ".join(questions),
            answer=answer,
        )

    def _plain_answer(self, state: State, goals: Sequence[Goal]) -> State:
        """A plain question, read as a task none too surely, was answered from the knowledge store."""
        if state.asked is not None or not goals or not all(self._unsure(goal) for goal in goals):
            return state
        if not is_request(goals[0].text) or order_numbers(Heard(state.answer, datetime.min)):
            return state
        return replace(state, flow=self._flows.common.answers, question=goals[0].text)

    def _unsure(self, goal: Goal) -> bool:
        """Whether a message was read as a wish that it may not have."""
        return goal.whole and goal.fresh and goal.sure < self._flows.common.reading.statement

    def _with_results(self, understood: Understood, talk: Talk) -> Understood:
        """A result of a tool that no goal would have called is worded by the flow that calls it."""
        if not talk.ran:
            return understood
        goals = list(understood.goals)
        for tool in dict.fromkeys(ran.tool for ran in talk.ran):
            flow = self._flows.of_tool(tool)
            done = flow is not None and any(step.changes for step in flow.steps if step.tool == tool)
            if flow is None or any(step.tool == tool for goal in goals for step in goal.flow.steps):
                continue
            if done or not goals:
                goals.insert(0, Goal(flow, flow.intents[0], talk.message, 1.0))
        if len(goals) == len(understood.goals):
            return understood
        return replace(understood, goals=tuple(goals), declined=False)

    def _by_knowledge(self, understood: Understood, talk: Talk) -> Understood:
        """No goal, but the knowledge store may have the answer to just these words."""
        if understood.declined or not self._known(talk):
            return understood
        return replace(understood, goals=(self._question_goal(talk),), which=())

    def _plainly_asked(self, understood: Understood, talk: Talk) -> Understood:
        """A plain question that was read as another wish, none too surely: the store's answer goes first."""
        unsure = all(map(self._unsure, understood.goals))
        if not unsure or not talk.message.rstrip().endswith("?") or not self._known(talk):
            return understood
        if any(_answers_itself(goal, understood.state) for goal in understood.goals):
            return understood
        if order_numbers(Heard(talk.message, datetime.min)):
            return understood
        return replace(understood, goals=(self._question_goal(talk),))

    def _question_goal(self, talk: Talk) -> Goal:
        flow = self._flows.flow(self._flows.common.answers)
        sure = max(self._flows.common.reading.accept, talk.knowledge[0].score)
        return Goal(flow, flow.intents[0], talk.message, min(sure, 1.0))

    def _known(self, talk: Talk) -> bool:
        """Whether the store has an entry that is surely about the message."""
        best = talk.knowledge[:1]
        good = bool(best) and best[0].score >= self._flows.common.reading.knowledge_first
        return good and shares_a_word(talk.message, best[0])

    def _walk(self, goal: Goal, state: State, talk: Talk, tools: frozenset[str]) -> Walk:
        values = {**self._given(goal.flow, talk), **state.filled(goal.flow, self._flows), **goal.fixed}
        facts = {
            **self._facts(talk),
            "task": state.task,
            "asked": vars(state.asked) if state.asked else {},
            "told": dict.fromkeys(state.told, True),
            "asks": goal.text.rstrip().endswith("?"),
            "tells": self._understanding.only_tells(goal.text),
        }
        towns = frozenset(one.town for one in self._business.locations)
        return Walk(goal, values, talk, self._flows, tools, facts, self._now(talk), towns)

    def _given(self, flow: Flow, talk: Talk) -> dict[str, object]:
        """Values that need no saying: the only service or location, the order that the challenge opened."""
        only: dict[str, Sequence[Service | Location]] = {
            "service": self._business.services,
            "location": self._business.locations,
        }
        given: dict[str, object] = {
            name: only[slot.type][0].id
            for name, slot in slots_of(flow, self._flows).items()
            if slot.type in only and len(only[slot.type]) == 1
        }
        verified = (talk.context.get("customer") or {}).get("verified_order")
        return {**given, "order_number": verified} if verified else given

    def _facts(self, talk: Talk) -> Mapping[str, object]:
        shop = self._business.shop
        return {
            "shop": {"name": shop.name, "email": shop.email, "phone": shop.phone},
            "assistant": shop.assistant_name,
            "level": talk.level,
            "customer": talk.context.get("customer") or {},
            "can": self._flows.common.words["can"],
            "offers": _listed([one.name for one in self._business.services], last="or"),
            "places": _listed([one.name for one in self._business.locations], last="or"),
        }

    def _around(self, understood: Understood, state: State, talk: Talk, said: Sequence[Say]) -> list[Say]:
        """What is said beside the goals: that something was left or not understood, the open question."""
        words, view = self._flows.common.words, self._facts(talk)
        if understood.declined:
            return [Say(show(words["declined"], view), sure=self._sure("words"))] if not said else []
        if said and understood.dropped:
            return []
        if said:
            return self._open_question(understood, state, said)
        if understood.which:
            names = _listed([flow.about for flow in understood.which if flow.about], last="or")
            text = show(words["which_of"], {**view, "names": names})
            return [Say(text, understood=False, sure=self._sure("asked"))]
        return [self._not_understood(talk)]

    def _not_understood(self, talk: Talk) -> Say:
        text = show(self._flows.common.words["not_understood"], self._facts(talk))
        return Say(text, understood=False, sure=self._sure("nothing"))

    def _open_question(self, understood: Understood, state: State, said: Sequence[Say]) -> list[Say]:
        """A question answered in passing leaves the open one open: it is asked again."""
        if state.asked is None or state.asks >= self._flows.common.asked_at_most:
            return []
        if any(one.asks or one.handover for one in said):
            return []
        if any(goal.flow.id == state.asked.flow for goal in understood.goals):
            return []
        if any(goal.flow.kind not in ("question", "social") for goal in understood.goals):
            return []
        if any(_CLOSING & set(goal.flow.intents) for goal in understood.goals):
            return []
        return [Say(state.asked.words, sure=said[0].sure, asks=True)]

    def _unasked(self, talk: Talk, tools: frozenset[str]) -> Step:
        """A turn without a customer's message: a person has handed back, or an answer has come."""
        if talk.ran:
            return self._heard_back(talk, tools)
        view = {**self._facts(talk), **handed_back(talk.context.get("notes"))}
        text = show(self._flows.common.words["welcome_back"], view)
        return Step((), Reply(True, None, self._sure("words"), (), text), ())

    def _heard_back(self, talk: Talk, tools: frozenset[str]) -> Step:
        """A colleague's answer, in the words of the flow whose tool was asked for, else as it stands."""
        words, last = self._flows.common.words, talk.ran[-1]
        flow = self._flows.of_tool(last.tool)
        if flow is None:
            text = show(words.get("colleague_answered", "{{answer}}"), {**self._facts(talk), **last.result})
            return Step((), Reply(True, None, self._sure("tool"), (), text), ())
        move = self._walk(Goal(flow, flow.intents[0], "", 1.0), State(), talk, tools).next()
        said = [move] if isinstance(move, Say) else []
        if last.result.get("ok"):
            said = [Say(words.get("colleague_allowed", ""), sure=self._sure("tool")), *said]
        return Step((), _joined(said), (flow.capability,) if flow.capability else ())

    def _sure(self, basis: Basis) -> float:
        return self._flows.common.reading.confidence[basis]

    def _now(self, talk: Talk) -> datetime:
        now = talk.context.get("now")
        moment = parse_rfc3339(str(now)) if now else datetime.now(self._zone)
        return moment.astimezone(self._zone).replace(tzinfo=None)


_MOMENTS = {"date", "time", "start", "taste", "budget", "products", "ticket", "near", "day"}
"""Slots that make a question a wish for what the flow does: a service on a day is an appointment."""


def spoken_of(answer: str, orders: bool) -> dict[tuple[str, str], object]:
    """The order (with `orders`) and the appointment that an answer is about, as far as it names them."""
    heard = Heard(answer, datetime.min)
    numbers, bookings = order_numbers(heard) if orders else (), booking_references(heard)
    found: dict[tuple[str, str], object] = {("", "order_number"): numbers[0]} if numbers else {}
    return {**found, ("", "spoken"): bookings[0]} if len(bookings) == 1 else found


def _answers_itself(goal: Goal, state: State) -> bool:
    """Whether the goal asks the store itself, means something by what was asked, or has a day."""
    values = {name for owner, name in state.values if owner == goal.flow.id}
    return goal.flow.kind == "control" or _asks_store(goal.flow) or bool(values & _MOMENTS)


def _asks_store(flow: Flow) -> bool:
    """Whether the flow puts the customer's own words to the knowledge store."""
    return flow.capability is not None and any(step.find in (MESSAGE, DATED) for step in flow.steps)


def _together(calls: Sequence[Call]) -> tuple[Call, ...]:
    """Calls that only read run together; one that changes something runs alone, after them."""
    reading = {(call.tool, repr(call.args)): call for call in calls if not call.changes}
    return tuple(reading.values()) if reading else (calls[0],)


def _joined(said: Sequence[Say]) -> Reply:
    texts = list(dict.fromkeys(one.text for one in said if one.text))
    return Reply(
        understood=any(one.understood for one in said),
        handover=next((one.handover for one in said if one.handover), None),
        confidence=round(min(one.sure for one in said), 3),
        sources=tuple(dict.fromkeys(source for one in said for source in one.sources)),
        text="\n\n".join(texts),
    )


def _listed(texts: Sequence[str | None], last: str = "and") -> str:
    """`a, b and c`."""
    named = [text for text in texts if text]
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} {last} {named[-1]}"
