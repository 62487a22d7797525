"""What the customer wants with a message, given where the conversation stands."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agent.models.embedded.features import canonical
from agent.models.embedded.following import Following
from agent.models.embedded.goal import (
    FEW_WORDS,
    ORDER,
    Goal,
    Understood,
    asks_something,
    belongs,
    distinct,
    is_open,
    per_number,
)
from agent.models.embedded.intents import Intents
from agent.models.embedded.segments import (
    clauses,
    is_request,
    leans,
    mends,
    only_gives,
)
from agent.models.embedded.slots import Heard, read_slot
from agent.models.embedded.slots.numbers import order_numbers
from agent.models.embedded.state import Asked, State
from agent.models.embedded.turning import behind_no, means_another, meant, puts_off, without_dropped
from core.flows import Flow

_ANYTHING = ("text", "name", "product_kind", "taste", "products")
"""Slot types that any short answer fills: another clear wish goes first."""
_BY_DATA = ("enquiry", "lead")
"""Slot types whose question stands in the business's data: any words may answer it but a plain wish."""
_LEAVING = {"nevermind", "wait", "repeat", "deny"}
"""Control intents that are answered also where a question is open; any other is no answer to it."""
_TURNING = _LEAVING | {"affirm", "missed"}
"""Control intents whose words are never a mere value."""
_WORD = re.compile(r"[^\W\d_]{3}")
"""A text without one wishes for nothing."""
_WHOLE_QUESTION = 4
"""Words from which on a question is no mere answer with a question mark."""
_NAMED = (ORDER, "reference", "spoken", "pick", "items")
"""Slots that say which order or appointment is meant."""
TELLING = "telling"
"""The intent of telling something that asks for nothing."""
LEAVE = "nevermind"
"""The intent of leaving what is under way."""


class Understanding(Following):
    """Reads messages: intents by the reader, slots by their parsers, both in the light of the state."""

    def read(self, text: str, state: State, now: datetime) -> Understood:
        """What a message wants, and the state with what it told."""
        kept = without_dropped(text) if state.task or state.asked else None
        if kept is not None:
            if not kept and state.asked:
                return Understood((), replace(state, asked=None, task=None), declined=True)
            state = replace(state, asked=None, task=None)
            if not kept:
                return Understood((self._leaving(text),), state)
        mended = meant(text) if state.answer else None
        words = mended or kept or text
        prefix = self._catalogue.ticket_prefix
        whole = self._intents(words)
        heard = Heard(
            words, now, before=state.answer, intent=whole.best, ticket_prefix=prefix, mends=bool(mended)
        )
        state = self._without_other(heard, state)
        goals, declined, which = self._goals(heard, whole, state)
        if kept is not None:
            goals = [replace(goal, whole=False) for goal in goals]
        for goal in goals:
            if goal.flow.kind in ("task", "question") and self._begins_anew(goal, heard, state):
                state = state.without_flow(goal.flow.id)
        state = self._telling.state_after(heard, state, goals)
        return Understood(tuple(per_number(goals, heard)), state, declined, which, kept is not None)

    def only_tells(self, text: str) -> bool:
        """Whether a message asks nothing and can be meant as mere talk: `vans break down, it happens`."""
        return not is_request(text) and self._intents(text).of(TELLING) >= self._level.telling

    def _leaving(self, text: str) -> Goal:
        flow = next(flow for flow in self._flows.flows if LEAVE in flow.intents)
        return Goal(flow, LEAVE, text, 1.0)

    def _without_other(self, heard: Heard, state: State) -> State:
        """`The other order`: the one spoken of is not the one that is meant."""
        if not means_another(heard.text) or order_numbers(heard):
            return state
        return replace(state, values={key: one for key, one in state.values.items() if key[1] not in _NAMED})

    def _begins_anew(self, goal: Goal, heard: Heard, state: State) -> bool:
        """Whether what was said for an earlier run of the flow no longer counts."""
        if not goal.fresh or is_open(goal, state):
            return False
        deciding = [slot for slot in goal.flow.slots.values() if slot.anew]
        return not deciding or any(self._telling.value(heard, slot, False) is not None for slot in deciding)

    def _goals(self, heard: Heard, whole: Intents, state: State) -> tuple[list[Goal], bool, tuple[Flow, ...]]:
        asked = state.asked
        answered = asked is not None and not self._leaves(heard, whole) and self._answers(heard, whole, asked)
        wishes = self._beside(heard, asked) if asked and answered else self._wishes(heard.text, state)
        if asked is not None and self._for_now(heard, asked):
            return [], True, ()
        if asked is not None and answered:
            flow = self._flows.flow(asked.flow)
            if self._said_no(heard, asked) and not self._mends(heard, flow, state):
                wishes = wishes or self._instead(heard, state)
                return [wish for wish in wishes if wish.flow is not flow], True, ()
            others = [wish for wish in wishes if not belongs(wish, flow) and wish.flow.kind != "social"]
            return [Goal(flow, whole.best, heard.text, 1.0), *others], False, ()
        wishes = (
            self._completed(heard, state)
            or self._other(heard, state)
            or self._gone_on(heard, whole, state)
            or wishes
        )
        if wishes:
            return wishes, False, ()
        if asked is not None:
            return self._unanswered(heard, whole, asked), False, ()
        return self._loose(heard, whole, state)

    def _instead(self, heard: Heard, state: State) -> list[Goal]:
        """What is wanted in place of what was refused: `no wait, move it to Friday`."""
        rest = behind_no(heard.text)
        found = self._of_whole(rest, state) if is_request(rest) else []
        return [replace(one, whole=False) for one in found if one.flow.kind == "task"]

    def _leaves(self, heard: Heard, whole: Intents) -> bool:
        """A few words that leave what was asked: `never mind`."""
        short = len(heard.text.split()) <= FEW_WORDS
        return short and whole.best == LEAVE and whole.sure >= self._level.second

    def _for_now(self, heard: Heard, asked: Asked) -> bool:
        """Whether all that a flow asks is refused, not only the question put last: `no, just an idea`."""
        slot = self._flows.slot(self._flows.flow(asked.flow), asked.slot)
        return slot.type in _BY_DATA and puts_off(heard.text)

    def _answers(self, heard: Heard, whole: Intents, asked: Asked) -> bool:
        slot = self._flows.slot(self._flows.flow(asked.flow), asked.slot)
        if self._asks_back(heard, whole):
            return False
        if slot.type in _BY_DATA and is_request(heard.text) and self._clear_wish(whole):
            own = self._flows.flow(asked.flow).slots.values()
            if not self._same_topic(whole, asked) and not any(
                self._telling.value(heard, one, False) for one in own
            ):
                return False
        another = self._fills_any(heard, self._flows.flow(asked.flow))
        if slot.type in _ANYTHING and self._clear_wish(whole):
            return another and (self._same_topic(whole, asked) or not is_request(heard.text))
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

    def _mends(self, heard: Heard, flow: Flow, state: State) -> bool:
        """Whether a no brings another value for the flow: `no, at four`."""
        known = state.filled(flow, self._flows)
        told = {name: self._telling.value(heard, slot, False) for name, slot in flow.slots.items()}
        return any(value is not None and value != known.get(name) for name, value in told.items())

    def _beside(self, heard: Heard, asked: Asked) -> list[Goal]:
        """What a message wants beside its answer to a question: clauses that answer nothing."""
        parts = clauses(heard.text)
        flow = self._flows.flow(asked.flow)
        if len(parts) < 2:
            return []
        others = [part for part in parts if not self._fills_any(replace(heard, text=part), flow)]
        return distinct(self._of_parts(others, self._level.second))

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
        return distinct(found)

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
            if (only_gives(part) or not _WORD.search(part)) and len(parts) > 1:
                continue
            intents = self._intents(part)
            before = parts[:place]
            loose = leans(part) and intents.sure < sure and self._is_task(intents)
            if before and loose and not any(map(is_request, before)):
                # `I have an appointment. When was it?`: the wish is in both together.
                intents = self._intents(" ".join((*before, part)))
                found = []
            flow = self._flows.of_intent(intents.best)
            needed = level if is_request(part) or flow.kind == "social" else self._level.statement
            if flow.kind == "question" and found and found[-1].flow.kind == "question" and leans(part):
                found[-1] = replace(found[-1], text=f"{found[-1].text} {part}")
            elif found and flow.kind == found[-1].flow.kind == "task" and leans(part) and intents.sure < sure:
                continue  # `… and get the money for that one`: part of the wish before it
            elif intents.sure >= needed and flow.kind != "control":
                # `You repair lamps, right? What does it cost?`: the store is asked both together.
                whole = flow.kind == "question" and leans(part) and bool(before) and not found
                text = f"{before[-1]} {part}" if whole else part
                found.append(Goal(flow, intents.best, text, intents.sure, whole=False, fresh=True))
        return found

    def _is_task(self, intents: Intents) -> bool:
        return self._flows.of_intent(intents.best).kind == "task"

    def _of_whole(self, text: str, state: State) -> list[Goal]:
        intents = self._intents(text)
        best = self._in_context(text, intents, state)
        flow = self._flows.of_intent(best)
        if flow.kind in ("task", "question") and not _WORD.search(canonical(text)):
            return []
        asks = flow.kind != "question" or asks_something(text)
        if intents.sure < (self._level.accept if asks else self._level.second) or flow.kind == "control":
            return []
        return [Goal(flow, best, text, intents.sure, fresh=True)]

    def _in_context(self, text: str, intents: Intents, state: State) -> str:
        """The likeliest intent; for `cancel it` the one that fits what was talked about."""
        capability = self._flows.flow(state.task).capability if state.task else None
        if capability is None or not (leans(text) or mends(text)):
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
        if heard.text.rstrip().endswith("?") and len(heard.text.split()) >= _WHOLE_QUESTION:
            answers = self._flows.flow(self._flows.common.answers)
            return [Goal(answers, answers.intents[0], heard.text, self._level.accept, fresh=True)]
        return [Goal(flow, whole.best, heard.text, self._level.doubt, unread=asked.slot)]

    def _loose(self, heard: Heard, whole: Intents, state: State) -> tuple[list[Goal], bool, tuple[Flow, ...]]:
        """No question is open, no intent is clear: an ellipsis, a bare value, a control word, or nothing."""
        best = self._flows.of_intent(whole.best)
        leaving = bool(_TURNING & set(best.intents)) and whole.sure >= self._level.second
        goal = None if leaving else self._ellipsis(heard, state) or self._bare_value(heard)
        if goal:
            return [goal], False, ()
        if best.kind == "control" and whole.sure >= self._level.accept:
            return [Goal(best, whole.best, heard.text, whole.sure)], False, ()
        needed = self._level.doubt if best.id == self._flows.common.answers else self._level.accept
        if best.kind == "question" and whole.sure >= needed and asks_something(heard.text):
            return [Goal(best, whole.best, heard.text, whole.sure)], False, ()
        worded = _WORD.search(canonical(heard.text)) is not None
        near = self._near(whole) if worded and whole.sure >= self._level.doubt else ()
        if len(near) == 1 and (near[0] is best or near[0].id == state.task):
            return [Goal(near[0], near[0].intents[0], heard.text, whole.sure)], False, ()
        if leans(heard.text) and (goals := self._combined(heard, state)):
            return goals, False, ()
        return [], False, near

    def _near(self, whole: Intents) -> tuple[Flow, ...]:
        """The two likeliest things that can be named, for asking which was meant."""
        flows = [
            self._flows.of_intent(intent)
            for intent, sure in whole.ranked[:4]
            if sure >= self._level.doubt / 2
        ]
        named = list(dict.fromkeys(flow.id for flow in flows if flow.about))
        return tuple(self._flows.flow(flow_id) for flow_id in named[:2])
