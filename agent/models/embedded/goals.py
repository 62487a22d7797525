"""What the customer wants with a message, given where the conversation stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from agent.models.embedded.intents import IntentReader, Intents
from agent.models.embedded.segments import clauses, follow_up, is_follow_up, is_request, leans, wish
from agent.models.embedded.slots import Catalogue, Heard, read_slot
from agent.models.embedded.slots.numbers import order_numbers
from agent.models.embedded.state import Asked, State, owner_of, slots_of
from core.flows import Flow, Flows, Slot

_ANYTHING = ("text", "name")
"""Slot types that any short answer fills: another clear wish goes first."""
_LEAVING = {"nevermind", "wait", "repeat", "deny"}
"""Control intents that are answered also where a question is open; any other is no answer to it."""
_WHOLE_QUESTION = 4
"""Words from which on a question is no mere answer with a question mark."""
_FEW_WORDS = 4
"""A text so short may name a subject and mean a question about it: `parking in Cork`."""
_ORDER = "order_number"


@dataclass(frozen=True)
class Goal:
    """One thing that a message wants."""

    flow: Flow
    intent: str
    text: str
    """The words that say so: the query where it goes to the knowledge store."""
    sure: float
    whole: bool = True
    """`text` is the whole message, for which the context's knowledge was found."""
    fixed: dict[str, object] = field(default_factory=dict)
    """Values that hold for this goal alone."""
    fresh: bool = False
    """The message names the wish; it is not only an answer or an ellipsis."""
    unsure: str | None = None
    """The slot whose question the customer could not answer."""
    unread: str | None = None
    """The slot whose answer could not be read."""


@dataclass(frozen=True)
class Understood:
    """A message read in its conversation."""

    goals: tuple[Goal, ...]
    state: State
    """The state with the values of this message."""
    declined: bool = False
    """The open question was answered with no."""
    which: tuple[Flow, ...] = ()
    """Flows between which the customer must choose; no goal then."""


class Understanding:
    """Reads messages: intents by the reader, slots by their parsers, both in the light of the state."""

    def __init__(self, flows: Flows, reader: IntentReader, catalogue: Catalogue) -> None:
        self._flows = flows
        self._reader = reader
        self._catalogue = catalogue
        self._level = flows.common.reading

    def read(self, text: str, state: State, now: datetime) -> Understood:
        """What a message wants, and the state with what it told."""
        whole = self._reader.read(wish(text))
        heard = Heard(text, now, before=state.answer, intent=whole.best)
        goals, declined, which = self._goals(heard, whole, state)
        for goal in goals:
            if goal.flow.kind == "task" and goal.fresh and not _is_open(goal, state):
                state = state.without_flow(goal.flow.id)
        state = self._told(heard, state, goals)
        return Understood(tuple(self._per_number(goals, heard)), state, declined, which)

    def _goals(self, heard: Heard, whole: Intents, state: State) -> tuple[list[Goal], bool, tuple[Flow, ...]]:
        asked = state.asked
        answered = asked is not None and self._answers(heard, whole, asked)
        wishes = self._beside(heard, asked) if asked and answered else self._wishes(heard.text, state)
        if asked is not None and answered:
            flow = self._flows.flow(asked.flow)
            if self._said_no(heard, asked):
                return [wish for wish in wishes if wish.flow is not flow], True, ()
            others = [wish for wish in wishes if wish.flow is not flow and wish.flow.kind != "social"]
            return [Goal(flow, whole.best, heard.text, 1.0), *others], False, ()
        wishes = self._completed(heard, state) or wishes
        if wishes:
            return wishes, False, ()
        if asked is not None:
            return self._unanswered(heard, whole, asked), False, ()
        return self._loose(heard, whole, state)

    def _answers(self, heard: Heard, whole: Intents, asked: Asked) -> bool:
        slot = self._flows.slot(self._flows.flow(asked.flow), asked.slot)
        if self._asks_back(heard, whole):
            return False
        another = self._fills_any(heard, self._flows.flow(asked.flow))
        if slot.type in _ANYTHING and self._clear_wish(whole):
            return another and self._same_topic(whole, asked)
        return another or read_slot(replace(heard, asked=True), slot, self._catalogue) is not None

    def _asks_back(self, heard: Heard, whole: Intents) -> bool:
        """Whether the message is plainly a question of its own, whatever values it names."""
        question = self._flows.of_intent(whole.best).kind == "question" and heard.text.rstrip().endswith("?")
        return question and whole.sure >= self._level.statement and len(heard.text.split()) >= _WHOLE_QUESTION

    def _same_topic(self, whole: Intents, asked: Asked) -> bool:
        capability = self._flows.flow(asked.flow).capability
        return capability is not None and self._flows.of_intent(whole.best).capability == capability

    def _said_no(self, heard: Heard, asked: Asked) -> bool:
        slot = self._flows.slot(self._flows.flow(asked.flow), asked.slot)
        if slot.type != "yes_no":
            return False
        return read_slot(replace(heard, asked=True), slot, self._catalogue) == "no"

    def _clear_wish(self, intents: Intents) -> bool:
        flow = self._flows.of_intent(intents.best)
        return flow.kind in ("task", "question") and intents.sure >= self._level.second

    def _beside(self, heard: Heard, asked: Asked) -> list[Goal]:
        """What a message wants beside its answer to a question: clauses that answer nothing."""
        parts = clauses(heard.text)
        flow = self._flows.flow(asked.flow)
        if len(parts) < 2:
            return []
        others = [part for part in parts if not self._fills_any(replace(heard, text=part), flow)]
        return _distinct(self._of_parts(others, self._level.second))

    def _wishes(self, text: str, state: State) -> list[Goal]:
        """What the clauses of a message want by themselves, in order, one goal for each flow."""
        parts = clauses(text)
        if len(parts) == 1:
            return self._of_whole(text, state)
        found = self._of_parts(parts, self._level.second)
        if not any(one.flow.kind != "social" for one in found):
            said = {one.text for one in found}
            rest = [part for part in parts if part not in said]
            found += self._beside_social(rest, state) if said else self._of_whole(text, state)
        return _distinct(found)

    def _beside_social(self, rest: Sequence[str], state: State) -> list[Goal]:
        """What is wanted beside a greeting or thanks: a question is one, however unclear."""
        if not rest:
            return []
        found = [replace(goal, whole=False) for goal in self._of_whole(" ".join(rest), state)]
        if any(goal.flow.kind != "social" for goal in found) or not rest[-1].rstrip().endswith("?"):
            return found
        flow = self._flows.flow(self._flows.common.answers)
        return [Goal(flow, flow.intents[0], rest[-1], self._level.accept, whole=False, fresh=True)]

    def _of_parts(self, parts: Sequence[str], level: float) -> list[Goal]:
        """Clauses that ask for something, and those that can hardly be meant otherwise."""
        found: list[Goal] = []
        sure = self._level.statement
        for place, part in enumerate(parts):
            intents = self._reader.read(wish(part))
            before = parts[:place]
            loose = leans(part) and intents.sure < sure and self._is_task(intents)
            if before and loose and not any(map(is_request, before)):
                # `I have an appointment. When was it?`: the wish is in both together.
                intents = self._reader.read(wish(" ".join((*before, part))))
                found = []
            flow = self._flows.of_intent(intents.best)
            needed = level if is_request(part) or flow.kind == "social" else self._level.statement
            if flow.kind == "question" and found and found[-1].flow.kind == "question" and leans(part):
                found[-1] = replace(found[-1], text=f"{found[-1].text} {part}")
            elif found and flow.kind == found[-1].flow.kind == "task" and leans(part) and intents.sure < sure:
                continue  # `… and get the money for that one`: part of the wish before it
            elif intents.sure >= needed and flow.kind != "control":
                found.append(Goal(flow, intents.best, part, intents.sure, whole=False, fresh=True))
        return found

    def _is_task(self, intents: Intents) -> bool:
        return self._flows.of_intent(intents.best).kind == "task"

    def _of_whole(self, text: str, state: State) -> list[Goal]:
        intents = self._reader.read(wish(text))
        best = self._in_context(text, intents, state)
        flow = self._flows.of_intent(best)
        asks = flow.kind != "question" or _asks(text)
        if intents.sure < (self._level.accept if asks else self._level.second) or flow.kind == "control":
            return []
        return [Goal(flow, best, text, intents.sure, fresh=True)]

    def _in_context(self, text: str, intents: Intents, state: State) -> str:
        """The likeliest intent; for `cancel it` the one that fits what was talked about."""
        capability = self._flows.flow(state.task).capability if state.task else None
        if capability is None or not leans(text):
            return intents.best
        meant = self._flows.of_intent(intents.best).in_talk_of.get(capability)
        return self._flows.flow(meant).intents[0] if meant else intents.best

    def _unanswered(self, heard: Heard, whole: Intents, asked: Asked) -> list[Goal]:
        """The question was not answered and nothing else is clearly wanted."""
        flow = self._flows.flow(asked.flow)
        control = self._flows.of_intent(whole.best)
        if control.kind == "control" and whole.sure >= self._level.doubt:
            if "dont_know" in control.intents:
                return [Goal(flow, whole.best, heard.text, 1.0, unsure=asked.slot)]
            if _LEAVING & set(control.intents):
                return [Goal(control, whole.best, heard.text, whole.sure)]
        return [Goal(flow, whole.best, heard.text, self._level.doubt, unread=asked.slot)]

    def _loose(self, heard: Heard, whole: Intents, state: State) -> tuple[list[Goal], bool, tuple[Flow, ...]]:
        """No question is open, no intent is clear: an ellipsis, a bare value, a control word, or nothing."""
        best = self._flows.of_intent(whole.best)
        leaving = best.kind == "control" and whole.sure >= self._level.second
        goal = None if leaving else self._ellipsis(heard, state) or self._bare_value(heard)
        if goal:
            return [goal], False, ()
        if best.kind == "control" and whole.sure >= self._level.accept:
            return [Goal(best, whole.best, heard.text, whole.sure)], False, ()
        needed = self._level.doubt if best.id == self._flows.common.answers else self._level.accept
        if best.kind == "question" and whole.sure >= needed and _asks(heard.text):
            return [Goal(best, whole.best, heard.text, whole.sure)], False, ()
        near = self._near(whole) if whole.sure >= self._level.doubt else ()
        if len(near) == 1 and (near[0] is best or near[0].id == state.task):
            return [Goal(near[0], near[0].intents[0], heard.text, whole.sure)], False, ()
        if near:
            return [], False, near
        return [], False, ()

    def _completed(self, heard: Heard, state: State) -> list[Goal]:
        """A follow-up to a question, made whole by the question before it."""
        if state.flow is None or not state.question or not is_follow_up(heard.text):
            return []
        flow = self._flows.flow(state.flow)
        intents = self._reader.read(heard.text)
        if flow.kind != "question" or (
            self._flows.of_intent(intents.best).kind == "task" and self._clear_wish(intents)
        ):
            return []
        text = follow_up(state.question, heard, self._catalogue)
        return [Goal(flow, flow.intents[0], text, self._level.accept, whole=False)]

    def _ellipsis(self, heard: Heard, state: State) -> Goal | None:
        """A message that names a value and no wish: it goes on with the last task."""
        if state.task is None:
            return None
        flow = self._flows.flow(state.task)
        if not self._fills_any(heard, flow):
            return None
        return Goal(flow, flow.intents[0], heard.text, self._level.accept)

    def _fills_any(self, heard: Heard, flow: Flow) -> bool:
        slots = slots_of(flow, self._flows).values()
        return any(read_slot(heard, slot, self._catalogue) is not None for slot in slots)

    def _bare_value(self, heard: Heard) -> Goal | None:
        for slot in self._flows.common.slots.values():
            if slot.leads_to and read_slot(heard, slot, self._catalogue) is not None:
                flow = self._flows.flow(slot.leads_to)
                return Goal(flow, flow.intents[0], heard.text, self._level.accept)
        return None

    def _near(self, whole: Intents) -> tuple[Flow, ...]:
        """The two likeliest things that can be named, for asking which was meant."""
        flows = [
            self._flows.of_intent(intent)
            for intent, sure in whole.ranked[:4]
            if sure >= self._level.doubt / 2
        ]
        named = list(dict.fromkeys(flow.id for flow in flows if flow.about))
        return tuple(self._flows.flow(flow_id) for flow_id in named[:2])

    def _told(self, heard: Heard, state: State, goals: Sequence[Goal]) -> State:
        """The state with every value that the message holds for the flows it is about, and for the talk."""
        told: dict[tuple[str, str], object] = {}
        asked = state.asked
        for goal in goals:
            for name, slot in slots_of(goal.flow, self._flows).items():
                is_asked = asked is not None and asked.is_of(goal.flow.id, name)
                value = self._value(heard, slot, is_asked)
                if value is not None:
                    told[owner_of(goal.flow, slot), name] = value
        for name, slot in self._flows.common.slots.items():
            if slot.scope == "talk" and ("", name) not in told:
                value = self._value(heard, slot, False)
                if value is not None:
                    told["", name] = value
        return self._replaced(state, told, goals).with_values(told)

    def _replaced(self, state: State, told: Mapping[tuple[str, str], object], goals: Sequence[Goal]) -> State:
        """The state without values in whose place this message gives another: a postcode for an e-mail."""
        names = {name for _, name in told}
        slots = [slots_of(goal.flow, self._flows) for goal in goals] or [self._flows.common.slots]
        gone = {
            slot.instead
            for group in slots
            for name, slot in group.items()
            if name in names and slot.instead and slot.instead not in names
        }
        return replace(state, values={key: one for key, one in state.values.items() if key[1] not in gone})

    def _value(self, heard: Heard, slot: Slot, asked: bool) -> object | None:
        return read_slot(replace(heard, asked=asked), slot, self._catalogue)

    def _per_number(self, goals: Sequence[Goal], heard: Heard) -> list[Goal]:
        """A goal about orders once for each of several order numbers."""
        numbers = order_numbers(heard)
        found: list[Goal] = []
        for goal in goals:
            if len(numbers) > 1 and goal.flow.kind == "task" and takes_number(goal.flow):
                found += [replace(goal, fixed={_ORDER: number}) for number in numbers]
            else:
                found.append(goal)
        return found


def _asks(text: str) -> bool:
    return is_request(text) or len(text.split()) <= _FEW_WORDS


def takes_number(flow: Flow) -> bool:
    return any(f"${_ORDER}" in step.args.values() for step in flow.steps)


def _is_open(goal: Goal, state: State) -> bool:
    """Whether the goal's flow has asked something that is not answered yet."""
    return state.asked is not None and state.asked.flow == goal.flow.id


def _distinct(goals: Sequence[Goal]) -> list[Goal]:
    """One goal for each flow, the surest; questions may be several. Social talk only when alone."""
    serious = [goal for goal in goals if goal.flow.kind != "social"]
    found: dict[tuple[str, str], Goal] = {}
    for goal in serious or goals:
        key = (goal.flow.id, goal.text if goal.flow.kind == "question" else "")
        if key not in found or goal.sure > found[key].sure:
            found[key] = goal
    return list(found.values())
